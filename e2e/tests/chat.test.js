// Two people: from an empty server to a conversation.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PHONE, expectNoFaults, openBrowser, openPage } from "../support/browser.js";
import { Caller, confirmed, inSync, inviteLink, line, makeOwner, PASSWORD, registerBy, say, sees, signIn, until } from "../support/people.js";
import { Server } from "../support/server.js";

let server, browser, ada, mina;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ada = await openPage(browser, server.url);
  mina = await openPage(browser, server.url);
});

after(async () => {
  await browser?.close();
  await server?.end();
});

test("the first visitor makes the owner's account and stands in general", async () => {
  await makeOwner(ada);
  assert.match(await ada.locator("h1").innerText(), /general/);
  await inSync(ada);
  expectNoFaults(ada);
});

test("an invite link leads a second person into the room", async () => {
  const link = await inviteLink(ada);
  assert.match(link, /\/invite\/.{16,}$/);
  await mina.goto(link);
  await mina.getByRole("heading", { name: /general/ }).waitFor();
  await registerBy(mina, link, { name: "Mina Kovač", username: "mina" });
  await ada.getByText("Mina Kovač joined").waitFor();
  expectNoFaults(ada, mina);
});

test("they chat both ways, in order and once", async () => {
  await say(ada, "Good morning, Mina");
  await sees(mina, "Good morning, Mina");
  await say(mina, "Morning. Who has the keys?");
  await sees(ada, "Morning. Who has the keys?");
  await say(ada, "I do.\n<b>not bold</b> https://example.org/keys");
  await sees(mina, "<b>not bold</b>");
  await confirmed(ada, "not bold");
  for (const page of [ada, mina]) {
    const bodies = await page.locator(".message .body").allInnerTexts();
    assert.deepEqual(bodies.length, 3, bodies.join("|"));
    assert.ok(bodies[0].includes("Good morning") && bodies[1].includes("keys?") && bodies[2].includes("I do."));
  }
  expectNoFaults(ada, mina);
});

test("typing shows and ends", async () => {
  await mina.getByTestId("composer").pressSequentially("I can ");
  await until(async () => (await ada.getByTestId("typing").innerText()).includes("Mina Kovač is typing"), "typing");
  await mina.getByTestId("composer").fill("");
  await until(async () => (await ada.getByTestId("typing").innerText()).trim() === "", "the end of typing");
  expectNoFaults(ada, mina);
});

test("an edit reaches the other, marked as one", async () => {
  await say(ada, "The hall is boked");
  await confirmed(ada, "The hall is boked");
  await ada.getByTestId("composer").press("ArrowUp");
  const field = ada.getByTestId("edit-field");
  await field.fill("The hall is booked");
  await field.press("Enter");
  await sees(mina, "The hall is booked");
  await line(mina, "The hall is booked").locator(".edited").waitFor();
  expectNoFaults(ada, mina);
});

test("deleting asks once, and leaves a trace for both", async () => {
  await say(ada, "Wrong room, sorry");
  await confirmed(ada, "Wrong room, sorry");
  await sees(mina, "Wrong room, sorry");
  const row = line(ada, "Wrong room, sorry");
  await row.hover();
  await row.getByTestId("more").click();
  await ada.getByTestId("message-menu").getByTestId("delete").click();
  await ada.getByTestId("confirm-delete").click();
  for (const page of [ada, mina]) {
    await page.locator(".deleted").first().waitFor();
    assert.equal(await page.getByText("Wrong room, sorry").count(), 0);
  }
  expectNoFaults(ada, mina);
});

test("one sees who is there, and which room has news", async () => {
  await ada.getByTestId("members").click();
  const dot = ada.locator("[data-testid=members-panel] .member", { hasText: "Mina" }).getByTestId("presence");
  await until(async () => (await dot.getAttribute("data-status")) === "online", "Mina online");
  await ada.getByTestId("members").click();
  const caller = await Caller.signIn(server.url, "ada");
  const library = await caller.send("POST", "/rooms", { name: "library", kind: "public" });
  const row = ada.locator(`[data-room-id="${library.id}"]`);
  await row.waitFor();
  const other = await Caller.signIn(server.url, "mina");
  await other.send("POST", `/rooms/${library.id}/join`);
  await other.post(library, "The new books are here");
  await ada.locator(`[data-room-id="${library.id}"][data-unread=true]`).waitFor();
  await row.click();
  await sees(ada, "The new books are here");
  await ada.locator(`[data-room-id="${library.id}"][data-unread=false]`).waitFor();
  await ada.locator(".room-row", { hasText: "general" }).click();
  await sees(ada, "Good morning, Mina");
  expectNoFaults(ada, mina);
});

test("a reload keeps everything", async () => {
  for (const page of [ada, mina]) {
    const bodies = () => page.locator(".message .body").allInnerTexts();
    const before = await bodies();
    await page.reload();
    await inSync(page);
    await until(async () => (await bodies()).length === before.length, "the same messages");
    assert.deepEqual(await bodies(), before);
    assert.equal(await page.locator(".deleted").count(), 1);
    assert.equal(await page.locator(".edited").count(), 1);
  }
  expectNoFaults(ada, mina);
});

test("a wrong password is said beside the form, and the right one opens the door", async () => {
  const page = await openPage(browser, server.url);
  page.tolerated.push(/401/);
  await page.goto("/");
  const form = page.getByTestId("sign-in-form");
  await form.locator("[name=login]").fill("mina");
  await form.locator("[name=password]").fill("not this one");
  await form.getByTestId("submit").click();
  await page.getByTestId("complaint").getByText("The name or the password is wrong").waitFor();
  await signIn(page, "mina@harbour.example");
  expectNoFaults(page);
  await page.context().close();
});

test("on a phone, rooms and room are two screens of one history", async () => {
  const phone = await openPage(browser, server.url, { viewport: PHONE, hasTouch: true, isMobile: true });
  await phone.goto("/");
  const form = phone.getByTestId("sign-in-form");
  await form.locator("[name=login]").fill("mina");
  await form.locator("[name=password]").fill("harbour-lantern-42");
  await form.getByTestId("submit").click();
  await phone.locator(".room-row", { hasText: "general" }).click();
  await sees(phone, "The hall is booked");
  await say(phone, "From the bus");
  await sees(ada, "From the bus");
  const box = await phone.getByTestId("composer").boundingBox();
  assert.ok(box.y + box.height <= PHONE.height, "the composer is on the screen");
  const wide = await phone.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= PHONE.width, `nothing stands beside the screen (${wide})`);
  await phone.goBack();
  await phone.locator(".room-row", { hasText: "general" }).waitFor();
  assert.ok(await phone.locator(".room-row", { hasText: "general" }).isVisible());
  expectNoFaults(phone, ada);
  await phone.context().close();
});

test("the page speaks German to those who choose it", async () => {
  const page = await openPage(browser, server.url, { locale: "de-DE" });
  await page.goto("/");
  await page.getByRole("heading", { name: "Anmelden" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  await page.context().close();
});

test("an invite leads on after signing in, and the settings stand where another language was chosen", async () => {
  const caller = await Caller.signIn(server.url, "ada");
  const room = await caller.send("POST", "/rooms", { name: "boathouse", kind: "private" });
  const invite = await caller.send("POST", `/rooms/${room.id}/invites`, {});
  const page = await openPage(browser, server.url);
  await page.goto(`/invite/${invite.code}`);
  await page.getByTestId("account-form").waitFor();
  await page.locator(".other-door button").click();
  const form = page.getByTestId("sign-in-form");
  await form.locator("[name=login]").fill("mina");
  await form.locator("[name=password]").fill(PASSWORD);
  await form.getByTestId("submit").click();
  await page.getByTestId("accept-invite").click();
  await page.locator("h1", { hasText: "boathouse" }).waitFor();
  await page.getByTestId("settings").click();
  await page.getByTestId("part-appearance").click();
  await page.getByText("Deutsch").click();
  await page.locator("html[lang=de]").waitFor();
  await page.getByTestId("part-appearance").and(page.locator("[aria-current=true]")).waitFor();
  expectNoFaults(page);
  await page.context().close();
});

test("one signs out and stays out", async () => {
  await mina.getByTestId("settings").click();
  await mina.getByTestId("sign-out").click();
  await mina.getByTestId("sign-in-form").waitFor();
  await mina.reload();
  await mina.getByTestId("sign-in-form").waitFor();
  expectNoFaults(mina);
});
