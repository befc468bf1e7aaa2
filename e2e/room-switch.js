// How long from a click on a room that is known until its newest message is on screen, in a room of 100,000 messages and one
// of 60. Prints one line of JSON with the median and the worst of ten.
import { openBrowser, openPage } from "./support/browser.js";
import { fillRoom } from "./support/history.js";
import { Caller, inSync, makeOwner, sees, signIn } from "./support/people.js";
import { Server } from "./support/server.js";

const MESSAGES = 100_000;
const ROUNDS = 5;

// Milliseconds from the click to the frame in which the text is there.
function go(page, name, text) {
  return page.evaluate(
    async ({ name, text }) => {
      const row = [...document.querySelectorAll(".room-row")].find((row) => row.textContent.includes(name));
      const there = () =>
        [...document.querySelectorAll("[data-testid=timeline] .body")].some((body) => body.textContent.includes(text));
      const start = performance.now();
      row.click();
      while (!there()) {
        if (performance.now() - start > 20_000) throw new Error(`${text} is not there`);
        await new Promise(requestAnimationFrame);
      }
      return performance.now() - start;
    },
    { name, text },
  );
}

async function readAll(caller, room) {
  const newest = await caller.send("GET", `/rooms/${room.id}/messages?limit=1`);
  await caller.send("PUT", `/rooms/${room.id}/read`, { seq: newest.items[0].seq });
}

const server = await Server.start();
const browser = await openBrowser();
try {
  const owner = await openPage(browser, server.url);
  await makeOwner(owner);
  await owner.context().close();
  let caller = await Caller.signIn(server.url, "ada");
  const general = await caller.room("general");
  await fillRoom(server, general, [caller.me], MESSAGES);
  caller = await Caller.signIn(server.url, "ada");
  await readAll(caller, general);
  const quay = await caller.send("POST", "/rooms", { name: "quay", kind: "public" });
  for (let number = 0; number < 60; number += 1) await caller.post(quay, `Quay ${number}`);
  await readAll(caller, quay);
  const ada = await openPage(browser, server.url);
  await signIn(ada, "ada");
  await inSync(ada);
  await ada.locator(".room-row", { hasText: "general" }).click();
  await sees(ada, `Line ${MESSAGES}`);
  await go(ada, "quay", "Quay 59");
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, text] of [["general", `Line ${MESSAGES}`], ["quay", "Quay 59"]]) {
      // What the switch before left to do is done.
      await ada.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 1_000 })));
      times.push(await go(ada, name, text));
    }
  }
  times.sort((a, b) => a - b);
  const median = Math.round(times[times.length >> 1]);
  console.log(JSON.stringify({ switches: times.length, median_ms: median, worst_ms: Math.round(times.at(-1)) }));
} finally {
  await browser.close();
  await server.end();
}
