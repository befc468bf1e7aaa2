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

test("axe finds nothing serious on any screen", { timeout: 600_000 }, async () => {
  const found = [];
  for await (const { page, name } of visit(browser, server, { sizes: [WIDE, PHONE], themes: ["light", "dark"] })) {
    // The page's policy forbids injected scripts; the debugger's way in is not subject to it.
    await page.evaluate(axe);
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
