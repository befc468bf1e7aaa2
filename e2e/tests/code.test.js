// Code in colours: the part that makes them comes with the first block of a known language, moves nothing, and loses
// nothing of the text.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { expectNoFaults, openBrowser, openPage } from "../support/browser.js";
import { Caller, inSync, makeOwner, sees, until } from "../support/people.js";
import { Server } from "../support/server.js";

const RUST = [
  "use std::fmt;",
  "",
  "/// A point on a chart: <b>not bold</b>",
  "#[derive(Debug)]",
  "struct Point { x: u32, name: String }",
  "",
  "fn main() {",
  '    let point = Point { x: 0x2a, name: "harbour \\"north\\"".into() };',
  "    println!(\"{point:?} and a line that is so long that it does not fit into the view and has to be scrolled sideways, which colours must not change\");",
  "}",
].join("\n");

let server, browser, ada, caller, room;
const parts = [];

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ada = await openPage(browser, server.url);
  ada.on("request", (request) => parts.push(request.url()));
  await makeOwner(ada);
  await inSync(ada);
  caller = await Caller.signIn(server.url, "ada");
  room = await caller.room("general");
});

after(async () => {
  await browser?.close();
  await server?.end();
});

const fenced = (language, text) => `\`\`\`${language}\n${text}\n\`\`\``;
const fetched = () => parts.filter((url) => url.includes("split_code"));

function block(language) {
  return ada.locator(".code", { has: ada.locator(".code-head span", { hasText: new RegExp(`^${language}$`) }) }).last();
}

test("code of a language nobody knows stays plain, and nothing is fetched for it", async () => {
  await caller.post(room, fenced("klingon", RUST));
  await caller.post(room, "after klingon");
  await sees(ada, "after klingon");
  assert.equal(await block("klingon").locator("pre span").count(), 0);
  // The service worker fetches all parts later, by itself.
  assert.deepEqual(fetched().filter((url) => !url.includes("sw.js")).length, 0);
});

test("code of a known language has colours, the same text and the same height", async () => {
  await caller.post(room, fenced("rust", RUST));
  await block("rust").locator(".hl-keyword").first().waitFor();
  assert.equal(await block("rust").locator("code").textContent(), RUST);
  for (const kind of ["keyword", "comment", "text", "number", "type", "call"])
    assert.ok(await block("rust").locator(`.hl-${kind}`).count(), `no ${kind}`);
  const sizes = (language) =>
    block(language).evaluate((code) => {
      const lines = code.querySelector("pre");
      return [code.getBoundingClientRect().height, lines.scrollWidth, lines.scrollHeight];
    });
  assert.deepEqual(await sizes("rust"), await sizes("klingon"));
  assert.equal(fetched().length, 1);
});

test("every colour can be read in both themes, on paper and on the block", async () => {
  const lowest = await ada.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const luminance = (color) => {
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((byte) => {
        const part = byte / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const kinds = ["comment", "text", "number", "keyword", "type", "call", "name", "added", "removed"];
    const seen = [];
    for (const theme of ["light", "dark"]) {
      document.documentElement.dataset.theme = theme;
      const style = getComputedStyle(document.documentElement);
      const probe = document.querySelector(".code pre");
      for (const kind of kinds) {
        const piece = document.createElement("span");
        piece.className = `hl-${kind}`;
        probe.append(piece);
        const ink = luminance(getComputedStyle(piece).color);
        piece.remove();
        for (const ground of ["--paper", "--surface"]) {
          const paper = luminance(style.getPropertyValue(ground));
          seen.push({ theme, kind, ground, contrast: (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05) });
        }
      }
    }
    document.documentElement.dataset.theme = "light";
    return seen.sort((a, b) => a.contrast - b.contrast)[0];
  });
  assert.ok(lowest.contrast >= 4.5, JSON.stringify(lowest));
});

test("many blocks at once, in every shape, and copying gives the text", async () => {
  const bodies = {
    sql: "SELECT name FROM rooms WHERE id = 'x' -- all",
    html: '<a href="x">y</a><!-- z --><script>alert(1)</script>',
    diff: "@@ -1 +1 @@\n-old\n+new",
    json: '{"a": [1, true, "b"]}',
  };
  for (const [language, text] of Object.entries(bodies)) await caller.post(room, fenced(language, text));
  for (const [language, text] of Object.entries(bodies)) {
    await block(language).locator("pre span").first().waitFor();
    assert.equal(await block(language).locator("code").textContent(), text);
  }
  assert.equal(await ada.locator(".code script, .code a").count(), 0);
  await ada.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await block("sql").locator(".copy-code").click();
  const copied = () => ada.evaluate(() => navigator.clipboard.readText());
  await until(async () => (await copied()) === bodies.sql, "the text in the clipboard");
  expectNoFaults(ada);
});
