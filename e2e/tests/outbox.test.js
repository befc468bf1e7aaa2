// What is written reaches everyone once, whatever happens to the page, the session or the server before that.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AWAY, expectNoFaults, openBrowser, watch } from "../support/browser.js";
import { kept, keepsUnsentNo, worksOffline } from "../support/device.js";
import { Caller, confirmed, inRoom, inSync, line, PASSWORD, say, sees, twoInGeneral, until } from "../support/people.js";
import { Server } from "../support/server.js";

let server, browser, ada, mina, general;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ({ ada, mina, general } = await twoInGeneral(browser, server));
  await worksOffline(ada);
  await worksOffline(mina);
});

after(async () => {
  await browser?.close();
  await server?.end();
});

// All messages of the room as the server has them.
async function stored() {
  const caller = await Caller.signIn(server.url, "ada");
  return (await caller.send("GET", `/rooms/${general.id}/messages?limit=100`)).items;
}

const bodies = async () => (await stored()).map((message) => message.body);
const pending = (page, text) => line(page, text).and(page.locator("[data-state=pending]"));

async function nothingWaits(page) {
  await until(async () => (await page.locator("[data-state=pending]").count()) === 0, "everything sent", 45_000);
}

test("written while the server is away, it outlives a reload and is sent once", async () => {
  await server.stop();
  await say(ada, "First, while away");
  await say(ada, "Second, while away");
  await pending(ada, "Second, while away").waitFor();
  await until(async () => (await kept(ada)).outbox.length === 1, "the outbox on the device");
  await ada.reload();
  await pending(ada, "First, while away").waitFor();
  await pending(ada, "Second, while away").waitFor();
  await server.run();
  await confirmed(ada, "Second, while away", 45_000);
  await sees(mina, "Second, while away", 45_000);
  assert.deepEqual((await bodies()).filter((body) => body.endsWith("while away")), ["First, while away", "Second, while away"]);
  await until(async () => (await kept(ada)).outbox.length === 0, "nothing left to send");
  expectNoFaults(ada, mina);
});

test("a page that crashes with something unsent sends it when it is opened again", async () => {
  const context = ada.context();
  await server.stop();
  await say(ada, "Written before the crash");
  await until(async () => (await kept(ada)).outbox.length === 1, "the outbox on the device");
  ada.tolerated.push(/crash/);
  const crashed = ada.waitForEvent("crash");
  await ada.goto("chrome://crash").catch(() => {});
  await crashed;
  expectNoFaults(ada);
  ada = watch(await context.newPage());
  ada.tolerated.push(...AWAY);
  await ada.goto("/");
  await pending(ada, "Written before the crash").waitFor({ timeout: 20_000 });
  await server.run();
  await confirmed(ada, "Written before the crash", 45_000);
  assert.equal((await bodies()).filter((body) => body === "Written before the crash").length, 1);
  expectNoFaults(ada);
});

test("edits and deletions wait too, and those of what waits become part of it", async () => {
  for (const text of ["To be changed", "To be deleted"]) {
    await say(ada, text);
    await confirmed(ada, text);
  }
  await server.stop();
  const act = async (text, what) => {
    await line(ada, text).hover();
    await line(ada, text).getByTestId(what).click();
  };
  const change = async (from, to) => {
    await act(from, "edit");
    await ada.getByTestId("edit-field").fill(to);
    await ada.getByTestId("edit-field").press("Enter");
    await pending(ada, to).waitFor();
  };
  const remove = async (text) => {
    await act(text, "more");
    await ada.getByTestId("message-menu").getByTestId("delete").click();
    await ada.getByTestId("confirm-delete").click();
    await line(ada, text).waitFor({ state: "detached" });
  };
  await change("To be changed", "Changed once");
  await change("Changed once", "Changed twice");
  await remove("To be deleted");
  await say(ada, "Never sent as it was");
  await change("Never sent as it was", "Changed before it was sent");
  await say(ada, "Never to be seen");
  await remove("Never to be seen");
  await keepsUnsentNo(ada, "Never to be seen");
  await ada.reload();
  await pending(ada, "Changed twice").waitFor();
  await pending(ada, "Changed before it was sent").waitFor();
  assert.equal(await ada.getByText("Never to be seen").count(), 0);
  await server.run();
  await nothingWaits(ada);
  await confirmed(ada, "Changed before it was sent", 45_000);
  await sees(mina, "Changed twice", 45_000);
  const all = await stored();
  const with_ = (text) => all.filter((message) => message.body === text);
  assert.equal(with_("Changed twice").length, 1);
  assert.ok(with_("Changed twice")[0].edited_at);
  assert.equal(with_("Changed before it was sent").length, 1);
  assert.equal(with_("Changed before it was sent")[0].edited_at, undefined);
  assert.equal(all.filter((message) => /To be|Never/.test(message.body)).length, 0);
  assert.equal(all.filter((message) => message.deleted_at).length, 1);
  expectNoFaults(ada, mina);
});

test("two tabs of one person show the same and send it once, and the one left goes on", async () => {
  const second = watch(await ada.context().newPage());
  second.tolerated.push(...AWAY);
  await second.goto("/");
  await inRoom(second);
  await inSync(second);
  await server.stop();
  await say(ada, "From the first tab");
  await say(second, "From the second tab");
  for (const page of [ada, second]) {
    await pending(page, "From the first tab").waitFor();
    await pending(page, "From the second tab").waitFor();
  }
  await server.run();
  for (const page of [ada, second]) {
    await confirmed(page, "From the first tab", 45_000);
    await confirmed(page, "From the second tab", 45_000);
  }
  await inSync(second, 45_000);
  // Whichever tab sends, the other one goes on where it is closed.
  await say(second, "And once more");
  await say(ada, "And again");
  await confirmed(ada, "And once more", 20_000);
  await confirmed(ada, "And again", 20_000);
  await server.stop();
  await say(ada, "Left by a tab that closes");
  await pending(second, "Left by a tab that closes").waitFor();
  const context = ada.context();
  await ada.close();
  await server.run();
  await confirmed(second, "Left by a tab that closes", 45_000);
  const texts = (await bodies()).filter((body) => /tab|once more|again/.test(body));
  assert.deepEqual(texts, [...new Set(texts)], "nothing twice");
  assert.equal(texts.length, 5);
  expectNoFaults(second);
  ada = second;
  assert.equal(context, ada.context());
});

test("a session that ended keeps what was written for the next", async () => {
  const context = ada.context();
  await server.stop();
  await say(ada, "Written in a session that ended");
  await until(async () => (await kept(ada)).outbox.length === 1, "the outbox on the device");
  await ada.close();
  await server.run();
  const caller = await Caller.signIn(server.url, "ada");
  for (const session of (await caller.send("GET", "/me/sessions")).items) {
    if (!session.current) await caller.send("DELETE", `/me/sessions/${session.id}`);
  }
  ada = watch(await context.newPage());
  ada.tolerated.push(/401/, ...AWAY);
  await ada.goto("/");
  const form = ada.getByTestId("sign-in-form");
  await form.waitFor();
  await until(async () => (await kept(ada)).rooms.length === 0, "no room left for whoever comes next");
  assert.equal((await kept(ada)).outbox.length, 1);
  await form.locator("[name=login]").fill("ada");
  await form.locator("[name=password]").fill(PASSWORD);
  await form.getByTestId("submit").click();
  await confirmed(ada, "Written in a session that ended", 45_000);
  assert.equal((await bodies()).filter((body) => body === "Written in a session that ended").length, 1);
  expectNoFaults(ada);
});

test("what the server will not have says why and can be taken back", async () => {
  await say(ada, "Mina's to delete");
  await confirmed(ada, "Mina's to delete");
  const caller = await Caller.signIn(server.url, "ada");
  await ada.route("**/api/v1/messages/*", (route) => route.abort());
  await ada.getByTestId("composer").press("ArrowUp");
  await ada.getByTestId("edit-field").fill("Changed too late");
  await ada.getByTestId("edit-field").press("Enter");
  await pending(ada, "Changed too late").waitFor();
  const message = (await stored()).find((message) => message.body === "Mina's to delete");
  await caller.send("DELETE", `/messages/${message.id}`);
  await ada.unroute("**/api/v1/messages/*");
  ada.tolerated.push(/409/);
  const failed = line(ada, "Changed too late").and(ada.locator("[data-state=failed]"));
  await failed.waitFor({ timeout: 45_000 });
  await failed.getByText("Not changed.").waitFor();
  await failed.getByTestId("discard").click();
  await line(ada, "Changed too late").waitFor({ state: "detached" });
  await until(async () => (await kept(ada)).outbox.length === 0, "nothing left to send");
  expectNoFaults(ada);
});

test("signing out says what is unsent, and then leaves nothing of the person on the device", async () => {
  await say(ada, "Stays as it is");
  await confirmed(ada, "Stays as it is");
  await ada.route("**/api/v1/messages/*", (route) => route.abort());
  await ada.getByTestId("composer").press("ArrowUp");
  await ada.getByTestId("edit-field").fill("Never sent");
  await ada.getByTestId("edit-field").press("Enter");
  await pending(ada, "Never sent").waitFor();
  await until(async () => (await kept(ada)).outbox.length === 1, "the outbox on the device");
  await ada.getByTestId("settings").click();
  await ada.getByTestId("sign-out").click();
  await ada.getByText("not sent yet").waitFor();
  await ada.getByTestId("sign-out").click();
  await ada.getByTestId("sign-in-form").waitFor();
  assert.deepEqual(await kept(ada), { outbox: [], rooms: [] });
  expectNoFaults(ada);
});
