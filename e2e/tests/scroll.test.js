// Reading back through 2,000 messages while someone else writes: no row in view moves.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { expectNoFaults, openBrowser, openPage } from "../support/browser.js";
import { Caller, inSync, inviteLink, makeOwner, registerBy, sees } from "../support/people.js";
import { Server } from "../support/server.js";

const MESSAGES = 2_000;
const PAGES = 20;

let server, browser, ada, elsewhere, mina;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ada = await openPage(browser, server.url);
  await makeOwner(ada);
  const guest = await openPage(browser, server.url);
  await registerBy(guest, await inviteLink(ada), { name: "Mina Kovač", username: "mina" });
  await guest.context().close();
  await ada.goto("about:blank");
  mina = await Caller.signIn(server.url, "mina");
  const room = await mina.room("general");
  for (let number = 0; number < MESSAGES; number += 20) {
    const batch = Array.from({ length: 20 }, (_, index) => {
      const lines = (number + index) % 7 === 0 ? "\nwith a second line\nand a third" : "";
      return mina.post(room, `Note ${number + index}${lines}`);
    });
    await Promise.all(batch);
  }
  elsewhere = await Caller.signIn(server.url, "ada");
});

after(async () => {
  await browser?.close();
  await server?.end();
});

// Ada reads everything on another device and opens the room, which so begins at its end and not at the first unread.
async function openAtEnd(room) {
  const newest = await mina.send("GET", `/rooms/${room.id}/messages?limit=1`);
  await elsewhere.send("PUT", `/rooms/${room.id}/read`, { seq: newest.items[0].seq });
  await ada.goto(server.url);
  await ada.getByTestId("composer").waitFor();
  await inSync(ada);
  await sees(ada, newest.items[0].body.split("\n")[0]);
}

// Scrolls up by a step and follows a row in view over the frames after it: the largest step it made by itself. The page
// is scrolled from within, since a wheel's turn may arrive at any later frame.
function stepUp(page) {
  return page.evaluate(async () => {
    const log = document.querySelector("[data-testid=timeline]");
    log.scrollBy(0, -700);
    const box = log.getBoundingClientRect();
    const rows = [...log.querySelectorAll("[data-message-id]")];
    const row = rows.find((row) => row.getBoundingClientRect().top > box.top + box.height / 3);
    const start = row.getBoundingClientRect().top;
    let most = 0;
    const end = performance.now() + 400;
    while (performance.now() < end) {
      await new Promise((done) => requestAnimationFrame(done));
      if (!row.isConnected) return { most: Infinity, rows: rows.length };
      most = Math.max(most, Math.abs(row.getBoundingClientRect().top - start));
    }
    return { most, rows: rows.length, oldest: rows[0]?.dataset.seq };
  });
}

test("20 pages up, and no row in view moves by more than a pixel", async () => {
  const room = await mina.room("general");
  await openAtEnd(room);
  const log = ada.getByTestId("timeline");
  let writing = true;
  const writer = (async () => {
    for (let number = 0; writing; number += 1) {
      await mina.post(room, `Written meanwhile ${number}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  })();
  let worst = 0;
  let oldest = Number(await ada.locator("[data-message-id]").first().getAttribute("data-seq"));
  const first = oldest;
  try {
    for (let page = 0; page < PAGES; ) {
      const seen = await stepUp(ada);
      worst = Math.max(worst, seen.most);
      assert.ok(seen.most <= 1, `a row moved by ${seen.most} px on page ${page}`);
      const now = Number(seen.oldest);
      if (now < oldest) {
        oldest = now;
        page += 1;
      }
      const top = await log.evaluate((element) => element.scrollTop);
      if (top === 0 && page < PAGES && (await ada.locator(".welcome").count())) break;
    }
  } finally {
    writing = false;
    await writer;
  }
  assert.ok(oldest < first, "older pages came in");
  console.log(`from message ${first} back to ${oldest}, the furthest a row moved: ${worst.toFixed(2)} px`);
  expectNoFaults(ada);
});

test("a reader at the end of a busy room keeps few rows, and the older ones come back", async () => {
  const room = await mina.room("general");
  await openAtEnd(room);
  const log = ada.getByTestId("timeline");
  for (let number = 0; number < 260; number += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, index) => mina.post(room, `Busy ${number + index}`)));
  }
  await mina.post(room, "the last of them");
  await sees(ada, "the last of them");
  const shown = await ada.locator("[data-message-id]").count();
  assert.ok(shown <= 201, `${shown} rows on the page`);
  await log.evaluate((element) => element.scrollTo(0, 0));
  await sees(ada, "Busy 10");
  expectNoFaults(ada);
});
