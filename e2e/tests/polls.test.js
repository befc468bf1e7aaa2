// Polls: two people vote, each sees the other's vote at once, and nobody votes once it is closed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { expectNoFaults, openBrowser } from "../support/browser.js";
import { say, twoInGeneral, until } from "../support/people.js";
import { Server } from "../support/server.js";

let server, browser, ada, mina, general, caller;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ({ ada, mina, general, caller } = await twoInGeneral(browser, server));
});

after(async () => {
  await browser?.close();
  await server?.end();
});

const poll = (page, question) => page.getByTestId("poll").filter({ has: page.locator("legend", { hasText: question }) });
const option = (page, question, text) => poll(page, question).getByTestId("poll-option").filter({ hasText: text });
const shows = (page, question, text, number) =>
  until(async () => (await option(page, question, text).getByTestId("poll-count").textContent()) === String(number),
    `${number} for ${text}`);

test("a poll asked by a command is voted on by two, live for both", async () => {
  await say(ada, "/poll Tea today? | green | black");
  await poll(mina, "Tea today?").waitFor();
  await option(mina, "Tea today?", "green").click();
  await shows(ada, "Tea today?", "green", 1);
  await shows(mina, "Tea today?", "green", 1);
  await option(ada, "Tea today?", "green").click();
  await shows(mina, "Tea today?", "green", 2);
  await option(ada, "Tea today?", "black").click();
  await shows(mina, "Tea today?", "green", 1);
  await shows(mina, "Tea today?", "black", 1);
  await poll(mina, "Tea today?").getByTestId("poll-voters").filter({ hasText: "2 people voted" }).click();
  const voters = mina.getByTestId("voters-dialog");
  await voters.getByTestId("voter").filter({ hasText: "Ada Lind" }).waitFor();
  await voters.getByTestId("close-dialog").click();
  await poll(ada, "Tea today?").getByTestId("take-back-vote").click();
  await shows(mina, "Tea today?", "black", 0);
  expectNoFaults(ada, mina);
});

test("my choice is still mine after the page is loaded anew", async () => {
  await mina.reload();
  await shows(mina, "Tea today?", "green", 1);
  assert.ok(await option(mina, "Tea today?", "green").locator("input").isChecked());
  expectNoFaults(mina);
});

test("an anonymous poll of the dialog, several choices by keys alone", async () => {
  await ada.getByTestId("new-poll").click();
  const dialog = ada.getByTestId("poll-dialog");
  await dialog.locator("[name=question]").fill("Which evenings?");
  await dialog.getByTestId("submit").click();
  await dialog.getByTestId("fault-options").filter({ hasText: "2 to 12" }).waitFor();
  await dialog.getByTestId("add-option").click();
  for (const [index, text] of ["Monday", "Tuesday", "Friday"].entries()) {
    await dialog.getByTestId("poll-option-field").nth(index).fill(text);
  }
  await dialog.locator("[name=multiple]").check();
  await dialog.locator("[name=anonymous]").check();
  await dialog.locator("#poll-closes").selectOption("24");
  await dialog.getByTestId("submit").click();
  await dialog.waitFor({ state: "detached" });
  await poll(mina, "Which evenings?").waitFor();
  for (const text of ["Monday", "Friday"]) {
    await option(mina, "Which evenings?", text).locator("input").focus();
    await mina.keyboard.press("Space");
    await shows(ada, "Which evenings?", text, 1);
  }
  assert.equal(await poll(ada, "Which evenings?").locator("button[data-testid=poll-voters]").count(), 0);
  await mina.reload();
  await until(() => option(mina, "Which evenings?", "Friday").locator("input").isChecked(), "her own choice is asked for");
  expectNoFaults(ada, mina);
});

test("a closed poll takes no vote, and says so to both", async () => {
  const close = poll(ada, "Tea today?").getByTestId("close-poll");
  assert.equal(await poll(mina, "Tea today?").getByTestId("close-poll").count(), 0, "it is not hers to close");
  await close.click();
  await close.filter({ hasText: "Close for good?" }).click();
  await poll(mina, "Tea today?").filter({ hasText: "Closed" }).waitFor();
  assert.ok(await option(mina, "Tea today?", "green").locator("input").isDisabled());
  expectNoFaults(ada, mina);
});

test("a poll can't be edited, and deleted it is a tombstone", async () => {
  const row = ada.locator(".message", { has: poll(ada, "Which evenings?") });
  await row.hover();
  assert.equal(await row.getByTestId("edit").count(), 0);
  await row.getByTestId("more").click();
  await ada.getByTestId("message-menu").getByTestId("delete").click();
  await ada.getByTestId("confirm-delete").click();
  await poll(mina, "Which evenings?").waitFor({ state: "detached" });
  expectNoFaults(ada, mina);
});
