// What the people in the tests do, in their own words.
import assert from "node:assert/strict";
import { AWAY, openPage } from "./browser.js";

export const PASSWORD = "harbour-lantern-42";

export async function until(check, what, limit = 10_000) {
  const end = Date.now() + limit;
  let last;
  while (Date.now() < end) {
    try {
      last = await check();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`${what} did not come about in ${limit} ms (last: ${last})`);
}

export async function fillAccount(page, { name, username, code }) {
  const form = page.getByTestId("account-form");
  await form.waitFor();
  if (code) await form.locator("[name=setup_code]").fill(code);
  await form.locator("[name=display_name]").fill(name);
  await form.locator("[name=username]").fill(username);
  await form.locator("[name=email]").fill(`${username}@harbour.example`);
  await form.locator("[name=password]").fill(PASSWORD);
  await form.getByTestId("submit").click();
}

export async function inRoom(page) {
  await page.getByTestId("composer").waitFor({ timeout: 20_000 });
}

export async function makeOwner(page, who = { name: "Ada Lind", username: "ada" }) {
  await page.goto("/");
  await fillAccount(page, who);
  await inRoom(page);
}

export async function inviteLink(page) {
  await page.getByTestId("invite").click();
  const dialog = page.getByTestId("invite-dialog");
  await dialog.getByTestId("make-invite").click();
  const link = await dialog.getByTestId("invite-link").inputValue();
  await dialog.getByTestId("close-dialog").click();
  await dialog.waitFor({ state: "detached" });
  return link;
}

export async function registerBy(page, link, who) {
  await page.goto(link);
  await fillAccount(page, who);
  await inRoom(page);
}

// Ada, who runs the site, and Mina, each at a page of their own in the first room, ready for a server that goes away.
export async function twoInGeneral(browser, server) {
  const [ada, mina] = [await openPage(browser, server.url), await openPage(browser, server.url)];
  for (const page of [ada, mina]) page.tolerated.push(...AWAY);
  await makeOwner(ada);
  await registerBy(mina, await inviteLink(ada), { name: "Mina Kovač", username: "mina" });
  await inSync(ada);
  await inSync(mina);
  const caller = await Caller.signIn(server.url, "ada");
  return { ada, mina, caller, general: await caller.room("general") };
}

export async function signIn(page, username, password = PASSWORD) {
  await page.goto("/");
  const form = page.getByTestId("sign-in-form");
  await form.locator("[name=login]").fill(username);
  await form.locator("[name=password]").fill(password);
  await form.getByTestId("submit").click();
  await inRoom(page);
}

export async function say(page, text) {
  const composer = page.getByTestId("composer");
  await composer.fill(text);
  await composer.press("Enter");
}

// In a page, or in a part of one: the part's locator knows its page.
export function line(page, text) {
  const body = (page.page?.() ?? page).locator(".body", { hasText: text });
  return page.locator(".message", { has: body }).last();
}

export async function sees(page, text, limit = 10_000) {
  await line(page, text).waitFor({ timeout: limit });
}

export async function confirmed(page, text, limit = 10_000) {
  await page
    .locator(".message[data-state=sent]", { has: page.locator(".body", { hasText: text }) })
    .last()
    .waitFor({ timeout: limit });
}

export async function inSync(page, limit = 20_000) {
  await page.locator("[data-testid=sync][data-state=in-sync]").waitFor({ state: "attached", timeout: limit });
}

// The API as a person uses it from a script: for filling rooms faster than anyone types.
export class Caller {
  static async signIn(url, login, password = PASSWORD) {
    const caller = new Caller();
    caller.url = `${url}/api/v1`;
    const answer = await caller.send("POST", "/auth/sign-in", { login, password });
    caller.token = answer.access_token;
    caller.me = answer.user;
    return caller;
  }

  async send(method, path, body) {
    const headers = { "Content-Type": "application/json" };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    const answer = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  async room(name) {
    const page = await this.send("GET", "/rooms");
    return page.items.map((item) => item.room).find((room) => room.name === name);
  }

  post(room, body) {
    return this.send("POST", `/rooms/${room.id}/messages`, { body });
  }
}
