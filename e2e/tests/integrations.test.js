// Integrations: a bot and its token, an address that posts, an address that is told.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { expectNoFaults, openBrowser } from "../support/browser.js";
import { line, say, sees, twoInGeneral, until } from "../support/people.js";
import { Server } from "../support/server.js";

let server, browser, ada, mina, general;
const told = [];
const receiver = createServer((request, answer) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    told.push({ headers: request.headers, body });
    answer.end();
  });
});

before(async () => {
  await new Promise((done) => receiver.listen(0, "127.0.0.1", done));
  server = await Server.start({ CONFAB_WEBHOOK_PRIVATE: "on" });
  browser = await openBrowser();
  ({ ada, mina, general } = await twoInGeneral(browser, server));
});

after(async () => {
  receiver.close();
  await browser?.close();
  await server?.end();
});

async function integrations(page) {
  await page.getByTestId("room-settings").click();
  await page.getByTestId("integrations").click();
  return page.getByTestId("integrations-dialog");
}

test("a bot is made, its token shown once, and what it says carries its badge", async () => {
  await ada.getByTestId("settings").click();
  await ada.getByTestId("part-bots").click();
  const dialog = ada.getByTestId("settings-dialog");
  await dialog.locator("[name=username]").fill("helper");
  await dialog.locator("[name=display_name]").fill("Helper");
  await dialog.getByTestId("make-bot").click();
  await dialog.getByTestId("bot").getByTestId("bot-tokens").click();
  await dialog.locator("[name=name]").fill("test");
  await dialog.getByTestId("make-token").click();
  const token = await dialog.getByTestId("bot-token").inputValue();
  assert.match(token, /^cfb_.{43}$/);
  await dialog.getByTestId("token").filter({ hasText: "never used" }).waitFor();
  await dialog.getByTestId("close-dialog").click();
  const ask = (method, path, body) =>
    fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: body && JSON.stringify(body),
    });
  const me = await (await ask("GET", "/me")).json();
  assert.ok(me.bot);
  const add = await fetch(`${server.url}/api/v1/rooms/${general.id}/members`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${(await owner()).token}` },
    body: JSON.stringify({ user_ids: [me.id] }),
  });
  assert.equal(add.status, 204);
  assert.equal((await ask("POST", `/rooms/${general.id}/messages`, { body: "I am a bot" })).status, 201);
  await sees(mina, "I am a bot");
  assert.equal(await line(mina, "I am a bot").locator(".bot-badge").textContent(), "BOT");
  assert.equal((await ask("POST", `/rooms/${general.id}/leave`)).status, 403);
  expectNoFaults(ada, mina);
});

async function owner() {
  const { Caller } = await import("../support/people.js");
  return Caller.signIn(server.url, "ada");
}

test("an incoming webhook's address posts", async () => {
  const dialog = await integrations(ada);
  await dialog.getByTestId("incoming-hooks").locator("[name=name]").fill("Builds");
  await dialog.getByTestId("make-incoming").click();
  const url = await dialog.getByTestId("hook-url").inputValue();
  const answer = await fetch(url, { method: "POST", body: JSON.stringify({ text: "*Build 7* <https://ci.example.org|passed>" }) });
  assert.equal(await answer.text(), "ok");
  await sees(mina, "Build 7 passed");
  await dialog.getByTestId("incoming-hook").filter({ hasText: "Builds" }).waitFor();
  await dialog.getByTestId("close-dialog").click();
  expectNoFaults(ada, mina);
});

test("an outgoing webhook is told what people write, and its log shows that", async () => {
  const dialog = await integrations(ada);
  const part = dialog.getByTestId("outgoing-hooks");
  await part.locator("[name=url]").fill(`http://127.0.0.1:${receiver.address().port}/told`);
  await part.getByTestId("make-outgoing").click();
  const key = await part.getByTestId("hook-key").inputValue();
  await dialog.getByTestId("close-dialog").click();
  await say(mina, "who hears me?");
  await until(() => told.length === 1, "the webhook is told");
  const [{ headers, body }] = told;
  assert.equal(JSON.parse(body).message.body, "who hears me?");
  const signature = createHmac("sha256", key).update(`${headers["x-confab-timestamp"]}.${body}`).digest("hex");
  assert.equal(headers["x-confab-signature"], `v1=${signature}`);
  await integrations(ada);
  await part.getByTestId("hook-log").click();
  await part.getByTestId("delivery").filter({ hasText: "delivered (200)" }).waitFor();
  await dialog.getByTestId("close-dialog").click();
  expectNoFaults(ada, mina);
});
