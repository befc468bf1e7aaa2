// Searching: two people find each other's messages, somebody else finds nothing, and everything goes by the keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PHONE, expectNoFaults, openBrowser, openPage } from "../support/browser.js";
import { Caller, PASSWORD, confirmed, inSync, say, sees, twoInGeneral, until } from "../support/people.js";
import { Server } from "../support/server.js";

let server, browser, ada, mina, general, caller, staff;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ({ ada, mina, general, caller } = await twoInGeneral(browser, server));
  staff = await caller.send("POST", "/rooms", { name: "staff-room", kind: "private" });
  await caller.post(staff, "The saffron budget is secret");
});

after(async () => {
  await browser?.close();
  await server?.end();
});

const panel = (page) => page.getByTestId("search-panel");
const field = (page) => page.getByTestId("search-field");
const found = (page) => panel(page).getByTestId("found");
const marks = (row) => row.locator(".found-text mark").allTextContents();

async function seek(page, text) {
  await field(page).fill(text);
  await field(page).press("Enter");
}

async function finds(page, text, number) {
  // A message can be found two seconds after it came.
  await until(async () => {
    await seek(page, text);
    await page.locator(".search-results[aria-busy=false]").waitFor();
    return (await found(page).count()) === number;
  }, `${number} found for ${text}`);
}

test("two people find each other's messages, marked where they say it", async () => {
  await say(mina, "The **saffron** risotto was burnt, we were running late");
  await confirmed(mina, "risotto");
  await ada.keyboard.press("Control+Shift+F");
  await panel(ada).waitFor();
  await finds(ada, "run", 1);
  assert.deepEqual(await marks(found(ada).first()), ["running"]);
  await finds(ada, "saffron", 2);
  assert.match(await found(ada).first().textContent(), /general.*Mina Kovač/s);
  await finds(ada, "saffron in:#staff-room", 1);
  await finds(ada, "-risotto saffron", 1);
  expectNoFaults(ada);
});

test("who is not in a room finds nothing of it, and is not told of it", async () => {
  await mina.getByTestId("search").click();
  await finds(mina, "saffron", 1);
  await seek(mina, "secret");
  await panel(mina).getByText("Nothing found").last().waitFor();
  mina.tolerated.push(/422/);
  await seek(mina, "in:#staff-room budget");
  await mina.getByTestId("search-failed").filter({ hasText: "no such room" }).waitFor();
  await field(mina).fill("in:sta");
  await until(async () => !(await mina.getByTestId("search-offers").innerText().catch(() => "")).includes("staff"), "no offer of it");
  expectNoFaults(mina);
});

test("by keys alone: a suggestion, the arrows, and Enter to the place, which is lit", async () => {
  for (let number = 0; number < 60; number++) await caller.post(general, `Line ${number}`);
  await sees(mina, "Line 59");
  await field(mina).fill("");
  await field(mina).pressSequentially("risotto from:mi");
  await mina.getByTestId("search-offers").locator("[role=option]", { hasText: "Mina Kovač" }).waitFor();
  await mina.keyboard.press("ArrowDown");
  await mina.locator(".search-offers .on", { hasText: "@mina" }).waitFor();
  await mina.keyboard.press("Enter");
  await until(async () => (await field(mina).inputValue()) === "risotto from:@mina ", "the word completed");
  await found(mina).first().waitFor();
  await mina.keyboard.press("ArrowDown");
  assert.equal(await mina.evaluate(() => document.activeElement.className), "found-link");
  await mina.keyboard.press("ArrowUp");
  assert.equal(await mina.evaluate(() => document.activeElement.dataset.testid), "search-field");
  await mina.keyboard.press("ArrowDown");
  await mina.keyboard.press("Enter");
  await mina.locator("[data-lit]", { hasText: "risotto" }).waitFor();
  assert.ok(await panel(mina).isVisible(), "the panel stays for the next one");
  await mina.keyboard.press("Escape");
  await panel(mina).waitFor({ state: "detached" });
  expectNoFaults(mina);
});

test("filters are chips, and what is not understood is said", async () => {
  await mina.getByTestId("search").click();
  const chips = mina.getByTestId("search-chips");
  await seek(mina, "risotto ");
  await chips.getByRole("button", { name: "From me" }).click();
  assert.match(await field(mina).inputValue(), /risotto from:me/);
  await until(async () => (await chips.getByRole("button", { name: "From me" }).getAttribute("aria-pressed")) === "true", "pressed");
  await chips.getByRole("button", { name: "From me" }).click();
  assert.equal((await field(mina).inputValue()).trim(), "risotto");
  await field(mina).fill("risotto is:odd ");
  await panel(mina).getByText("Not understood: is:odd").waitFor();
  expectNoFaults(mina);
});

test("a saved search counts what comes, on both devices, and is read where it is opened", async () => {
  await seek(mina, "paella");
  await mina.getByTestId("keep-search").click();
  await mina.getByTestId("search-name").fill("Paella watch");
  await mina.getByTestId("search-name").press("Enter");
  const row = (page) => page.getByTestId("saved-search").filter({ hasText: "Paella watch" });
  await row(mina).waitFor();
  const phone = await openPage(browser, server.url, { viewport: PHONE, isMobile: true, hasTouch: true });
  await phone.goto("/sign-in");
  await phone.locator("[name=login]").fill("mina");
  await phone.locator("[name=password]").fill(PASSWORD);
  await phone.getByTestId("submit").click();
  await row(phone).waitFor();
  await mina.keyboard.press("Escape");
  await caller.post(general, "Who wants paella on Friday?");
  await row(mina).getByTestId("search-unread").filter({ hasText: "1" }).waitFor({ timeout: 25_000 });
  await row(phone).getByTestId("search-unread").filter({ hasText: "1" }).waitFor({ timeout: 25_000 });
  await row(phone).getByRole("button").first().click();
  await found(phone).first().waitFor();
  await row(mina).getByTestId("search-unread").waitFor({ state: "detached", timeout: 10_000 });
  await found(phone).first().locator("a").click();
  await phone.locator("[data-lit]", { hasText: "paella" }).waitFor();
  assert.equal(await panel(phone).count(), 0, "the panel makes way for the room");
  await row(mina).hover();
  await row(mina).getByTestId("drop-search").click();
  await row(mina).waitFor({ state: "detached" });
  await phone.context().close();
  expectNoFaults(mina, phone);
});

test("the switcher finds rooms and people by scattered letters, and opens a conversation", async () => {
  await inSync(ada);
  await ada.keyboard.press("Escape");
  await ada.keyboard.press("Control+k");
  const switcher = ada.getByTestId("switcher");
  await ada.keyboard.type("stfr");
  await switcher.locator("[role=option].on", { hasText: "staff-room" }).waitFor();
  assert.equal((await switcher.locator("[role=option].on .hit").allTextContents()).join(""), "stfr");
  await ada.keyboard.press("Enter");
  await ada.locator("h1", { hasText: "staff-room" }).waitFor();
  await ada.keyboard.press("Control+k");
  await ada.keyboard.type("mina");
  await switcher.locator("[role=option]", { hasText: "Mina Kovač" }).waitFor();
  await until(async () => /Mina/.test(await switcher.locator("[role=option].on").innerText()), "Mina first");
  await ada.keyboard.press("Enter");
  await switcher.waitFor({ state: "detached" });
  await say(ada, "hello by the switcher");
  await confirmed(ada, "hello by the switcher");
  const direct = await (await Caller.signIn(server.url, "mina")).send("GET", "/rooms");
  assert.ok(direct.items.some((item) => item.room.kind === "direct"));
  await mina.keyboard.press("Control+k");
  const first = mina.getByTestId("switcher").locator("[role=option]").first();
  await until(async () => /Ada Lind/.test(await first.innerText()), "what is unread stands first");
  await mina.keyboard.press("Enter");
  await sees(mina, "hello by the switcher");
  expectNoFaults(ada, mina);
});
