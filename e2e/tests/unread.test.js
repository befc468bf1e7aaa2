// Coming back to a room that went on: it opens at the first unread message, and only what was seen is read.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { expectNoFaults, openBrowser, openPage } from "../support/browser.js";
import { Caller, inSync, inviteLink, makeOwner, registerBy, say, sees, signIn, until } from "../support/people.js";
import { keeps } from "../support/device.js";
import { Server } from "../support/server.js";

let server, browser, ada, mina, caller;
let rooms = 0;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ada = await openPage(browser, server.url);
  await makeOwner(ada);
  const guest = await openPage(browser, server.url);
  await registerBy(guest, await inviteLink(ada), { name: "Mina Kovač", username: "mina" });
  await guest.context().close();
  mina = await Caller.signIn(server.url, "mina");
  caller = await Caller.signIn(server.url, "ada");
});

after(async () => {
  await browser?.close();
  await server?.end();
});

// A room in which Mina wrote and Ada read everything.
async function readRoom(count = 30) {
  rooms += 1;
  const room = await mina.send("POST", "/rooms", { name: `quay-${rooms}`, kind: "public" });
  await caller.send("POST", `/rooms/${room.id}/join`);
  await write(room, "Old", count);
  await caller.send("PUT", `/rooms/${room.id}/read`, { seq: await newest(room) });
  return room;
}

async function write(room, word, count) {
  for (let number = 1; number <= count; number += 1) await mina.post(room, `${word} ${number}.`);
}

async function newest(room) {
  return (await mina.send("GET", `/rooms/${room.id}/messages?limit=1`)).items[0].seq;
}

async function unread(room) {
  const items = (await caller.send("GET", "/rooms")).items;
  return items.find((item) => item.room.id === room.id).unread;
}

const row = (page, room) => page.locator(".room-row", { hasText: room.name });

async function go(page, room) {
  await row(page, room).click();
  await page.locator("[data-testid=timeline]", { has: page.locator(".message") }).waitFor();
}

// The "New" line stands at the top of the view, right above the first unread message.
async function opensAtNew(page, first) {
  const placed = () =>
    page.evaluate(() => {
      const log = document.querySelector("[data-testid=timeline]");
      const line = log?.querySelector("[data-testid=new-line]");
      if (!line) return null;
      const at = line.getBoundingClientRect().top - log.getBoundingClientRect().top;
      return { at, next: line.nextElementSibling?.querySelector(".body")?.textContent };
    });
  const seen = await until(
    async () => {
      const seen = await placed();
      return seen && seen.at >= -1 && seen.at <= 120 && seen.next === first && seen;
    },
    `the New line at the top of the view, above ${first}`,
    8_000,
  ).catch(async (error) => assert.fail(`${error.message}: ${JSON.stringify(await placed())}`));
  return seen;
}

async function readsToTheEnd(page, room) {
  await page.getByTestId("jump-pill").click();
  await until(async () => (await unread(room)) === 0, "the room is read once its end was seen");
}

for (const count of [40, 160]) {
  test(`a room left and come back to opens at the first of ${count} unread messages`, async () => {
    const [room, other] = [await readRoom(), await readRoom(3)];
    await ada.goto(`/rooms/${room.id}`);
    await sees(ada, "Old 30.");
    await go(ada, other);
    await write(room, "Fresh", count);
    await go(ada, room);
    await opensAtNew(ada, "Fresh 1.");
    // The server counts no further than a hundred.
    assert.equal(await unread(room), Math.min(count, 100), "nothing unseen is read");
    await readsToTheEnd(ada, room);
    expectNoFaults(ada);
  });
}

test("whoever goes to the end while another page is on its way gets there", async () => {
  const [room, other] = [await readRoom(80), await readRoom(3)];
  await ada.goto(`/rooms/${other.id}`);
  await inSync(ada);
  await write(room, "Fresh", 160);
  const held = [];
  let holds = true;
  await ada.route(/\/messages\?.*after=/, (route) => (holds ? held.push(route) : route.continue()));
  await go(ada, room);
  await until(() => held.length > 0, "the page from the first unread message on to be asked for");
  await ada.keyboard.press("Escape");
  holds = false;
  for (const route of held) await route.continue();
  await sees(ada, "Fresh 160.");
  await until(async () => (await unread(room)) === 0, "the room is read once its end was seen");
  expectNoFaults(ada);
});

test("after a reload in another room it opens at the first unread message too", async () => {
  const [room, other] = [await readRoom(), await readRoom(3)];
  await ada.goto(`/rooms/${room.id}`);
  await sees(ada, "Old 30.");
  await go(ada, other);
  await keeps(ada, "Old 30.");
  await write(room, "Fresh", 60);
  await ada.reload();
  await inSync(ada);
  await go(ada, room);
  await opensAtNew(ada, "Fresh 1.");
  assert.equal(await unread(room), 60);
  expectNoFaults(ada);
});

test("a new browser opens at the first of 60, and again at what comes while the reader is elsewhere", async () => {
  const [room, other] = [await readRoom(), await readRoom(3)];
  await write(room, "Fresh", 60);
  const browserNew = await openPage(browser, server.url);
  await signIn(browserNew, "ada");
  await inSync(browserNew);
  await go(browserNew, room);
  await opensAtNew(browserNew, "Fresh 1.");
  assert.equal(await unread(room), 60);
  await browserNew.getByTestId("jump-pill").filter({ hasText: /\d/ }).waitFor();
  await readsToTheEnd(browserNew, room);
  await go(browserNew, other);
  await write(room, "Later", 60);
  await browserNew.locator(`.room-row[data-room-id="${room.id}"][data-unread=true]`).waitFor();
  await go(browserNew, room);
  await opensAtNew(browserNew, "Later 1.");
  const told = await browserNew.getByTestId("jump-pill").textContent();
  const below = Number(told.match(/\d+/)?.[0]);
  assert.ok(below > 20 && below < 60, `the pill counts what is below: ${told}`);
  assert.equal(await unread(room), 60);
  expectNoFaults(browserNew);
  await browserNew.context().close();
});

test("opened at its address in a new browser with 60 unread, it begins at the first", async () => {
  const room = await readRoom();
  await write(room, "Fresh", 60);
  const page = await openPage(browser, server.url);
  await signIn(page, "ada");
  await page.goto(`/rooms/${room.id}`);
  await inSync(page);
  await opensAtNew(page, "Fresh 1.");
  assert.equal(await unread(room), 60);
  await page.context().close();
});

test("who reads at the end sees no New line, and what comes is read", async () => {
  const room = await readRoom();
  await ada.goto(`/rooms/${room.id}`);
  await inSync(ada);
  await sees(ada, "Old 30.");
  await write(room, "Live", 5);
  await sees(ada, "Live 5.");
  await until(async () => (await unread(room)) === 0, "what is seen is read");
  assert.equal(await ada.getByTestId("new-line").count(), 0);
  await say(ada, "I am here");
  await sees(ada, "I am here");
  expectNoFaults(ada);
});
