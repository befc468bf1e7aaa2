// What may happen to the server and the connection, and that the page heals by itself with nothing missing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AWAY, expectNoFaults, openBrowser, openPage } from "../support/browser.js";
import { Caller, confirmed, inSync, inviteLink, makeOwner, registerBy, say, sees, signIn, until } from "../support/people.js";
import { Server } from "../support/server.js";

let server, browser, ada, mina;

before(async () => {
  server = await Server.start({ CONFAB_PRESENCE_GRACE_SECONDS: "2" });
  browser = await openBrowser();
  ada = await openPage(browser, server.url);
  mina = await openPage(browser, server.url);
  await makeOwner(ada);
  await registerBy(mina, await inviteLink(ada), { name: "Mina Kovač", username: "mina" });
  await inSync(ada);
  await inSync(mina);
});

after(async () => {
  server?.thaw();
  await browser?.close();
  await server?.end();
});

const bodies = (page) => page.locator(".message .body").allInnerTexts();

test("a server stopped for 40 s: the bar shows, then all heals and what was written is sent once", async () => {
  ada.tolerated.push(...AWAY);
  mina.tolerated.push(...AWAY);
  server.freeze();
  await say(ada, "Written while it stood still");
  await until(() => ada.getByTestId("reconnecting").isVisible(), "the bar", 39_000);
  await new Promise((done) => setTimeout(done, 2_000));
  assert.ok(await ada.getByText("Written while it stood still").isVisible(), "what was written is kept");
  server.thaw();
  await inSync(ada, 45_000);
  await inSync(mina, 45_000);
  await ada.getByTestId("reconnecting").waitFor({ state: "detached" });
  await confirmed(ada, "Written while it stood still", 45_000);
  await sees(mina, "Written while it stood still", 45_000);
  for (const page of [ada, mina]) {
    const same = (await bodies(page)).filter((body) => body.includes("Written while it stood still"));
    assert.equal(same.length, 1);
  }
  expectNoFaults(ada, mina);
});

test("a restart under the page: what is written then arrives once, and nothing is missing", async () => {
  await say(ada, "Before the restart");
  await sees(mina, "Before the restart");
  await server.stop();
  await say(ada, "While it was down");
  await server.run();
  await inSync(ada, 45_000);
  await inSync(mina, 45_000);
  await say(mina, "After the restart");
  await sees(ada, "After the restart", 45_000);
  await sees(mina, "While it was down", 45_000);
  for (const page of [ada, mina]) {
    const held = (await bodies(page)).filter((body) => /restart|down/.test(body));
    assert.deepEqual(held, ["Before the restart", "While it was down", "After the restart"]);
  }
  expectNoFaults(ada, mina);
});

test("a third device keeps a person online", async () => {
  const dot = () =>
    ada.locator("[data-testid=members-panel] .member", { hasText: "Mina" }).getByTestId("presence").getAttribute("data-status");
  await ada.getByTestId("members").click();
  await until(async () => (await dot()) === "online", "Mina online");
  const second = await openPage(browser, server.url);
  const third = await openPage(browser, server.url);
  await signIn(second, "mina");
  await signIn(third, "mina");
  await inSync(third);
  await second.context().close();
  await mina.goto("about:blank");
  // Longer than the grace: whoever had gone would be shown as gone by now.
  await new Promise((done) => setTimeout(done, 6_000));
  assert.equal(await dot(), "online");
  await third.context().close();
  await until(async () => (await dot()) === "offline", "Mina offline", 15_000);
  await mina.goto("/");
  await until(async () => (await dot()) === "online", "Mina online again", 15_000);
  await ada.getByTestId("members").click();
  expectNoFaults(ada, third);
});

test("waking up with an expired token: back without signing in", async () => {
  const page = await openPage(browser, server.url);
  page.tolerated.push(...AWAY);
  await page.clock.install();
  await signIn(page, "mina");
  await inSync(page);
  const refreshed = page.waitForResponse((answer) => answer.url().endsWith("/auth/refresh") && answer.ok(), { timeout: 30_000 });
  await page.clock.fastForward("12:00");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.getByTestId("settings").click();
  await page.getByTestId("part-devices").click();
  await refreshed;
  await page.locator(".row-item").first().waitFor();
  assert.equal(await page.getByTestId("sign-in-form").count(), 0);
  await page.getByTestId("close-dialog").click();
  await inSync(page, 45_000);
  await say(page, "Good morning again");
  await sees(ada, "Good morning again");
  await page.context().close();
});

test("a token the server calls expired is refreshed and the request repeated", async () => {
  const page = await openPage(browser, server.url);
  page.tolerated.push(/401/);
  await signIn(page, "mina");
  let refused = 0;
  await page.route("**/api/v1/me/sessions", async (route) => {
    refused += 1;
    if (refused > 1) return route.continue();
    const problem = { type: "about:blank", title: "Unauthorized", status: 401, code: "token_expired", detail: "Refresh it.", request_id: "e2e" };
    return route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });
  await page.getByTestId("settings").click();
  await page.getByTestId("part-devices").click();
  await page.locator(".row-item").first().waitFor();
  assert.equal(refused, 2);
  expectNoFaults(page);
  await page.context().close();
});

test("a session ended elsewhere closes the page at once", async () => {
  const page = await openPage(browser, server.url);
  page.tolerated.push(/401/, ...AWAY);
  await signIn(page, "mina");
  await inSync(page);
  const caller = await Caller.signIn(server.url, "mina");
  const sessions = await caller.send("GET", "/me/sessions");
  for (const session of sessions.items) {
    if (!session.current) await caller.send("DELETE", `/me/sessions/${session.id}`);
  }
  await page.getByTestId("sign-in-form").waitFor({ timeout: 10_000 });
  await page.context().close();
});
