// A room of many messages: however far one scrolls, the page holds what is near, and no row in view moves. `npm run window`
// does the same in a room of 100,000.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AWAY, expectNoFaults, openBrowser, openPage } from "../support/browser.js";
import { fillRoom } from "../support/history.js";
import { Caller, inRoom, inSync, makeOwner, say, sees, signIn, until } from "../support/people.js";
import { Server } from "../support/server.js";

const MESSAGES = Number(process.env.MESSAGES ?? 20_000);
// Up by so many messages and back.
const FAR = Number(process.env.FAR ?? 1_000);
// Rows on the page: those in view, a hundred and some on each side, and a page that has just come.
const MOST_ROWS = 420;

let server, browser, ada, caller, room;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  const owner = await openPage(browser, server.url);
  await makeOwner(owner);
  caller = await Caller.signIn(server.url, "ada");
  room = await caller.room("general");
  await owner.context().close();
  await fillRoom(server, room, [caller.me], MESSAGES);
  caller = await Caller.signIn(server.url, "ada");
  const page = await caller.send("GET", `/rooms/${room.id}/messages?limit=1`);
  await caller.send("PUT", `/rooms/${room.id}/read`, { seq: page.items[0].seq });
  ada = await openPage(browser, server.url);
  await signIn(ada, "ada");
  await inSync(ada);
  await sees(ada, `Line ${MESSAGES}`);
});

after(async () => {
  await browser?.close();
  await server?.end();
});

// Scrolls step by step until `there` says so of the numbers of the first and last message on the page. Follows a row in
// view over the frames after each step; gives the largest step it made by itself, and the most rows there were.
function scroll(page, step, bound) {
  return page.evaluate(
    async ({ step, bound }) => {
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      const log = document.querySelector("[data-testid=timeline]");
      const rows = () => log.querySelectorAll(".lines > *");
      const number = (row) => Number(row?.querySelector(".body")?.textContent.match(/(?:Line|number) (\d+)/)?.[1]);
      let [moved, most, steps] = [0, 0, 0];
      for (const end = performance.now() + 240_000; performance.now() < end; steps += 1) {
        const before = log.scrollTop;
        log.scrollBy(0, step);
        const box = log.getBoundingClientRect();
        const inView = [...rows()].filter((row) => row.dataset.seq && row.getBoundingClientRect().bottom > box.top);
        const row = inView[Math.min(5, inView.length - 1)];
        const start = row.getBoundingClientRect().top;
        const own = log.scrollTop;
        for (let frames = 0; frames < 3; frames += 1) {
          await frame();
          most = Math.max(most, rows().length);
          if (!row.isConnected) return { moved: Infinity, most, steps };
          moved = Math.max(moved, Math.abs(row.getBoundingClientRect().top - start));
        }
        const place = number(row);
        if (Number.isFinite(place) && (step < 0 ? place <= bound : place >= bound)) return { moved, most, steps, place };
        // At the edge of what is loaded: a page is on its way.
        if (own === before) await new Promise((done) => setTimeout(done, 20));
      }
      return { late: true, moved, most, steps };
    },
    { step, bound },
  );
}

// After the garbage is gone: what scripts hold, WASM's memory with it where the browser tells it, and nodes of the page.
async function held(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const heap = await session.send("Runtime.getHeapUsage");
  const counters = await session.send("Memory.getDOMCounters");
  await session.detach();
  return { script: heap.usedSize, buffers: heap.backingStorageSize ?? 0, nodes: counters.nodes };
}

const MIB = 1024 * 1024;
const told = (held) =>
  `${(held.script / MIB).toFixed(1)} MiB script, ${(held.buffers / MIB).toFixed(1)} MiB buffers, ${held.nodes} nodes`;

test("far up and back: few rows, bounded memory, and no row in view moves by more than a pixel", async () => {
  // What is fetched once is there before anything is measured.
  await scroll(ada, -900, MESSAGES - 400);
  const start = await held(ada);
  const up = await scroll(ada, -900, MESSAGES - FAR);
  const far = await held(ada);
  const down = await scroll(ada, 900, MESSAGES - 20);
  const back = await held(ada);
  console.log(`up ${JSON.stringify(up)}, down ${JSON.stringify(down)}`);
  console.log(`at the end: ${told(start)}; far up: ${told(far)}; back: ${told(back)}`);
  for (const way of [up, down]) {
    assert.ok(!way.late, "it took too long");
    assert.ok(way.moved <= 1, `a row moved by ${way.moved} px`);
    assert.ok(way.most <= MOST_ROWS, `${way.most} rows on the page`);
  }
  for (const now of [far, back]) {
    assert.ok(now.script < start.script + 6 * MIB, "script memory grows with what was scrolled through");
    assert.ok(now.buffers < start.buffers + 16 * MIB, "WASM memory grows with what was scrolled through");
    assert.ok(now.nodes < 2 * start.nodes + 2_000, "nodes are kept");
  }
  expectNoFaults(ada);
});

test("from far up to the newest at once, and what was written meanwhile is there", async () => {
  await scroll(ada, -900, MESSAGES - 600);
  await caller.post(room, "written while Ada was far up");
  const asked = [];
  ada.on("request", (request) => asked.push(request.url()));
  await ada.getByTestId("jump-pill").click();
  await sees(ada, "written while Ada was far up");
  const below = await ada
    .getByTestId("timeline")
    .evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop);
  assert.ok(below <= 1, `the end is ${below} px away`);
  assert.deepEqual(asked.filter((url) => url.includes("/messages")), [], "the newest messages were asked for");
  await say(ada, "and an answer");
  await sees(ada, "and an answer");
  expectNoFaults(ada);
});

test("a lost connection leaves a reader far up where they are", async () => {
  await scroll(ada, -900, MESSAGES - 600);
  ada.tolerated.push(...AWAY);
  const place = () =>
    ada.getByTestId("timeline").evaluate((log) => {
      const top = log.getBoundingClientRect().top;
      const row = [...log.querySelectorAll("[data-seq]")].find((row) => row.getBoundingClientRect().top > top);
      return { seq: row.dataset.seq, top: row.getBoundingClientRect().top };
    });
  const before = await place();
  await server.restart();
  await ada.locator("[data-testid=sync]:not([data-state=in-sync])").waitFor({ state: "attached" });
  await inSync(ada);
  const { rev } = await caller.post(room, "after the restart");
  const known = () => ada.getByTestId("sync").getAttribute("data-rev");
  await until(async () => Number(await known()) >= rev, "the change here");
  assert.deepEqual(await place(), before);
  expectNoFaults(ada);
});

test("a message far back by its address, and from there both ways", async () => {
  const page = await caller.send("GET", `/rooms/${room.id}/messages?limit=1`);
  const first = page.items[0].seq - MESSAGES + 500;
  const old = await caller.send("GET", `/rooms/${room.id}/messages?after=${first}&limit=1`);
  await ada.goto(`/rooms/${room.id}/messages/${old.items[0].id}`).catch(() => {});
  await inRoom(ada);
  const row = ada.locator(`[data-message-id="${old.items[0].id}"]`);
  await row.waitFor();
  await until(() => row.evaluate((row) => row.getBoundingClientRect().top > 0), "the message in view");
  const up = await scroll(ada, -900, 10);
  assert.ok(up.moved <= 1 && up.most <= MOST_ROWS, JSON.stringify(up));
  const down = await scroll(ada, 900, 1_500);
  assert.ok(down.moved <= 1 && down.most <= MOST_ROWS, JSON.stringify(down));
  expectNoFaults(ada);
});

test("what is being edited outlives a walk away from it", async () => {
  await ada.goto(`/rooms/${room.id}`);
  await inSync(ada);
  await say(ada, "to be changed");
  await sees(ada, "to be changed");
  await ada.getByTestId("composer").press("ArrowUp");
  await ada.getByTestId("edit-field").fill("half changed");
  await scroll(ada, -900, MESSAGES - 500);
  await ada.getByTestId("edit-field").waitFor({ state: "detached" });
  await ada.getByTestId("jump-pill").click();
  await until(async () => (await ada.getByTestId("edit-field").inputValue()) === "half changed", "the text in work");
  await ada.getByTestId("edit-field").press("Enter");
  await sees(ada, "half changed");
  expectNoFaults(ada);
});
