// The pictures of the README into docs/screenshots; with --all, every screen in every size and theme into e2e/out.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { PHONE, WIDE, openBrowser } from "./support/browser.js";
import { visit } from "./support/screens.js";
import { Server } from "./support/server.js";

const all = process.argv.includes("--all");
const folder = all ? resolve(import.meta.dirname, "out") : resolve(import.meta.dirname, "../docs/screenshots");
const README = {
  "room-light-1440": "room-light",
  "room-dark-1440": "room-dark",
  "room-light-390": "room-phone",
  "first-run-light-1440": "first-run",
  "invite-light-1440": "invite",
};
mkdirSync(folder, { recursive: true });

const server = await Server.start();
const browser = await openBrowser();
try {
  for await (const { page, name } of visit(browser, server, { sizes: [WIDE, PHONE], themes: ["light", "dark"] })) {
    const file = all ? name : README[name];
    if (!file) continue;
    await page.screenshot({ path: join(folder, `${file}.png`), animations: "disabled" });
    console.log(file);
  }
} finally {
  await browser.close();
  await server.end();
}
