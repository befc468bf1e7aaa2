// Conversations between named people, and not wanting to hear from somebody.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PHONE, expectNoFaults, openBrowser, openPage } from "../support/browser.js";
import { Caller, PASSWORD, confirmed, inSync, line, say, sees, twoInGeneral, until } from "../support/people.js";
import { Server } from "../support/server.js";

let server, browser, ada, mina, general, caller, minas;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ({ ada, mina, general, caller } = await twoInGeneral(browser, server));
  minas = await Caller.signIn(server.url, "mina");
  const invite = await caller.send("POST", `/rooms/${general.id}/invites`, {});
  const yuki = { username: "yuki", display_name: "Yuki Tanaka", email: "yuki@harbour.example", password: PASSWORD };
  await caller.send("POST", "/auth/register", { ...yuki, invite: invite.code });
});

after(async () => {
  await browser?.close();
  await server?.end();
});

const log = (page) => page.getByTestId("timeline");
const row = (page, name) => page.locator(".room-row", { hasText: name });
const dialog = (page) => page.getByTestId("direct-dialog");

async function find(page, letters, name) {
  await dialog(page).getByTestId("people-field").fill(letters);
  await dialog(page).getByTestId("found-person").filter({ hasText: name }).waitFor();
}

test("a conversation begins with a few letters of a name, by keys alone, and is called by its people", async () => {
  await ada.getByTestId("new-direct").click();
  await find(ada, "min", "Mina Kovač");
  await dialog(ada).getByTestId("people-field").press("Enter");
  await dialog(ada).getByTestId("person-chip").filter({ hasText: "Mina Kovač" }).waitFor();
  await dialog(ada).getByTestId("people-field").press("Enter");
  await dialog(ada).waitFor({ state: "detached" });
  await ada.locator(".room-header h1", { hasText: "Mina Kovač" }).waitFor();
  await row(ada, "Mina Kovač").waitFor();
  assert.equal(await ada.getByTestId("room-settings").count(), 0);
  assert.equal(await ada.getByTestId("invite").count(), 0);
  await inSync(ada);
  // Nothing is in Mina's list before something is written.
  assert.equal(await row(mina, "Ada Lind").count(), 0);
  await say(ada, "Are you there?");
  await row(mina, "Ada Lind").getByTestId("badge").filter({ hasText: /^1/ }).waitFor();
  await row(mina, "Ada Lind").click();
  await sees(mina, "Are you there?");
  await say(mina, "At the window");
  await sees(ada, "At the window");
  expectNoFaults(ada, mina);
});

test("more people make another conversation, and the one of two stays as it is", async () => {
  await ada.getByTestId("add-to-direct").click();
  await dialog(ada).getByTestId("person-chip").filter({ hasText: "Mina Kovač" }).waitFor();
  await find(ada, "yuk", "Yuki Tanaka");
  await dialog(ada).getByTestId("found-person").first().click();
  await dialog(ada).getByTestId("submit").click();
  await dialog(ada).waitFor({ state: "detached" });
  await ada.locator(".room-header h1", { hasText: "Yuki Tanaka" }).waitFor();
  await until(async () => (await log(ada).locator(".body").count()) === 0, "an empty conversation");
  await say(ada, "The three of us");
  await confirmed(ada, "The three of us");
  await mina.locator(".room-row", { hasText: "Yuki Tanaka" }).filter({ hasText: "Ada Lind" }).click();
  await sees(mina, "The three of us");
  expectNoFaults(ada, mina);
});

test("a hidden conversation is out of the list until something new is written in it", async () => {
  const two = () => ada.locator(".room-row", { hasText: "Mina Kovač" }).filter({ hasNotText: "Yuki" });
  await two().click();
  await ada.getByTestId("hide-direct").click();
  await two().waitFor({ state: "detached" });
  const conversation = await minas.send("POST", "/direct", { user_ids: [caller.me.id] });
  await minas.post(conversation, "Still here");
  await two().getByTestId("badge").waitFor();
  await two().click();
  await sees(ada, "Still here");
  expectNoFaults(ada);
});

test("whoever is blocked is told so in a conversation, and is folded in rooms until shown", async () => {
  await ada.goto(`/rooms/${general.id}`);
  await inSync(ada);
  await minas.post(general, "Hello from Mina");
  await sees(ada, "Hello from Mina");
  await ada.getByTestId("members").click();
  await ada.locator(".member", { hasText: "Mina Kovač" }).locator(".member-who").click();
  const person = ada.getByTestId("person-card");
  await person.getByTestId("block").click();
  await person.getByTestId("block").filter({ hasText: "Unblock" }).waitFor();
  await ada.keyboard.press("Escape");
  const message = log(ada).locator(".message", { has: ada.getByTestId("folded") }).last();
  await message.waitFor();
  assert.equal(await log(ada).locator(".body", { hasText: "Hello from Mina" }).count(), 0);
  await message.getByTestId("folded").getByRole("button").click();
  await sees(ada, "Hello from Mina");
  // On her side nothing is different but in their conversation.
  await mina.locator(".room-row", { hasText: "Ada Lind" }).filter({ hasNotText: "Yuki" }).click();
  await say(mina, "Why are you silent?");
  await mina.locator(".message[data-state=failed]", { hasText: "Why are you silent?" }).filter({ hasText: "has blocked the other" }).waitFor();
  await mina.locator(".message[data-state=failed]").getByTestId("discard").click();
  // On mine there is no field to write in.
  await ada.locator(".room-row", { hasText: "Mina Kovač" }).filter({ hasNotText: "Yuki" }).click();
  await ada.getByTestId("blocked-note").waitFor();
  assert.equal(await ada.getByTestId("composer").count(), 0);
  expectNoFaults(ada, mina);
});

test("the settings list whom I have blocked, and let them be heard again", async () => {
  await ada.getByTestId("settings").click();
  await ada.getByTestId("part-privacy").click();
  const blocked = ada.getByTestId("blocked-person").filter({ hasText: "Mina Kovač" });
  await blocked.getByRole("button").click();
  await blocked.waitFor({ state: "detached" });
  await ada.getByTestId("close-dialog").click();
  await ada.getByTestId("composer").waitFor();
  await say(mina, "Hello again");
  await sees(ada, "Hello again");
  expectNoFaults(ada, mina);
});

test("a person's card leads to the conversation, on a phone too", async () => {
  const phone = await openPage(browser, server.url, { viewport: PHONE, isMobile: true, hasTouch: true });
  await phone.goto("/sign-in");
  await phone.locator("[name=login]").fill("mina");
  await phone.locator("[name=password]").fill(PASSWORD);
  await phone.getByTestId("submit").click();
  await phone.locator(`[data-room-id="${general.id}"]`).click({ timeout: 20_000 });
  await inSync(phone);
  await phone.getByTestId("members").click();
  await phone.locator(".member", { hasText: "Yuki Tanaka" }).locator(".member-who").click();
  await phone.getByTestId("message-person").click();
  await phone.locator(".room-header h1", { hasText: "Yuki Tanaka" }).waitFor();
  await say(phone, "From the road");
  await confirmed(phone, "From the road");
  await line(log(phone), "From the road").waitFor();
  expectNoFaults(phone);
  await phone.context().close();
});
