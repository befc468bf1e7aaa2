// The list of rooms in its parts, on two devices of one person, and the details beside a room.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PHONE, expectNoFaults, openBrowser, openPage } from "../support/browser.js";
import { Caller, inSync, inviteLink, makeOwner, registerBy, until } from "../support/people.js";
import { Server } from "../support/server.js";

let server, browser, ada, mina, owner, caller;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ada = await openPage(browser, server.url);
  await makeOwner(ada);
  mina = await openPage(browser, server.url);
  await registerBy(mina, await inviteLink(ada), { name: "Mina Kovač", username: "mina" });
  owner = await Caller.signIn(server.url, "ada");
  caller = await Caller.signIn(server.url, "mina");
  for (const name of ["atlas", "boats", "cranes"]) {
    const room = await owner.send("POST", "/rooms", { name, kind: "public" });
    await caller.send("POST", `/rooms/${room.id}/join`);
  }
  await inSync(mina);
});

after(async () => {
  await browser?.close();
  await server?.end();
});

const part = (page, name) => page.getByTestId("part").filter({ has: page.locator(".part-toggle", { hasText: name }) });
const row = (page, name) => page.locator(".room-item", { has: page.locator(".room-name", { hasText: new RegExp(`^${name}$`) }) });
const names = (place) => place.locator(".room-name").allTextContents();

async function shows(place, expected, what) {
  await until(async () => (await names(place)).join() === expected.join(), `${what}: ${expected}`).catch(async (error) => {
    throw new Error(`${error.message}; there stands ${await names(place)}`);
  });
}

async function menu(page, name) {
  await row(page, name).locator(".room-row").click({ button: "right" });
  await page.getByTestId("message-menu").waitFor();
}

async function choose(page, name, ...deeds) {
  await menu(page, name);
  for (const deed of deeds) await page.getByTestId(deed).first().click();
  await page.getByTestId("message-menu").waitFor({ state: "detached" });
}

async function partMenu(page, name, deed) {
  await part(page, name).locator(".side-head").hover();
  await part(page, name).getByTestId("part-menu").click();
  await page.getByTestId(deed).click();
}

async function giveName(page, name) {
  const dialog = page.getByTestId("naming-dialog");
  await dialog.locator("input").fill(name);
  await dialog.getByTestId("submit").click();
  await dialog.waitFor({ state: "detached" });
}

test("sections of my own are made, filled, ordered and deleted, and my other device agrees", async () => {
  const phone = await openPage(browser, server.url, { viewport: PHONE, hasTouch: true, isMobile: true });
  await phone.goto("/sign-in");
  await phone.locator("[name=login]").fill("mina");
  await phone.locator("[name=password]").fill("harbour-lantern-42");
  await phone.getByTestId("submit").click();
  await part(phone, "Rooms").waitFor();

  await menu(mina, "boats");
  await mina.getByTestId("menu-section").click();
  await mina.getByTestId("new-section").click();
  await giveName(mina, "Harbour");
  await shows(part(mina, "Harbour"), ["boats"], "the new section");
  await shows(part(phone, "Harbour"), ["boats"], "the same on the phone");

  // By the keyboard alone: the row's menu, the section, the first of them.
  await row(mina, "atlas").locator(".room-row").focus();
  await row(mina, "atlas").getByTestId("room-menu").press("Enter");
  await mina.getByTestId("menu-section").press("Enter");
  await mina.locator("[data-testid=section-choice]").first().press("Enter");
  await shows(part(mina, "Harbour"), ["boats", "atlas"], "two in the section");
  assert.equal(await mina.evaluate(() => document.activeElement?.closest(".room-item") !== null || document.activeElement === document.body), true);

  await choose(mina, "atlas", "menu-up");
  await shows(part(mina, "Harbour"), ["atlas", "boats"], "moved up");
  await shows(part(phone, "Harbour"), ["atlas", "boats"], "moved up on the phone too");

  await partMenu(mina, "Harbour", "new-section");
  await giveName(mina, "Later");
  await part(mina, "Later").getByText("Move rooms here").waitFor();
  await partMenu(mina, "Later", "part-up");
  const order = (page) => page.locator("[data-part=section] .part-toggle").allTextContents();
  await until(async () => (await order(phone)).join() === "Later,Harbour", "the order of the sections on the phone");

  await part(mina, "Harbour").locator(".part-toggle").click();
  await shows(part(mina, "Harbour"), [], "folded");
  await shows(part(phone, "Harbour"), [], "folded on the phone");
  await mina.reload();
  await inSync(mina);
  await shows(part(mina, "Harbour"), [], "still folded");
  await part(mina, "Harbour").locator(".part-toggle").click();

  await partMenu(mina, "Harbour", "rename-part");
  await giveName(mina, "Quay");
  await part(phone, "Quay").waitFor();
  await partMenu(mina, "Quay", "delete-part");
  await partMenu(mina, "Later", "delete-part");
  await shows(part(phone, "Rooms"), ["atlas", "boats", "cranes", "general"], "all back among the rooms");
  expectNoFaults(mina, phone);
  await phone.context().close();
});

test("rooms are dragged into a section, past each other, among the favourites and out again", async () => {
  const drag = async (name, to, lower = false) => {
    const { width, height } = await to.boundingBox();
    const targetPosition = { x: width / 2, y: lower ? height - 4 : 4 };
    await row(mina, name).locator(".room-row").dragTo(to, { targetPosition });
    assert.equal(await mina.locator(".drop-before, .drop-behind, .drop-into").count(), 0, "no mark stays");
  };
  await menu(mina, "boats");
  await mina.getByTestId("menu-section").click();
  await mina.getByTestId("new-section").click();
  await giveName(mina, "Harbour");
  await shows(part(mina, "Harbour"), ["boats"], "the new section");
  await drag("atlas", row(mina, "boats"));
  await shows(part(mina, "Harbour"), ["atlas", "boats"], "before the other");
  await drag("atlas", row(mina, "boats"), true);
  await shows(part(mina, "Harbour"), ["boats", "atlas"], "behind it");
  await drag("cranes", part(mina, "Harbour").locator(".side-head"));
  await shows(part(mina, "Harbour"), ["boats", "atlas", "cranes"], "at the end");
  await choose(mina, "boats", "menu-favourite");
  await shows(part(mina, "Favourites"), ["boats"], "a favourite");
  await drag("cranes", part(mina, "Favourites"));
  await shows(part(mina, "Favourites"), ["boats", "cranes"], "another one");
  await drag("boats", part(mina, "Rooms").locator(".side-head"));
  await drag("cranes", part(mina, "Rooms").locator(".side-head"));
  await drag("atlas", part(mina, "Rooms").locator(".side-head"));
  await shows(part(mina, "Rooms"), ["atlas", "boats", "cranes", "general"], "out of all");
  await mina.reload();
  await inSync(mina);
  await shows(part(mina, "Rooms"), ["atlas", "boats", "cranes", "general"], "the same after a reload");
  await partMenu(mina, "Harbour", "delete-part");
  await part(mina, "Harbour").waitFor({ state: "detached" });
  expectNoFaults(mina);
});

test("favourites stand first, a muted room is quiet unless it names me, and all is read at once", async () => {
  const cranes = await owner.room("cranes");
  const atlas = await owner.room("atlas");
  await row(mina, "general").locator(".room-row").click();
  await choose(mina, "cranes", "menu-favourite");
  await shows(part(mina, "Favourites"), ["cranes"], "a favourite");
  await choose(mina, "atlas", "menu-mute");
  await row(mina, "atlas").getByText("Muted").waitFor({ state: "attached" });
  await owner.post(atlas, "Nothing of note");
  await owner.post(cranes, "Something of note");
  await until(async () => (await row(mina, "cranes").locator(".room-row").getAttribute("data-unread")) === "true", "news in cranes");
  assert.equal(await row(mina, "atlas").locator(".room-row").getAttribute("data-unread"), "false");
  await owner.post(atlas, "@mina look");
  await row(mina, "atlas").getByTestId("badge").waitFor();
  await partMenu(mina, "Favourites", "menu-read-all");
  await until(async () => (await mina.locator(".room-row.unread[data-room-id]").count()) === 0, "nothing unread");
  await choose(mina, "cranes", "menu-favourite");
  await part(mina, "Favourites").waitFor({ state: "detached" });
  await choose(mina, "atlas", "menu-mute");
  expectNoFaults(mina);
});

test("the order is mine: by the newest message, unread first", async () => {
  const boats = await owner.room("boats");
  await owner.post(boats, "The newest");
  await partMenu(mina, "Rooms", "order-newest");
  await until(async () => (await names(part(mina, "Rooms")))[0] === "boats", "the newest first");
  await partMenu(mina, "Rooms", "order-name");
  await shows(part(mina, "Rooms"), ["atlas", "boats", "cranes", "general"], "by name");
  await partMenu(mina, "Rooms", "unread-first");
  await shows(part(mina, "Rooms"), ["boats", "atlas", "cranes", "general"], "unread first");
  await partMenu(mina, "Rooms", "unread-first");
  await choose(mina, "boats", "menu-read");
  await shows(part(mina, "Rooms"), ["atlas", "boats", "cranes", "general"], "by name again");
});

test("who runs the site makes categories that everyone sees", async () => {
  await partMenu(ada, "Rooms", "new-category");
  await giveName(ada, "Works");
  await choose(ada, "cranes", "menu-category", "category-choice");
  await shows(part(ada, "Works"), ["cranes"], "the category");
  await shows(part(mina, "Works"), ["cranes"], "the category, for Mina");
  await part(mina, "Works").locator(".side-head").hover();
  await part(mina, "Works").getByTestId("part-menu").click();
  assert.equal(await mina.getByTestId("rename-part").count(), 0, "Mina may not rename it");
  await mina.keyboard.press("Escape");
  await partMenu(ada, "Works", "rename-part");
  await giveName(ada, "Yard");
  await part(mina, "Yard").waitFor();
  await partMenu(ada, "Yard", "delete-part");
  await shows(part(mina, "Rooms"), ["atlas", "boats", "cranes", "general"], "none any more");
  expectNoFaults(ada, mina);
});

test("the details beside a room: the topic in place, its people, and how I keep it", async () => {
  await row(ada, "boats").locator(".room-row").click();
  await ada.getByTestId("details").click();
  const panel = ada.getByTestId("details-panel");
  await panel.getByText("Created by Ada Lind").waitFor();
  await panel.getByText("No topic yet").waitFor();
  await panel.getByTestId("edit-topic").click();
  await panel.getByTestId("topic-field").fill("Everything that floats");
  await panel.getByTestId("topic-field").press("Enter");
  await panel.getByText("Everything that floats").waitFor();
  await panel.getByText("2 members").waitFor();
  await panel.getByTestId("details-mute").click();
  await ada.locator(".room-header .room-mark").waitFor();
  await panel.getByTestId("details-mute").click();
  await panel.getByTestId("all-members").click();
  await ada.getByTestId("members-panel").waitFor();
  await ada.keyboard.press("Control+.");
  await panel.waitFor();
  await ada.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });

  await row(mina, "boats").locator(".room-row").click();
  await mina.getByTestId("details").click();
  await mina.getByTestId("details-panel").getByText("Everything that floats").waitFor();
  assert.equal(await mina.getByTestId("edit-topic").count(), 0, "Mina may not change it");
  await mina.getByTestId("details-leave").click();
  await mina.getByTestId("ask-yes").click();
  await row(mina, "boats").waitFor({ state: "detached" });
  expectNoFaults(ada, mina);
});

test("who is removed reads by whom, and a hidden conversation comes back with what is new", async () => {
  const atlas = await owner.room("atlas");
  await owner.send("DELETE", `/rooms/${atlas.id}/members/${caller.me.id}`);
  await mina.getByTestId("lost-room").getByText("Ada Lind removed you from atlas.").waitFor();
  await mina.getByTestId("lost-room").getByRole("button").click();

  const direct = await owner.send("POST", "/direct", { user_ids: [caller.me.id] });
  await owner.post(direct, "A word?");
  await row(mina, "Ada Lind").getByTestId("badge").waitFor();
  assert.equal(await row(mina, "Ada Lind").getByTestId("presence").getAttribute("data-status"), "online");
  await choose(mina, "Ada Lind", "menu-hide");
  await row(mina, "Ada Lind").waitFor({ state: "detached" });
  await owner.post(direct, "Still there?");
  await row(mina, "Ada Lind").waitFor();
  expectNoFaults(mina);
});

test("the arrows lead through the list", async () => {
  const now = () => mina.evaluate(() => document.activeElement.textContent);
  await part(mina, "Rooms").locator(".part-toggle").focus();
  await mina.keyboard.press("ArrowDown");
  const first = await now();
  assert.ok(first.includes("cranes"), first);
  await mina.keyboard.press("ArrowDown");
  assert.ok((await now()).includes("general"));
  await mina.keyboard.press("ArrowUp");
  assert.equal(await now(), first);
  await mina.keyboard.press("Home");
  assert.ok((await now()).includes("Catch up"));
});
