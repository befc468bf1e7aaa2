// Who someone is, who leaves and who is let in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { expectNoFaults, openBrowser, openPage } from "../support/browser.js";
import { Caller, inRoom, inSync, twoInGeneral, until } from "../support/people.js";
import { Server } from "../support/server.js";

let server, browser, ada, mina, caller, general;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ({ ada, mina, caller, general } = await twoInGeneral(browser, server));
});

after(async () => {
  await browser?.close();
  await server?.end();
});

const member = (page, name) => page.locator(".member", { hasText: name });

test("a status is seen beside a name, and a card says who someone is", async () => {
  const minas = await Caller.signIn(server.url, "mina");
  await minas.send("PATCH", "/me", { status_text: "Marking until four", bio: "I teach physics." });
  await ada.getByTestId("members").click();
  await member(ada, "Mina").filter({ hasText: "Marking until four" }).waitFor();
  await member(ada, "Ada Lind").filter({ hasText: "Owner" }).waitFor();
  await member(ada, "Mina").getByTestId("person").click();
  const card = ada.getByTestId("person-card");
  for (const text of ["Mina Kovač", "@mina", "Member", "Marking until four", "I teach physics."]) {
    await card.getByText(text).first().waitFor();
  }
  await card.getByTestId("close-dialog").click();
  await card.waitFor({ state: "detached" });
  assert.equal(await member(ada, "@mina").count(), 0, "one Mina needs no username");
  await minas.send("PATCH", "/me", { display_name: "Ada Lind" });
  await member(ada, "@mina").waitFor();
  await member(ada, "@ada").waitFor();
  await minas.send("PATCH", "/me", { display_name: "Mina Kovač" });
  expectNoFaults(ada);
});

test("removing asks first, and who was removed is told", async () => {
  const harbour = await caller.send("POST", "/rooms", { name: "harbour", kind: "private" });
  const { user } = await Caller.signIn(server.url, "mina").then((minas) => ({ user: minas.me }));
  await caller.send("POST", `/rooms/${harbour.id}/members`, { user_ids: [user.id] });
  await mina.locator(".room-row", { hasText: "harbour" }).click();
  await ada.locator(".room-row", { hasText: "harbour" }).click();
  await member(ada, "Mina").getByTestId("member-menu").click();
  await member(ada, "Mina").getByTestId("remove-member").click();
  await member(ada, "Mina").getByText("Cancel").click();
  await member(ada, "Mina").getByTestId("remove-member").click();
  await member(ada, "Mina").getByTestId("ask-yes").click();
  await mina.getByTestId("lost-room").filter({ hasText: "harbour" }).waitFor();
  await member(ada, "Mina").waitFor({ state: "detached" });
  await mina.getByTestId("lost-room").getByRole("button").click();
  await mina.getByTestId("lost-room").waitFor({ state: "detached" });

  await member(ada, "Ada").getByTestId("member-menu").click();
  await member(ada, "Ada").getByRole("button", { name: "Member", exact: true }).click();
  await member(ada, "Ada").locator(".ask").waitFor();
  await member(ada, "Ada").getByText("Cancel").click();
  const members = await caller.send("GET", `/rooms/${harbour.id}/members`);
  assert.equal(members.items.find((item) => item.user_id === caller.me.id).role, "admin");
  expectNoFaults(ada, mina);
});

test("who leaves a room is not told so as news", async () => {
  const pier = await caller.send("POST", "/rooms", { name: "pier", kind: "public" });
  const minas = await Caller.signIn(server.url, "mina");
  await minas.send("POST", `/rooms/${pier.id}/join`);
  await mina.locator(".room-row", { hasText: "pier" }).click();
  await mina.getByTestId("room-settings").click();
  await mina.getByTestId("leave").click();
  await mina.getByTestId("confirm-leave").click();
  await mina.locator(".room-row", { hasText: "pier" }).waitFor({ state: "detached" });
  assert.equal(await mina.getByTestId("lost-room").count(), 0);
  expectNoFaults(mina);
});

test("an invite into a room one is in leads there, and one that ended says so", async () => {
  const made = await caller.send("POST", `/rooms/${general.id}/invites`, {});
  await mina.goto(`/invite/${made.code}`);
  await mina.getByTestId("open-room").click();
  await inRoom(mina);
  assert.equal(new URL(mina.url()).pathname, `/rooms/${general.id}`);
  await caller.send("DELETE", `/rooms/${general.id}/invites/${made.id}`);
  const stranger = await openPage(browser, server.url);
  stranger.tolerated.push(/status of 404/);
  await stranger.goto(`/invite/${made.code}`);
  await stranger.getByRole("heading", { name: "This invite has ended" }).waitFor();
  await stranger.context().close();
  mina.tolerated.push(/status of 404/);
  await mina.goto(`/invite/${made.code}`);
  await mina.getByRole("heading", { name: "This invite has ended" }).waitFor();
  expectNoFaults(mina);
});

test("many sessions leave the settings usable on a phone, and all others end at once", async () => {
  for (let session = 0; session < 14; session += 1) await Caller.signIn(server.url, "mina");
  await mina.goto("/");
  await inSync(mina);
  await mina.setViewportSize({ width: 390, height: 844 });
  await mina.goto("/");
  await mina.getByTestId("settings").click();
  await mina.getByTestId("part-devices").click();
  await mina.locator(".row-item").nth(10).waitFor();
  const height = await mina.locator(".parts").evaluate((parts) => parts.getBoundingClientRect().height);
  assert.ok(height >= 44, `the tabs are ${height} px high`);
  await mina.locator(".row-item").first().filter({ hasText: "this device" }).waitFor();
  await mina.getByTestId("end-others").click();
  await until(async () => (await mina.locator(".row-item").count()) === 1, "only this device");
  expectNoFaults(mina);
});
