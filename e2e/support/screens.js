// Every screen of the page, one after the other, filled with a town of people: for axe and for the pictures.
import { openPage } from "./browser.js";
import { Caller, PASSWORD, fillAccount, inRoom, inSync, until } from "./people.js";

const TALK = [
  ["david", "The hall is booked for the winter concert. Rehearsals on 2 and 9 December, doors at six."],
  ["david", "Who can bring stands? We are four short."],
  ["yuki", "Two from the music room, if someone signs for them."],
  ["mina", "I’ll bring two. David, is the van still free?"],
  ["david", "It is, until Thursday. The plan: https://harbour.example/concert"],
  ["mina", "The line follower turns left too late. Any idea before the match on Tuesday?"],
  ["ada", "Try a derivative term, then raise the gain. I can look at it at lunch."],
  ["ada", "Bring the spare battery too, please."],
  ["mina", "Will do"],
];
const PEOPLE = { mina: "Mina Kovač", david: "David Okafor", yuki: "Yuki Tanaka" };

async function settle(page) {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(250);
}

async function fill(server, ada) {
  const general = await ada.room("general");
  await ada.send("PATCH", `/rooms/${general.id}`, { topic: "Everything that concerns everyone · term ends 18 December" });
  await ada.send("PATCH", "/me", { status_text: "Marking until four" });
  const callers = { ada };
  for (const [username, display_name] of Object.entries(PEOPLE)) {
    const invite = await ada.send("POST", `/rooms/${general.id}/invites`, { max_uses: 1 });
    await ada.send("POST", "/auth/register", {
      username,
      display_name,
      email: `${username}@harbour.example`,
      password: PASSWORD,
      invite: invite.code,
    });
    callers[username] = await Caller.signIn(server.url, username);
  }
  for (const [name, topic] of [
    ["robotics-club", "Tuesdays, room 12"],
    ["exam-help", "Ask anything"],
    ["library", "New books and quiet hours"],
  ]) {
    const room = await ada.send("POST", "/rooms", { name, topic, kind: "public" });
    for (const username of Object.keys(PEOPLE)) await callers[username].send("POST", `/rooms/${room.id}/join`);
    await callers.mina.post(room, `Hello ${name}`);
  }
  const staff = await ada.send("POST", "/rooms", { name: "staff-room", kind: "private" });
  await ada.send("POST", `/rooms/${staff.id}/members`, { user_ids: [callers.david.me.id] });
  await callers.david.send("POST", "/rooms", { name: "lost-and-found", topic: "Gloves, mostly", kind: "public" });
  await keepSomething(callers, general);
  const school = await ada.send("POST", "/categories", { name: "School" });
  for (const name of ["exam-help", "library"]) await ada.send("PUT", `/rooms/${(await ada.room(name)).id}/category`, { category_id: school.id });
  await ada.send("PATCH", "/me/preferences", { sections: [{ name: "Clubs", room_ids: [(await ada.room("robotics-club")).id] }] });
  await ada.send("PATCH", `/rooms/${general.id}/mark`, { favourite: true });
  await ada.send("PATCH", `/rooms/${(await ada.room("library")).id}/mark`, { muted: true });
  const said = [];
  for (const [username, body] of TALK) said.push(await callers[username].post(general, body));
  await hang(callers, general, said);
  return general;
}

// What Ada keeps, sends later, and was told alone.
async function keepSomething({ ada, mina, david, yuki }, general) {
  const inHours = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const note = await mina.post(general, "The projector needs a new lamp before the parents come.");
  await ada.send("PUT", `/messages/${note.id}/saved`, { remind_at: inHours(30) });
  const list = await david.post(general, "Shopping: tea, two lemons, candles.");
  await ada.send("PUT", `/messages/${list.id}/saved`, {});
  await ada.send("POST", `/rooms/${general.id}/scheduled`, { body: "Good morning. **Doors open at six today.**", send_at: inHours(16) });
  const library = await ada.room("library");
  await ada.send("PUT", `/rooms/${library.id}/draft`, { body: "Is the reading lamp by the window still" });
  const talk = await yuki.send("POST", "/direct", { user_ids: [ada.me.id] });
  await yuki.post(talk, "Do you have the score for the second piece?");
  await ada.post(talk, "In the drawer, on the left.");
}

// What hangs on the talk: reactions, a thread, a pin, a quote, a name, a message passed on.
async function hang(callers, general, said) {
  const { ada, mina, david, yuki } = callers;
  const [concert, stands, , , plan] = said;
  for (const caller of [david, mina, yuki]) await caller.send("PUT", `/messages/${stands.id}/reactions/${encodeURIComponent("👍")}`);
  await ada.send("PUT", `/messages/${stands.id}/reactions/${encodeURIComponent("🎉")}`);
  await ada.send("PUT", `/messages/${concert.id}/pin`);
  await david.send("PATCH", `/messages/${plan.id}`, { body: "It is, until Thursday. The plan is at https://harbour.example/concert" });
  const reply = (caller, body, more) => caller.send("POST", `/rooms/${general.id}/messages`, { body, parent_id: concert.id, ...more });
  await reply(mina, "Is the piano tuned?");
  await reply(david, "On Monday. I asked twice.");
  await reply(yuki, "Then I bring the good cables as well.", { in_room: true });
  await mina.send("POST", `/rooms/${general.id}/messages`, { body: "@ada can you hear me from the balcony?", quoted_id: stands.id });
  await ada.send("PUT", `/threads/${concert.id}/following`, { following: true });
  const club = await david.room("library");
  const book = await david.post(club, "The atlas is back on its shelf, second row from the window.");
  await david.send("POST", `/messages/${book.id}/forward`, { room_id: general.id, body: "For whoever asked" });
}

async function dressed(browser, server, theme, size, options = {}) {
  const phone = size.width < 641;
  const page = await openPage(browser, server.url, { viewport: size, colorScheme: theme, isMobile: phone, hasTouch: phone, ...options });
  return page;
}

async function* doors(browser, server, themes, sizes, link) {
  for (const theme of themes)
    for (const size of sizes) {
      const at = `${theme}-${size.width}`;
      const page = await dressed(browser, server, theme, size);
      await page.goto("/sign-in");
      await page.getByTestId("sign-in-form").waitFor();
      await settle(page);
      yield { page, name: `sign-in-${at}`, screen: "sign-in", theme, size };
      await page.locator("[name=login]").fill("mina");
      await page.locator("[name=password]").fill("wrong one");
      await page.getByTestId("submit").click();
      await page.locator(".complaint p").waitFor();
      await settle(page);
      yield { page, name: `sign-in-refused-${at}`, screen: "sign-in-refused", theme, size };
      await page.goto(link);
      await fillAccount(page, { name: "Joel", username: "A", code: null });
      await page.locator(".fault:not(:empty)").first().waitFor();
      await settle(page);
      yield { page, name: `register-${at}`, screen: "register", theme, size };
      await page.context().close();
    }
}

const DIALOGS = [
  ["settings", async (page) => page.getByTestId("settings").click()],
  ["settings-appearance", async (page) => (await page.getByTestId("settings").click(), page.getByTestId("part-appearance").click())],
  ["settings-privacy", async (page) => (await page.getByTestId("settings").click(), page.getByTestId("part-privacy").click())],
  ["settings-password", async (page) => (await page.getByTestId("settings").click(), page.getByTestId("part-password").click())],
  ["settings-devices", async (page) => (await page.getByTestId("settings").click(), page.getByTestId("part-devices").click(), page.locator(".row-item").first().waitFor())],
  ["directory", async (page) => (await page.getByTestId("directory").click(), page.locator(".row-item").first().waitFor())],
  ["create-room", async (page) => page.getByTestId("create-room").click()],
  ["new-message", async (page) => (await page.getByTestId("new-direct").click(), page.getByTestId("people-field").fill("m"), page.getByTestId("found-person").first().waitFor())],
  ["switcher", async (page) => page.keyboard.press("Control+k")],
];
// Where the head of a room is narrow, the details lead to what it has no place for.
async function fromHead(page, test, inDetails) {
  const button = page.getByTestId(test);
  if (await button.isVisible()) return button.click();
  await page.getByTestId("details").click();
  await page.getByTestId(inDetails).click();
}

async function closePanel(page) {
  const close = page.locator("aside.panel").getByRole("button").first();
  if (await close.count()) await close.click();
}

const IN_ROOM = [
  ["invite", async (page) => (await fromHead(page, "invite", "details-invites"), await page.getByTestId("make-invite").click(), page.getByTestId("invite-link").waitFor())],
  ["room-settings", async (page) => fromHead(page, "room-settings", "details-settings")],
  ["shortcuts", async (page) => page.keyboard.press("Control+/")],
];

async function* dialogs(page, list, at) {
  for (const [screen, open] of list) {
    await open(page);
    await page.locator("dialog[open]").waitFor();
    await settle(page);
    yield { page, name: `${screen}-${at}`, screen };
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    if (list === IN_ROOM) await closePanel(page);
  }
}

async function* inside(browser, server, themes, sizes, room) {
  for (const theme of themes)
    for (const size of sizes) {
      const at = `${theme}-${size.width}`;
      const page = await dressed(browser, server, theme, size);
      await page.goto("/sign-in");
      await page.locator("[name=login]").fill("ada");
      await page.locator("[name=password]").fill(PASSWORD);
      await page.getByTestId("submit").click();
      const phone = size.width < 641;
      await page.locator(".room-row").first().waitFor();
      if (phone) {
        await settle(page);
        yield { page, name: `rooms-${at}`, screen: "rooms", theme, size };
        for await (const shot of dialogs(page, DIALOGS, at)) yield { ...shot, theme, size };
        for await (const shot of list(page)) yield { page, name: `${shot}-${at}`, screen: shot, theme, size };
      }
      await page.locator(`[data-room-id="${room.id}"]`).click();
      await inRoom(page);
      await inSync(page);
      await until(async () => (await page.locator(".message").count()) >= TALK.length, "the talk");
      await settle(page);
      yield { page, name: `room-${at}`, screen: "room", theme, size };
      if (!phone) for await (const shot of dialogs(page, DIALOGS, at)) yield { ...shot, theme, size };
      if (!phone) for await (const shot of list(page)) yield { page, name: `${shot}-${at}`, screen: shot, theme, size };
      for await (const shot of dialogs(page, IN_ROOM, at)) yield { ...shot, theme, size };
      for await (const shot of talk(page, room, phone)) yield { page, name: `${shot}-${at}`, screen: shot, theme, size };
      await page.getByTestId("details").click();
      await page.getByTestId("details-panel").locator(".details-people li").nth(3).waitFor();
      await settle(page);
      yield { page, name: `details-${at}`, screen: "details", theme, size };
      await page.getByTestId("edit-topic").click();
      await settle(page);
      yield { page, name: `details-topic-${at}`, screen: "details-topic", theme, size };
      await page.getByTestId("all-members").click();
      await page.locator(".member").nth(3).waitFor();
      await settle(page);
      yield { page, name: `members-${at}`, screen: "members", theme, size };
      await page.locator(".member", { hasText: "Mina" }).locator(".member-who").click();
      await page.getByTestId("person-card").waitFor();
      await settle(page);
      yield { page, name: `person-${at}`, screen: "person", theme, size };
      for await (const screen of gathered(page)) yield { page, name: `${screen}-${at}`, screen, theme, size };
      await page.context().close();
    }
}

// What is gathered over all rooms, and the head of a conversation.
const VIEWS = [
  ["catch-up", ".group"],
  ["threads", ".card"],
  ["saved", ".card"],
  ["scheduled", ".card"],
];

async function* gathered(page) {
  for (const [view, filled] of VIEWS) {
    await page.goto(`/${view}`);
    await page.locator(filled).first().waitFor({ timeout: 20_000 });
    await settle(page);
    yield view;
  }
  await page.getByTestId("reschedule").first().click();
  await page.getByTestId("moment-menu").waitFor();
  await settle(page);
  yield "moments";
  await page.keyboard.press("Escape");
  await page.goto("/");
  await page.locator(".room-row", { hasText: "Yuki" }).first().click();
  await inRoom(page);
  await settle(page);
  yield "direct";
}

// What opens on the list of rooms, and the details of one.
async function* list(page) {
  await page.locator(".room-row[data-room-id]").last().click({ button: "right" });
  await page.getByTestId("message-menu").waitFor();
  await settle(page);
  yield "room-menu";
  await page.getByTestId("menu-section").click();
  await settle(page);
  yield "room-menu-sections";
  await page.getByTestId("new-section").click();
  await page.getByTestId("naming-dialog").waitFor();
  await settle(page);
  yield "name-a-section";
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.getByTestId("part-menu").first().click({ force: true });
  await page.getByTestId("message-menu").waitFor();
  await settle(page);
  yield "part-menu";
  await page.keyboard.press("Escape");
}

// What opens on a message, and the panels beside the room.
async function* talk(page, room, phone) {
  const row = page.locator(".message", { hasText: "Who can bring stands?" }).first();
  const near = async () => (phone ? row.locator(".body").click() : row.hover());
  await near();
  await settle(page);
  yield "actions";
  await row.getByTestId("more").click();
  await page.getByTestId("message-menu").waitFor();
  await settle(page);
  yield "message-menu";
  await page.keyboard.press("Escape");
  if (!phone) await near();
  await row.getByTestId("add-reaction").first().click();
  await page.locator(".picker-emoji").nth(5).waitFor();
  await page.getByTestId("emoji-field").fill("mus");
  await settle(page);
  yield "emoji-picker";
  await page.keyboard.press("Escape");
  await row.getByTestId("more").click();
  await page.getByTestId("menu-forward").click();
  await page.locator("dialog[open] .pick").first().waitFor();
  await settle(page);
  yield "forward";
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.getByTestId("edited").first().click();
  await page.locator(".version").first().waitFor();
  await settle(page);
  yield "versions";
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.getByTestId("thread-line").first().click();
  await page.getByTestId("thread-panel").locator(".message").nth(2).waitFor();
  await settle(page);
  yield "thread";
  await page.goBack();
  await fromHead(page, "pins", "details-pins");
  await page.locator(".pin").first().waitFor();
  await settle(page);
  yield "pins";
  await page.getByTestId("pin-jump").first().click();
  if (phone) await page.getByTestId("pins-panel").getByRole("button").first().click();
  else await page.getByTestId("pins").click();
}

export async function* visit(browser, server, { sizes, themes }) {
  for (const theme of themes)
    for (const size of sizes) {
      const page = await dressed(browser, server, theme, size);
      await page.goto("/");
      await page.getByTestId("account-form").waitFor();
      await settle(page);
      yield { page, name: `first-run-${theme}-${size.width}`, screen: "first-run", theme, size };
      await page.context().close();
    }
  const owner = new Caller();
  owner.url = `${server.url}/api/v1`;
  await owner.send("POST", "/auth/register", { username: "ada", display_name: "Ada Lind", email: "ada@harbour.example", password: PASSWORD });
  const ada = await Caller.signIn(server.url, "ada");
  const room = await fill(server, ada);
  const invite = await ada.send("POST", `/rooms/${room.id}/invites`, {});
  yield* doors(browser, server, themes, sizes, `${server.url}/invite/${invite.code}`);
  yield* inside(browser, server, themes, sizes, room);
}
