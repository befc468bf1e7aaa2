// What is gathered over all rooms: threads, what is kept with its reminders, what is sent later, drafts, and catching up.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PHONE, expectNoFaults, openBrowser, openPage } from "../support/browser.js";
import { Caller, confirmed, inSync, line, say, sees, twoInGeneral, until } from "../support/people.js";
import { Server } from "../support/server.js";

let server, browser, ada, mina, general, caller, minas;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ({ ada, mina, general, caller } = await twoInGeneral(browser, server));
  minas = await Caller.signIn(server.url, "mina");
});

after(async () => {
  await browser?.close();
  await server?.end();
});

const log = (page) => page.getByTestId("timeline");
const card = (page, list, text) => page.getByTestId(list).locator(".card", { hasText: text });

async function menu(page, row, deed) {
  await row.hover();
  await row.getByTestId("more").click();
  await page.getByTestId("message-menu").getByTestId(deed).click();
}

async function open(page, address) {
  await page.goto(address);
  await page.locator(".view-header").waitFor({ timeout: 20_000 });
}

test("a thread I began is listed with what is new in it, until it is read", async () => {
  const root = await caller.post(general, "Who brings the tent?");
  await minas.send("POST", `/rooms/${general.id}/messages`, { body: "I do, the green one", parent_id: root.id });
  await open(ada, "/threads");
  const thread = card(ada, "threads", "Who brings the tent?");
  await thread.getByTestId("thread-unread").filter({ hasText: "1 new" }).waitFor();
  await thread.filter({ hasText: "I do, the green one" }).waitFor();
  // What is said now comes by itself.
  await minas.send("POST", `/rooms/${general.id}/messages`, { body: "And the pegs, @ada", parent_id: root.id });
  await thread.filter({ hasText: "And the pegs" }).waitFor();
  await thread.getByTestId("thread-unread").filter({ hasText: "2 new" }).waitFor();
  await thread.getByTestId("read-thread").click();
  await thread.getByTestId("thread-unread").waitFor({ state: "detached" });
  await ada.getByTestId("only-unread").click();
  await ada.getByTestId("nothing").waitFor();
  await ada.getByRole("button", { name: "All", exact: true }).click();
  await thread.getByTestId("open-thread").click();
  await sees(ada.getByTestId("thread-panel"), "And the pegs");
  await ada.goBack();
  await thread.waitFor();
  expectNoFaults(ada, mina);
});

test("a thread I no longer follow is gone from the list when I come back", async () => {
  const thread = card(ada, "threads", "Who brings the tent?");
  await thread.getByTestId("follow").click();
  await thread.getByTestId("follow").filter({ hasText: /^Follow$/ }).waitFor();
  await ada.goto("/saved");
  await ada.goto("/threads");
  await ada.getByTestId("nothing").waitFor();
  expectNoFaults(ada);
});

test("a thread is followed from its panel, and by writing in it; what is new there stands below a line", async () => {
  const answer = (body, root) => minas.send("POST", `/rooms/${general.id}/messages`, { body, parent_id: root.id });
  const panel = ada.getByTestId("thread-panel");
  const bell = (pressed) => panel.locator(`[data-testid=follow-thread][aria-pressed=${pressed}]`);
  const hers = await minas.post(general, "Where do the chairs go?");
  await answer("Beside the pond", hers);
  await ada.goto(`/rooms/${general.id}/threads/${hers.id}`);
  await sees(panel, "Beside the pond");
  await bell(false).click();
  await bell(true).waitFor();
  assert.equal(await bell(true).getAttribute("title"), "Unfollow");
  await open(ada, "/threads");
  await card(ada, "threads", "Where do the chairs go?").waitFor();
  // What came since stands below a line.
  await answer("Or under the lime tree", hers);
  await card(ada, "threads", "Where do the chairs go?").getByTestId("open-thread").click();
  await sees(panel, "Or under the lime tree");
  assert.match(await panel.locator(".lines").innerText(), /Beside the pond[^]*New[^]*Or under the lime tree/);
  // Another device follows it no longer.
  await caller.send("PUT", `/threads/${hers.id}/following`, { following: false });
  await bell(false).waitFor();
  const another = await minas.post(general, "Who mows?");
  await ada.goto(`/rooms/${general.id}/threads/${another.id}`);
  await bell(false).waitFor();
  await panel.getByTestId("thread-composer").fill("I do, on Friday");
  await panel.getByTestId("thread-composer").press("Enter");
  await sees(panel, "I do, on Friday");
  await bell(true).waitFor();
  for (const root of [hers, another]) await caller.send("PUT", `/threads/${root.id}/following`, { following: false });
  expectNoFaults(ada);
});

test("what is kept stands in the list on all devices, leads to its place and goes when it is done", async () => {
  await ada.goto(`/rooms/${general.id}`);
  await say(ada, "The key is with the porter");
  await sees(mina, "The key is with the porter");
  await menu(mina, line(log(mina), "The key is with the porter"), "menu-save");
  const phone = await openPage(browser, server.url, { viewport: PHONE, isMobile: true, hasTouch: true });
  await phone.goto("/sign-in");
  await phone.locator("[name=login]").fill("mina");
  await phone.locator("[name=password]").fill("harbour-lantern-42");
  await phone.getByTestId("submit").click();
  await phone.locator(".room-row").first().waitFor({ timeout: 20_000 });
  await open(phone, "/saved");
  await card(phone, "saved", "The key is with the porter").waitFor();
  await mina.keyboard.press("Escape");
  await open(mina, "/saved");
  const saved = card(mina, "saved", "The key is with the porter");
  await saved.getByTestId("show").click();
  await mina.locator("[data-lit]", { hasText: "with the porter" }).waitFor();
  await mina.goBack();
  await saved.getByTestId("unsave").click();
  await mina.getByTestId("nothing").waitFor();
  await phone.getByTestId("nothing").waitFor();
  expectNoFaults(mina, phone);
  await phone.context().close();
});

test("a reminder tells itself wherever I am, and is told no more once it is answered", async () => {
  const said = await caller.post(general, "Water the plants in the hall");
  await open(mina, "/threads");
  const at = new Date(Date.now() + 1_500).toISOString();
  await minas.send("PUT", `/messages/${said.id}/saved`, { remind_at: at });
  const reminder = mina.getByTestId("reminder").filter({ hasText: "Water the plants" });
  await reminder.waitFor({ timeout: 15_000 });
  await mina.goto("/saved");
  await mina.locator(".card[data-due=true]", { hasText: "Water the plants" }).waitFor({ timeout: 20_000 });
  await reminder.waitFor();
  await reminder.getByTestId("reminder-show").click();
  await mina.locator("[data-lit]", { hasText: "Water the plants" }).waitFor();
  await reminder.waitFor({ state: "detached" });
  await menu(mina, line(log(mina), "Water the plants"), "menu-remind");
  await mina.getByTestId("moment-menu").getByTestId("in-20-minutes").click();
  await until(async () => !(await minas.send("GET", "/me/saved")).items[0].saved.reminded_at, "the reminder to be put off");
  await open(mina, "/saved");
  await mina.locator(".card[data-due=false]", { hasText: "Water the plants" }).filter({ hasText: "Reminder" }).waitFor();
  expectNoFaults(mina);
});

test("/remind makes a note to myself and keeps it", async () => {
  await mina.goto(`/rooms/${general.id}`);
  await inSync(mina);
  await say(mina, "/remind 2h Call the tuner");
  await until(async () => (await mina.getByTestId("composer").inputValue()) === "", "the command to be done");
  await open(mina, "/saved");
  await card(mina, "saved", "Call the tuner").filter({ hasText: "Notes to yourself" }).waitFor();
  expectNoFaults(mina);
});

test("a message waits to be sent, is changed, put off and sent; another is taken back", async () => {
  await ada.goto(`/rooms/${general.id}`);
  await inSync(ada);
  for (const text of ["Doors open at seven", "Forget this one"]) {
    await ada.getByTestId("composer").fill(text);
    await ada.getByTestId("send-later").click();
    await ada.getByTestId("moment-menu").getByTestId("tomorrow").click();
    await until(async () => (await ada.getByTestId("composer").inputValue()) === "", "the composer to be empty");
  }
  await open(ada, "/scheduled");
  const doors = card(ada, "scheduled", "Doors open at");
  await doors.getByTestId("edit-scheduled").click();
  await ada.getByTestId("scheduled-field").fill("Doors open at eight");
  await ada.getByTestId("scheduled-field").press("Enter");
  await doors.filter({ hasText: "at eight" }).waitFor();
  await doors.getByTestId("reschedule").click();
  await ada.getByTestId("moment-menu").getByTestId("in-1-hour").click();
  await until(async () => {
    const [row] = (await caller.send("GET", "/me/scheduled")).items;
    return row.body === "Doors open at eight" && new Date(row.send_at) - Date.now() < 3_700_000;
  }, "the message to wait an hour only");
  const other = card(ada, "scheduled", "Forget this one");
  await other.getByTestId("cancel-scheduled").click();
  await other.getByTestId("ask-yes").click();
  await other.waitFor({ state: "detached" });
  await doors.getByTestId("send-now").click();
  await doors.waitFor({ state: "detached" });
  await mina.goto(`/rooms/${general.id}`);
  await sees(mina, "Doors open at eight");
  assert.equal(await log(mina).locator(".body", { hasText: "Forget this one" }).count(), 0);
  expectNoFaults(ada, mina);
});

test("what was begun anywhere is listed, leads there and can be let go", async () => {
  await ada.goto(`/rooms/${general.id}`);
  await ada.getByTestId("composer").fill("Half a thought");
  await ada.getByTestId("composer").evaluate((field) => field.blur());
  await ada.keyboard.press("g");
  await ada.keyboard.press("l");
  const draft = ada.getByTestId("draft-card").filter({ hasText: "Half a thought" });
  await draft.getByTestId("continue-draft").click();
  await until(async () => (await ada.getByTestId("composer").inputValue()) === "Half a thought", "the text in the composer");
  await ada.goBack();
  await draft.getByTestId("delete-draft").click();
  await ada.getByTestId("nothing").waitFor();
  expectNoFaults(ada);
});

async function rooms(...names) {
  const made = [];
  for (const name of names) {
    const room = await minas.send("POST", "/rooms", { name, kind: "public" });
    await caller.send("POST", `/rooms/${room.id}/join`);
    made.push(room);
  }
  return made;
}

test("catching up: what is for me first, by keys alone, and read when it is done", async () => {
  await caller.send("POST", "/me/read-all");
  const [choir, garden] = await rooms("choir", "garden");
  const read = await minas.post(choir, "Rehearsal at five");
  const gone = await minas.post(choir, "Bring cake");
  const last = await minas.post(choir, "See you there");
  await caller.send("PUT", `/rooms/${choir.id}/read`, { seq: last.seq });
  await minas.send("PATCH", `/messages/${read.id}`, { body: "Rehearsal at six" });
  await minas.send("DELETE", `/messages/${gone.id}`);
  await minas.post(choir, "I am late");
  await minas.post(garden, "@ada the roses are in");
  await minas.post(garden, "And the peas");
  await open(ada, "/catch-up");
  const groups = ada.getByTestId("group");
  await groups.nth(1).waitFor();
  assert.deepEqual(await groups.locator(".place-name").allInnerTexts(), ["garden", "choir"]);
  const second = groups.filter({ hasText: "choir" });
  await second.locator("[data-changed]", { hasText: "Rehearsal at six" }).filter({ hasText: "edited after" }).waitFor();
  await second.locator("[data-changed]", { hasText: "Message deleted" }).waitFor();
  const here = () => ada.evaluate(() => document.activeElement.textContent);
  await until(async () => /the roses are in/.test(await here()), "the first message to have the focus");
  await ada.keyboard.press("j");
  assert.match(await here(), /And the peas/);
  await ada.keyboard.press("k");
  await ada.keyboard.press("r");
  await ada.getByTestId("answer-field").fill("Lovely");
  await ada.keyboard.press("Enter");
  await ada.getByTestId("said").filter({ hasText: "Lovely" }).waitFor();
  await until(async () => {
    const { items } = await minas.send("GET", `/rooms/${garden.id}/messages?limit=5`);
    return items.some((message) => message.body === "Lovely");
  }, "the answer to be stored");
  await ada.keyboard.press("e");
  await groups.filter({ hasText: "garden" }).waitFor({ state: "detached" });
  await until(async () => /Rehearsal at six/.test(await here()), "the next group to have the focus");
  await until(async () => (await caller.send("GET", `/rooms/${garden.id}/unread`)).unread === 0, "the garden to be read");
  await ada.keyboard.press("j");
  await ada.keyboard.press("j");
  await ada.keyboard.press("Enter");
  await ada.locator("[data-lit]", { hasText: "I am late" }).waitFor();
  await ada.goBack();
  await ada.getByTestId("nothing").or(groups.first()).first().waitFor();
  expectNoFaults(ada);
});

test("Shift and Escape reads everything, threads as well", async () => {
  await ada.goto(`/rooms/${general.id}`);
  const [hall] = await rooms("hall");
  const root = await caller.post(hall, "Chairs?");
  await minas.send("POST", `/rooms/${hall.id}/messages`, { body: "Forty", parent_id: root.id });
  await minas.post(hall, "And two tables");
  await ada.locator(`[data-room-id="${hall.id}"][data-unread=true]`).waitFor();
  await ada.keyboard.press("Shift+Escape");
  await ada.getByTestId("notice").filter({ hasText: "Everything is marked as read" }).waitFor();
  await ada.locator(`[data-room-id="${hall.id}"][data-unread=false]`).waitFor();
  await open(ada, "/catch-up");
  await ada.getByTestId("nothing").filter({ hasText: "You are up to date" }).waitFor();
  expectNoFaults(ada);
});

test("a message can be taken back for five seconds by whoever wants that", async () => {
  await ada.goto(`/rooms/${general.id}`);
  await inSync(ada);
  await ada.getByTestId("settings").click();
  await ada.getByTestId("part-privacy").click();
  await ada.getByTestId("undo-send").check();
  await until(async () => (await caller.send("GET", "/me/preferences")).preferences.undo_seconds === 5, "the setting to be kept");
  await ada.getByTestId("close-dialog").click();
  await say(ada, "Too quick");
  await line(log(ada), "Too quick").getByTestId("undo").click();
  assert.equal(await ada.getByTestId("composer").inputValue(), "Too quick");
  assert.equal(await log(ada).locator(".body", { hasText: "Too quick" }).count(), 0);
  await ada.getByTestId("composer").fill("Thought over");
  await ada.getByTestId("composer").press("Enter");
  await line(log(ada), "Thought over").getByTestId("undo").waitFor();
  await confirmed(ada, "Thought over");
  const { items } = await caller.send("GET", `/rooms/${general.id}/messages?limit=20`);
  assert.ok(!items.some((message) => message.body === "Too quick"));
  await caller.send("PUT", "/me/preferences", {});
  expectNoFaults(ada);
});

test("who has read a message is told, unless they hide it", async () => {
  await mina.goto(`/rooms/${general.id}`);
  await inSync(mina);
  await caller.send("PUT", "/me/preferences", {});
  await say(mina, "Has everyone seen this?");
  await sees(ada, "Has everyone seen this?");
  await ada.keyboard.press("Escape");
  await until(async () => (await minas.send("GET", `/rooms/${general.id}/unread`)).unread === 0, "Mina has read all");
  const id = await line(log(mina), "Has everyone seen this?").getAttribute("data-message-id");
  await until(async () => (await minas.send("GET", `/messages/${id}/reads`)).count === 1, "Ada's mark to arrive");
  await menu(mina, line(log(mina), "Has everyone seen this?"), "menu-reads");
  await mina.getByTestId("reads-dialog").getByTestId("reader").filter({ hasText: "Ada Lind" }).waitFor();
  await mina.keyboard.press("Escape");
  await caller.send("PUT", "/me/preferences", { hide_reads: true });
  await menu(mina, line(log(mina), "Has everyone seen this?"), "menu-reads");
  await mina.getByTestId("reads-dialog").filter({ hasText: "Nobody is known" }).waitFor();
  await mina.keyboard.press("Escape");
  await caller.send("PUT", "/me/preferences", {});
  expectNoFaults(ada, mina);
});

test("the views by address on a phone: one column, and Back leads to the rooms", async () => {
  const phone = await openPage(browser, server.url, { viewport: PHONE, isMobile: true, hasTouch: true });
  await phone.goto("/sign-in");
  await phone.locator("[name=login]").fill("ada");
  await phone.locator("[name=password]").fill("harbour-lantern-42");
  await phone.getByTestId("submit").click();
  await phone.locator(".room-row").first().waitFor({ timeout: 20_000 });
  for (const address of ["/threads", "/saved", "/scheduled", "/catch-up"]) {
    await open(phone, address);
    const wide = await phone.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${address} is ${wide} px wide`);
    await phone.locator(".view-header .only-phone").click();
    await phone.locator(".room-row").first().waitFor();
  }
  expectNoFaults(phone);
  await phone.context().close();
});
