// What people write is shown as they meant it, and never does anything: not even when it was written to do harm.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { expectNoFaults, openBrowser } from "../support/browser.js";
import { confirmed, inRoom, inSync, line, say, sees, twoInGeneral, until } from "../support/people.js";
import { Server } from "../support/server.js";

// NUL is refused at the door, for all bodies alike: no message can hold one.
const HOSTILE = JSON.parse(readFileSync(new URL("../../crates/markup/tests/hostile.json", import.meta.url), "utf8"))
  .filter((message) => !message.body.includes("\0"));
// A room opens with its newest fifty messages.
const TOGETHER = 48;
// Elements that a body may hold, with the attributes each may have.
const ALLOWED = {
  a: ["href", "title", "target", "rel", "class"],
  span: ["class", "title", "role", "aria-label", "inert"],
  button: ["type", "class", "aria-expanded"],
  div: ["class", "dir", "role", "aria-label", "tabindex"],
  pre: ["role", "aria-label", "tabindex"],
  b: ["class"],
  ol: ["start"],
  li: ["dir", "class"],
  td: ["dir", "class"],
  th: ["dir", "class"],
  ...Object.fromEntries(["p", "h3", "h4", "h5", "h6"].map((tag) => [tag, ["dir"]])),
  ...Object.fromEntries(
    ["blockquote", "br", "code", "em", "hr", "s", "strong", "table", "tbody", "thead", "tr", "ul"].map((tag) => [tag, []]),
  ),
};

let server, browser, ada, mina, caller, general;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ({ ada, mina, caller, general } = await twoInGeneral(browser, server));
});

after(async () => {
  await browser?.close();
  await server?.end();
});

test("messages written to do harm are text", { timeout: 300_000 }, async () => {
  assert.ok(HOSTILE.length >= 220);
  const page = ada;
  const strays = [];
  page.on("dialog", (dialog) => (strays.push(`a dialog: ${dialog.message()}`), dialog.dismiss()));
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url)) strays.push(`a request to ${request.url()}`);
  });
  page.context().on("page", (other) => strays.push(`a page at ${other.url()}`));
  await page.addInitScript(() => {
    window.broken = [];
    document.addEventListener("securitypolicyviolation", (event) => window.broken.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  let shown = 0;
  for (let from = 0; from < HOSTILE.length; from += TOGETHER) {
    const room = await caller.send("POST", "/rooms", { name: `harm-${from}`, kind: "public" });
    const posted = new Map();
    for (const message of HOSTILE.slice(from, from + TOGETHER)) posted.set((await caller.post(room, message.body)).id, message);
    await page.goto(`/rooms/${room.id}`);
    await inRoom(page);
    const last = [...posted.keys()].at(-1);
    await page.locator(`[data-message-id="${last}"] .body`).waitFor();
    await page.locator(`[data-message-id="${[...posted.keys()][0]}"] .body`).waitFor({ state: "attached" });
    // What is hidden is shown as well.
    await page.evaluate(() => document.querySelectorAll(".spoiler > button").forEach((button) => button.click()));
    const found = await page.evaluate((allowed) => {
      const faults = [];
      const links = {};
      for (const row of document.querySelectorAll("[data-message-id]")) {
        const body = row.querySelector(".body");
        if (!body) continue;
        for (const element of body.querySelectorAll("*")) {
          const tag = element.localName;
          const may = allowed[tag];
          if (!may || element.namespaceURI !== "http://www.w3.org/1999/xhtml") faults.push(`<${tag}>`);
          for (const { name } of element.attributes) if (!may?.includes(name)) faults.push(`<${tag} ${name}>`);
        }
        const anchors = [...body.querySelectorAll("a")];
        for (const a of anchors) {
          if (!/^(https?:\/\/|mailto:)/.test(a.getAttribute("href"))) faults.push(`a link to ${a.getAttribute("href")}`);
          if (a.target !== "_blank" || a.rel !== "noopener noreferrer nofollow ugc") faults.push("a link that tells where it was");
        }
        links[row.dataset.messageId] = anchors.map((a) => a.getAttribute("href"));
      }
      if (window.pwned !== undefined || window.__pwned !== undefined) faults.push("a script ran");
      return { faults, links, broken: window.broken };
    }, ALLOWED);
    assert.deepEqual(found.faults, [], `from ${from}`);
    assert.deepEqual(found.broken, [], `from ${from}`);
    for (const [id, { about, body, links }] of posted) {
      assert.deepEqual(found.links[id], links, `${about}: ${body}`);
      shown += 1;
    }
  }
  assert.equal(shown, HOSTILE.length);
  assert.deepEqual(strays, []);
  expectNoFaults(page);
  await ada.goto(`/rooms/${general.id}`);
  await inSync(ada);
});

test("what is marked is shown as it is meant", async () => {
  await caller.post(general, "**Bold**, *italic*, ~~gone~~ and `code` :tada:\n\n> said\n\n- [x] done\n- [ ] open\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```rust\nfn main() {}\n```");
  const body = line(mina, "Bold").locator(".body");
  await body.waitFor();
  for (const selector of ["strong", "em", "s", "p > code", "blockquote", ".task.done", ".task:not(.done)", "th:first-child", "td.end", "pre > code"]) {
    assert.equal(await body.locator(selector).count(), 1, selector);
  }
  assert.match(await body.innerText(), /🎉/);
  assert.equal(await body.locator(".code-head > span").innerText(), "rust");
  expectNoFaults(mina);
});

test("what is hidden shows when it is asked for, by the keyboard too", async () => {
  await caller.post(general, "The end: ||it was the gardener, https://example.org/end||");
  const body = line(mina, "The end").locator(".body");
  await body.waitFor();
  assert.equal(await body.locator("[inert]").count(), 1);
  const key = body.getByRole("button");
  assert.equal(await key.getAttribute("aria-expanded"), "false");
  await key.focus();
  await key.press("Enter");
  assert.equal(await key.getAttribute("aria-expanded"), "true");
  assert.equal(await body.locator("[inert]").count(), 0);
  expectNoFaults(mina);
});

test("a long message is folded until someone wants all of it", async () => {
  await caller.post(general, `Minutes\n${"one more line\n".repeat(30)}the last line`);
  const row = line(mina, "Minutes");
  const body = row.locator(".body");
  const before = (await body.boundingBox()).height;
  await row.getByTestId("unfold").click();
  assert.ok((await body.boundingBox()).height > 1.5 * before);
  assert.equal(await row.getByTestId("unfold").count(), 0);
  expectNoFaults(mina);
});

test("a name is completed, and whoever it names sees that it is them", async () => {
  const composer = ada.getByTestId("composer");
  await composer.pressSequentially("Well done @mi");
  const offers = ada.getByTestId("offers");
  await offers.getByRole("option", { name: /Mina Kovač/ }).waitFor();
  const active = await composer.getAttribute("aria-activedescendant");
  assert.match(await ada.locator(`#${active}`).innerText(), /Mina Kovač/);
  await composer.press("Enter");
  await offers.waitFor({ state: "detached" });
  assert.equal(await composer.inputValue(), "Well done @mina ");
  await composer.press("Enter");
  await confirmed(ada, "Well done");
  await line(mina, "Well done").locator(".mention.me", { hasText: "@Mina Kovač" }).waitFor();
  await line(ada, "Well done").locator(".mention:not(.me)", { hasText: "@Mina Kovač" }).waitFor();
  expectNoFaults(ada, mina);
});

test("a name that is nobody's stays text", async () => {
  await say(ada, "Where is @nobody.here?");
  await confirmed(ada, "Where is");
  assert.equal(await line(ada, "Where is").locator(".mention").count(), 0);
  expectNoFaults(ada);
});

test("a room that is named is a way there, under its present name", async () => {
  const room = await caller.send("POST", "/rooms", { name: "chess", kind: "public" });
  const composer = ada.getByTestId("composer");
  await until(async () => (await ada.locator(`[data-room-id="${room.id}"]`).count()) === 1, "the room in the list");
  await composer.pressSequentially("Come to #che");
  await ada.getByTestId("offers").getByRole("option", { name: /chess/ }).click();
  await composer.press("Enter");
  await confirmed(ada, "Come to");
  await caller.send("PATCH", `/rooms/${room.id}`, { name: "Chess and games" });
  const link = line(ada, "Come to").locator("a.mention", { hasText: "#Chess and games" });
  await link.waitFor();
  await link.click();
  await ada.getByRole("heading", { name: "Chess and games", exact: true }).waitFor();
  await ada.goBack();
  await sees(ada, "Come to");
  expectNoFaults(ada);
});

test("keys put marks around what is selected, and it can be undone", async () => {
  const composer = ada.getByTestId("composer");
  await composer.fill("a bold word");
  await composer.evaluate((field) => field.setSelectionRange(2, 6));
  await composer.press("Control+b");
  assert.equal(await composer.inputValue(), "a **bold** word");
  await composer.press("Control+b");
  assert.equal(await composer.inputValue(), "a bold word");
  await composer.press("Control+i");
  await composer.press("Control+Shift+X");
  assert.equal(await composer.inputValue(), "a *~~bold~~* word");
  await composer.press("Control+z");
  assert.equal(await composer.inputValue(), "a *bold* word");
  await composer.fill("");
  expectNoFaults(ada);
});

test("commands do what they say, and an unknown one asks before it is text", async () => {
  const composer = ada.getByTestId("composer");
  await say(ada, "/topic Winter concert");
  await ada.locator(".topic", { hasText: "Winter concert" }).waitFor();
  // The stream may tell of the topic before the command has its answer.
  await until(async () => (await composer.inputValue()) === "", "the field to be empty");
  await say(ada, "/dance wildly");
  await ada.getByTestId("hint").filter({ hasText: "There is no command /dance" }).waitFor();
  assert.equal(await ada.locator(".body", { hasText: "/dance" }).count(), 0);
  await composer.press("Enter");
  await confirmed(ada, "/dance wildly");
  await say(ada, "/me waves");
  await confirmed(ada, "Ada Lind waves");
  await line(mina, "Ada Lind waves").locator(".body.act").waitFor();
  expectNoFaults(ada, mina);
});

test("what was begun is there again later, and its room says so", async () => {
  const composer = ada.getByTestId("composer");
  await composer.fill("Not finished yet");
  await ada.locator(".room-row", { hasText: "harm-0" }).first().click();
  const row = ada.locator(`[data-room-id="${general.id}"]`);
  await row.locator(".draft-mark").waitFor();
  await ada.reload();
  await row.locator(".draft-mark").waitFor();
  await row.click();
  await until(async () => (await composer.inputValue()) === "Not finished yet", "the draft");
  await composer.press("Enter");
  await confirmed(ada, "Not finished yet");
  await ada.locator(".room-row", { hasText: "harm-0" }).first().click();
  await until(async () => (await row.locator(".draft-mark").count()) === 0, "no mark");
  expectNoFaults(ada);
});
