// People in browsers: each in a context of their own. Whatever the console calls an error fails the test.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function openBrowser() {
  const profile = mkdtempSync(join(tmpdir(), "confab-browser-"));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: FLAGS,
    env: { ...process.env, TMPDIR: profile },
  });
  browser.on("disconnected", () => rmSync(profile, { recursive: true, force: true }));
  return browser;
}

export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

// A person at a device. `tolerated` are console errors a test brings about itself, such as a server that is away.
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: WIDE, locale: "en-GB", baseURL: url, ...options });
  return watch(await context.newPage());
}

export function watch(page) {
  page.faults = [];
  page.tolerated = [];
  const note = (text) => {
    if (!page.tolerated.some((pattern) => pattern.test(text))) page.faults.push(text);
  };
  page.on("console", (message) => {
    if (message.type() === "error") note(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => note(String(error)));
  page.on("crash", () => note("the page crashed"));
  return page;
}

export function expectNoFaults(...pages) {
  const faults = pages.flatMap((page) => page.faults);
  if (faults.length) throw new Error(`The console reported:\n${faults.join("\n")}`);
}

// What a browser says when a server is away on purpose.
export const AWAY = [
  /ERR_CONNECTION/,
  /WebSocket/,
  /ERR_EMPTY_RESPONSE/,
  /Failed to load resource/,
  /ERR_TIMED_OUT/,
  // A part of the page that is fetched ahead, and asked for again when it is needed.
  /HTTP status code is not ok/,
];
