// The page without a mouse: the timeline is one stop of Tab, and the focus is never lost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { expectNoFaults, openBrowser, openPage } from "../support/browser.js";
import { Caller, confirmed, fillAccount, inSync, line, makeOwner, say, until } from "../support/people.js";
import { Server } from "../support/server.js";

let server, browser, ada, caller, general;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ada = await openPage(browser, server.url);
  await makeOwner(ada);
  caller = await Caller.signIn(server.url, "ada");
  general = await caller.room("general");
  for (let number = 1; number <= 120; number += 1) {
    await caller.post(general, `Note ${number}, see https://harbour.example/${number}`);
  }
  await ada.goto(`/rooms/${general.id}`);
  await inSync(ada);
  await line(ada, "Note 120,").waitFor();
});

after(async () => {
  await browser?.close();
  await server?.end();
});

const at = (page) =>
  page.evaluate(() => {
    const active = document.activeElement;
    return {
      tag: active.tagName,
      test: active.dataset.testid ?? null,
      message: active.dataset.messageId ?? null,
      text: active.querySelector?.(".body")?.textContent ?? null,
      inRow: active.closest("[data-message-id]")?.dataset.messageId ?? null,
    };
  });

test("Tab goes through the timeline: one row, what may be done with it, and on to the composer", async () => {
  await ada.getByTestId("room-settings").focus();
  const rows = await ada.locator("[data-message-id]").count();
  const top = await ada.getByTestId("timeline").evaluate((log) => log.scrollTop);
  await ada.keyboard.press("Tab");
  const row = await at(ada);
  assert.ok(row.message, `a row has the focus: ${JSON.stringify(row)}`);
  const stops = [];
  for (let press = 0; press < 12; press += 1) {
    await ada.keyboard.press("Tab");
    const there = await at(ada);
    if (there.test === "composer") break;
    assert.equal(there.inRow, row.message, `only what belongs to the row: ${JSON.stringify(there)}`);
    stops.push(there.test);
  }
  assert.equal((await at(ada)).test, "composer");
  assert.ok(stops.includes("edit") && stops.includes("more"), `the row's actions are stops: ${stops}`);
  assert.equal(await ada.locator("[data-message-id]").count(), rows, "no history was loaded");
  assert.equal(await ada.getByTestId("timeline").evaluate((log) => log.scrollTop), top, "nothing was scrolled");
  await ada.keyboard.press("Shift+Tab");
  assert.equal((await at(ada)).message, row.message, "and back to the row");
  await ada.keyboard.press("Shift+Tab");
  assert.equal((await at(ada)).test, "room-settings");
  expectNoFaults(ada);
});

test("the arrows go from message to message", async () => {
  await ada.getByTestId("room-settings").focus();
  await ada.keyboard.press("Tab");
  const { text } = await at(ada);
  const number = Number(text.match(/Note (\d+)/)[1]);
  await ada.keyboard.press("ArrowUp");
  await ada.keyboard.press("ArrowUp");
  assert.match((await at(ada)).text, new RegExp(`Note ${number - 2},`));
  await ada.keyboard.press("ArrowDown");
  assert.match((await at(ada)).text, new RegExp(`Note ${number - 1},`));
  for (let press = 0; press < 30; press += 1) await ada.keyboard.press("ArrowUp");
  const seen = await ada.evaluate(() => {
    const view = document.querySelector("[data-testid=timeline]").getBoundingClientRect();
    const row = document.activeElement.getBoundingClientRect();
    return row.top >= view.top - 1 && row.bottom <= view.bottom + 1;
  });
  assert.ok(seen, "the row with the focus is in view");
  expectNoFaults(ada);
});

test("the jump pill, a deletion and a dialog give the focus back", async () => {
  await ada.getByTestId("timeline").evaluate((log) => log.scrollTo(0, 0));
  await ada.getByTestId("jump-pill").focus();
  await ada.keyboard.press("Enter");
  await ada.getByTestId("jump-pill").waitFor({ state: "detached" });
  assert.equal((await at(ada)).test, "timeline");

  await say(ada, "soon gone");
  await confirmed(ada, "soon gone");
  const row = line(ada, "soon gone");
  const id = await row.getAttribute("data-message-id");
  await row.hover();
  await row.getByTestId("more").click();
  await ada.getByTestId("message-menu").getByTestId("delete").click();
  await row.getByTestId("confirm-delete").click();
  await until(async () => (await at(ada)).message === id, "the row has the focus");

  await ada.getByTestId("create-room").click();
  await ada.getByTestId("close-dialog").click();
  await until(async () => (await at(ada)).test === "create-room", "the button that opened it");
  await ada.getByTestId("create-room").click();
  await ada.locator("dialog [name=name]").fill("general");
  await ada.locator("dialog [data-testid=submit]").click();
  await ada.getByTestId("fault-name").filter({ hasText: /./ }).waitFor();
  await until(() => ada.evaluate(() => document.activeElement.name === "name"), "the field at fault");
  await ada.keyboard.press("Escape");
  await until(async () => (await at(ada)).test === "create-room", "the button that opened it");
  ada.faults = ada.faults.filter((fault) => !/status of (409|422)/.test(fault));
  expectNoFaults(ada);
});

test("a refused account leads to the first field at fault", async () => {
  const link = (await caller.send("POST", `/rooms/${general.id}/invites`, {})).code;
  const guest = await openPage(browser, server.url);
  guest.tolerated.push(/status of 4/);
  await guest.goto(`/invite/${link}`);
  await fillAccount(guest, { name: "Another Ada", username: "ada" });
  await guest.getByTestId("fault-username").filter({ hasText: /./ }).waitFor();
  await until(() => guest.evaluate(() => document.activeElement.name === "username"), "the field at fault");
  await guest.context().close();
});
