// Every screen in both themes and both sizes: axe-core finds nothing serious, and nothing lacks a name.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { PHONE, WIDE, openBrowser } from "../support/browser.js";
import { Server } from "../support/server.js";
import { visit } from "../support/screens.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let server, browser;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await server?.end();
});

// What sticks out at a side can't be read, unless one scrolls there.
function stickingOut() {
  const width = document.documentElement.clientWidth;
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth;
  const within = (element) => element && (scrolls(element) || within(element.parentElement));
  return [...document.querySelectorAll("a, button, input, textarea, select, h1, h2, h3, .name, .body")]
    .filter((element) => {
      const box = element.getBoundingClientRect();
      const shown = element.checkVisibility({ visibilityProperty: true }) && box.width > 2 && box.height > 2;
      return shown && (box.left < -1 || box.right > width + 1) && !within(element.parentElement);
    })
    .map((element) => element.outerHTML.slice(0, 120));
}

test("axe finds nothing serious on any screen, and nothing sticks out", { timeout: 600_000 }, async () => {
  const found = [];
  for await (const { page, name } of visit(browser, server, { sizes: [WIDE, PHONE], themes: ["light", "dark"] })) {
    // The page's policy forbids injected scripts; the debugger's way in is not subject to it.
    await page.evaluate(axe);
    found.push(...(await page.evaluate(stickingOut)).map((element) => `${name}: sticks out: ${element}`));
    const report = await page.evaluate(() =>
      window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
    );
    for (const fault of report.violations) {
      if (fault.impact === "serious" || fault.impact === "critical") {
        found.push(`${name}: ${fault.id}: ${fault.help}\n    ${fault.nodes.map((node) => `${node.target} ${node.failureSummary}`).join("\n    ")}`);
      }
    }
  }
  assert.equal(found.length, 0, found.join("\n"));
});
