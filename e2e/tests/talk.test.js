// What people do with messages besides writing them: reactions, threads, pins, links, and being named.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AWAY, PHONE, expectNoFaults, openBrowser, openPage } from "../support/browser.js";
import { Caller, confirmed, inSync, line, PASSWORD, say, sees, twoInGeneral, until } from "../support/people.js";
import { Server } from "../support/server.js";

let server, browser, ada, mina, general, caller;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ({ ada, mina, general, caller } = await twoInGeneral(browser, server));
  // A server that keeps no marks of threads says so, and nothing depends on it.
  for (const page of [ada, mina]) page.tolerated.push(/\/threads\/[^/]+\/read/);
});

after(async () => {
  await browser?.close();
  await server?.end();
});

const chip = (row, emoji) => row.locator(`[data-testid=chip][data-emoji="${emoji}"]`);
const counts = (row, emoji, number) => chip(row, emoji).filter({ hasText: new RegExp(`${number}$`) }).waitFor();
const log = (page) => page.getByTestId("timeline");
const thread = (page) => page.getByTestId("thread-panel");

async function menu(page, row, deed) {
  await row.hover();
  await row.getByTestId("more").click();
  await page.getByTestId("message-menu").getByTestId(deed).click();
}

test("a reaction is there for both at once, with names, and goes when it is taken back", async () => {
  await say(ada, "Concert on the 16th");
  await sees(mina, "Concert on the 16th");
  const [hers, theirs] = [line(ada, "Concert on the 16th"), line(mina, "Concert on the 16th")];
  await theirs.hover();
  await theirs.getByTestId("quick-react").first().click();
  await counts(theirs, "👍", 1);
  await counts(hers, "👍", 1);
  assert.equal(await chip(hers, "👍").getAttribute("aria-pressed"), "false");
  assert.match(await chip(hers, "👍").getAttribute("title"), /^Mina Kovač reacted with 👍$/);
  await chip(hers, "👍").click();
  await counts(theirs, "👍", 2);
  await until(async () => /Ada Lind/.test(await chip(theirs, "👍").getAttribute("title")), "Ada's name on the chip");
  await chip(hers, "👍").click();
  await counts(theirs, "👍", 1);
  await chip(theirs, "👍").click();
  await chip(hers, "👍").waitFor({ state: "detached" });
  await chip(theirs, "👍").waitFor({ state: "detached" });
  expectNoFaults(ada, mina);
});

test("any emoji is found by its name, and taken by keys alone", async () => {
  const row = line(ada, "Concert on the 16th");
  await row.hover();
  await row.getByTestId("add-reaction").first().click();
  await ada.getByTestId("emoji-field").fill("trumpet");
  await ada.getByTestId("emoji-field").press("Enter");
  await counts(line(mina, "Concert on the 16th"), "🎺", 1);
  await row.hover();
  await row.getByTestId("add-reaction").first().click();
  await ada.keyboard.press("Escape");
  await ada.getByTestId("emoji-picker").waitFor({ state: "detached" });
  expectNoFaults(ada, mina);
});

test("a reply in a thread is counted at its root and stays out of the room", async () => {
  const row = line(mina, "Concert on the 16th");
  await row.hover();
  await row.getByTestId("reply").click();
  await thread(mina).getByTestId("thread-composer").fill("I bring the stands");
  await thread(mina).getByTestId("thread-composer").press("Enter");
  const root = line(log(ada), "Concert on the 16th");
  await root.getByTestId("thread-line").filter({ hasText: "1 reply" }).waitFor();
  assert.equal(await log(ada).locator(".body", { hasText: "I bring the stands" }).count(), 0);
  assert.equal(await log(mina).locator(".body", { hasText: "I bring the stands" }).count(), 0);
  await root.getByTestId("thread-line").click();
  assert.match(ada.url(), /\/threads\//);
  await sees(thread(ada), "I bring the stands");
  await thread(ada).getByTestId("in-room-too").check();
  await thread(ada).getByTestId("thread-composer").fill("Four are enough");
  await thread(ada).getByTestId("thread-composer").press("Enter");
  await sees(thread(mina), "Four are enough");
  await sees(log(mina), "Four are enough");
  await line(log(mina), "Concert on the 16th").getByTestId("thread-line").filter({ hasText: "2 replies" }).waitFor();
  await ada.goBack();
  await thread(ada).waitFor({ state: "detached" });
  expectNoFaults(ada, mina);
});

test("a pinned message is in the panel of everyone, with the way to it", async () => {
  await menu(ada, line(log(ada), "Concert on the 16th"), "menu-pin");
  await line(log(mina), "Concert on the 16th").getByTestId("pinned").waitFor();
  await mina.getByTestId("pins").click();
  const pins = mina.getByTestId("pins-panel");
  await pins.locator(".pin", { hasText: "Concert on the 16th" }).waitFor();
  await menu(ada, line(log(ada), "Concert on the 16th"), "menu-pin");
  await pins.locator(".pin").waitFor({ state: "detached" });
  await mina.getByTestId("pins").click();
  expectNoFaults(ada, mina);
});

test("a quote leads to what it quotes, and what was said before an edit can be read", async () => {
  await menu(mina, line(log(mina), "Concert on the 16th"), "menu-quote");
  await say(mina, "At seven?");
  await confirmed(mina, "At seven?");
  const quoting = line(log(ada), "At seven?");
  await quoting.getByTestId("quote").filter({ hasText: "Concert on the 16th" }).click();
  await ada.locator("[data-lit]", { hasText: "Concert on the 16th" }).waitFor();
  await menu(mina, line(log(mina), "At seven?"), "menu-edit");
  await mina.getByTestId("edit-field").fill("At eight?");
  await mina.getByTestId("edit-field").press("Enter");
  await line(log(ada), "At eight?").getByTestId("edited").click();
  await ada.getByTestId("versions-dialog").locator(".version", { hasText: "At seven?" }).waitFor();
  await ada.keyboard.press("Escape");
  expectNoFaults(ada, mina);
});

test("a link to a message opens it in its place, lit, however much came after", async () => {
  const old = await caller.post(general, "The key is under the third stone");
  for (let n = 0; n < 120; n += 1) await caller.post(general, `Filler ${n}`);
  await ada.goto(`/rooms/${general.id}/messages/${old.id}`);
  const row = line(ada, "The key is under the third stone");
  await ada.locator("[data-lit]", { hasText: "third stone" }).waitFor({ timeout: 20_000 });
  const [seen, view] = [await row.boundingBox(), await log(ada).boundingBox()];
  assert.ok(seen.y >= view.y && seen.y < view.y + view.height, "the message is in view");
  await until(async () => (await ada.locator("[data-lit]").count()) === 0, "the light to fade");
  expectNoFaults(ada, mina);
});

test("a message passed on shows who wrote it and where, and leads there", async () => {
  await caller.send("POST", "/rooms", { name: "workshop", kind: "public" });
  await ada.locator(".room-row", { hasText: "workshop" }).waitFor();
  await menu(ada, line(log(ada), "The key is under the third stone"), "menu-forward");
  const dialog = ada.getByTestId("forward-dialog");
  await dialog.locator(".pick", { hasText: "workshop" }).click();
  await dialog.getByTestId("submit").click();
  await dialog.waitFor({ state: "detached" });
  await ada.locator(".room-row", { hasText: "workshop" }).click();
  const card = ada.getByTestId("forwarded").filter({ hasText: "third stone" });
  await card.filter({ hasText: "Ada Lind" }).waitFor();
  await card.locator("figcaption a").click();
  await ada.locator("[data-lit]", { hasText: "third stone" }).waitFor();
  expectNoFaults(ada, mina);
});

test("what is marked unread stays so until one comes back", async () => {
  await say(mina, "Who has the key?");
  await ada.locator(".room-row", { hasText: "workshop" }).click();
  await ada.locator(`[data-room-id="${general.id}"]`).click();
  // The room opens at what Mina wrote before all the filler, which Ada has not seen.
  await ada.keyboard.press("Escape");
  await sees(ada, "Who has the key?");
  await menu(ada, line(log(ada), "Who has the key?"), "menu-unread");
  const row = ada.locator(`[data-room-id="${general.id}"]`);
  await ada.locator(`[data-room-id="${general.id}"][data-unread=true]`).waitFor();
  await ada.locator(".room-row", { hasText: "workshop" }).click();
  await ada.locator(`[data-room-id="${general.id}"][data-unread=true]`).waitFor();
  await row.click();
  await ada.keyboard.press("Escape");
  await ada.locator(`[data-room-id="${general.id}"][data-unread=false]`).waitFor();
  expectNoFaults(ada, mina);
});

test("a name calls within a second, and is read on all devices when it is read on one", async () => {
  await ada.locator(".room-row", { hasText: "workshop" }).click();
  const phone = await openPage(browser, server.url, { viewport: PHONE, isMobile: true, hasTouch: true });
  phone.tolerated.push(...AWAY);
  await phone.goto("/sign-in");
  await phone.locator("[name=login]").fill("ada");
  await phone.locator("[name=password]").fill(PASSWORD);
  await phone.getByTestId("submit").click();
  const badge = (page) => page.locator(`[data-room-id="${general.id}"]`).getByTestId("badge");
  await phone.locator(".room-row").first().waitFor();
  await until(async () => (await badge(ada).count()) === 0, "nothing for Ada yet");
  const unread = () => caller.send("GET", `/rooms/${general.id}/unread`);
  await until(async () => (await unread()).unread === 0, "what Ada has read to be known");
  const minas = await Caller.signIn(server.url, "mina");
  await minas.post(general, "@ada the hall is open");
  await badge(ada).filter({ hasText: /^1/ }).waitFor({ timeout: 1_000 });
  await badge(phone).filter({ hasText: /^1/ }).waitFor({ timeout: 1_000 });
  assert.match(await ada.title(), /^\(1\) /);
  await ada.locator(`[data-room-id="${general.id}"]`).click();
  await line(log(ada), "the hall is open").and(ada.locator("[data-named]")).waitFor();
  await badge(ada).waitFor({ state: "detached" });
  await badge(phone).waitFor({ state: "detached" });
  await until(async () => !/^\(/.test(await ada.title()), "the title without a number");
  await inSync(ada);
  expectNoFaults(ada, mina, phone);
});
