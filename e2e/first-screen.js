// How long from a navigation to the first usable screen: the door for a stranger (nothing cached), and the room with its
// messages for someone signed in (nothing cached, then as on a later day). Prints one line of JSON each, medians of five.
import { openBrowser, openPage } from "./support/browser.js";
import { makeOwner, say, sees } from "./support/people.js";
import { Server } from "./support/server.js";

const ROUNDS = 5;

// Milliseconds from the navigation's start to the frame in which all of the selectors are on the page.
async function usable(page, path, selectors) {
  await page.goto(path, { waitUntil: "commit" });
  return page.evaluate(async (wanted) => {
    while (!wanted.every((selector) => document.querySelector(selector))) {
      if (performance.now() > 20_000) throw new Error(`not there: ${wanted}`);
      await new Promise(requestAnimationFrame);
    }
    return performance.now();
  }, selectors);
}

function tell(screen, times) {
  times.sort((a, b) => a - b);
  console.log(JSON.stringify({ screen, median_ms: Math.round(times[ROUNDS >> 1]), worst_ms: Math.round(times.at(-1)) }));
}

const server = await Server.start();
const browser = await openBrowser();
try {
  const ada = await openPage(browser, server.url);
  await makeOwner(ada);
  for (let n = 0; n < 60; n++) await say(ada, `line ${n}`);
  await sees(ada, "line 59");
  const room = new URL(ada.url()).pathname;
  let storageState = await ada.context().storageState();
  await ada.context().close();
  const times = { door: [], cold: [], warm: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const stranger = await openPage(browser, server.url);
    times.door.push(await usable(stranger, "/sign-in", ["[data-testid=sign-in-form]"]));
    await stranger.context().close();
    const member = await openPage(browser, server.url, { storageState });
    const screen = ["[data-testid=composer]", ".message .body"];
    times.cold.push(await usable(member, room, screen));
    times.warm.push(await usable(member, room, screen));
    // Each start takes the next refresh token.
    storageState = await member.context().storageState();
    await member.context().close();
  }
  tell("sign-in, nothing cached", times.door);
  tell("room, nothing cached", times.cold);
  tell("room, cached", times.warm);
} finally {
  await browser.close();
  await server.end();
}
