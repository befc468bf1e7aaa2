// The page without a network, or before it answers: the shell, the rooms last seen, and what becomes of both.
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { after, before, test } from "node:test";
import { AWAY, expectNoFaults, openBrowser, openPage, watch } from "../support/browser.js";
import { cached, kept, keeps, worksOffline } from "../support/device.js";
import { Caller, inSync, sees, twoInGeneral, until } from "../support/people.js";
import { Server } from "../support/server.js";

let server, browser, mina, caller, general, library;

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  ({ mina, caller, general } = await twoInGeneral(browser, server));
  library = await caller.send("POST", "/rooms", { name: "library", kind: "private" });
  await caller.send("POST", `/rooms/${library.id}/members`, { user_ids: [(await Caller.signIn(server.url, "mina")).me.id] });
  await caller.post(library, "The new books are here");
  await caller.post(general, "Rehearsal at six");
});

after(async () => {
  server?.thaw();
  await browser?.close();
  await server?.end();
});

const row = (page, room) => page.locator(`[data-room-id="${room.id}"]`);

test("the mark says up to which revision the room is here", async () => {
  await sees(mina, "Rehearsal at six");
  const { rev } = (await caller.send("GET", "/rooms")).items.find((item) => item.room.id === general.id);
  await mina.locator(`[data-testid=sync][data-state=in-sync][data-rev="${rev}"]`).waitFor();
  expectNoFaults(mina);
});

test("a server that does not answer keeps nobody from the rooms last seen", async () => {
  await row(mina, library).click();
  await sees(mina, "The new books are here");
  await row(mina, general).click();
  await sees(mina, "Rehearsal at six");
  await keeps(mina, "The new books are here");
  await keeps(mina, "Rehearsal at six");
  await worksOffline(mina);
  server.freeze();
  await mina.reload({ waitUntil: "commit" });
  await sees(mina, "Rehearsal at six");
  await mina.locator("[data-testid=sync][data-state=away]").waitFor();
  await row(mina, library).click();
  await sees(mina, "The new books are here");
  await row(mina, general).click();
  server.thaw();
  await inSync(mina, 45_000);
  expectNoFaults(mina);
});

test("the line where one had read to is there before the server answers, and the reader stays at it", async () => {
  const reading = await caller.send("POST", "/rooms", { name: "reading", kind: "private" });
  await caller.send("POST", `/rooms/${reading.id}/members`, { user_ids: [(await Caller.signIn(server.url, "mina")).me.id] });
  await caller.post(reading, "Page 0");
  await row(mina, reading).click();
  await sees(mina, "Page 0");
  await row(mina, general).click();
  for (let n = 1; n <= 40; n++) await caller.post(reading, `Page ${n} of 40`);
  await row(mina, reading).and(mina.locator("[data-unread=true]")).waitFor();
  await row(mina, reading).click();
  await mina.getByTestId("new-line").waitFor();
  await keeps(mina, "Page 40 of 40");
  await worksOffline(mina);
  server.freeze();
  await mina.reload({ waitUntil: "commit" });
  const top = () => mina.getByTestId("new-line").evaluate((line) => line.getBoundingClientRect().top);
  const before = await until(async () => ((at) => at > 0 && at < 450 && at)(await top()), "the line in the upper half of the page");
  await mina.locator("[data-testid=sync][data-state=away]").waitFor();
  server.thaw();
  await inSync(mina, 45_000);
  assert.equal(await top(), before);
  await row(mina, general).click();
  expectNoFaults(mina);
});

test("without a server the page opens, and catches up by the changes when it is back", async () => {
  await server.stop();
  await mina.goto(`/rooms/${library.id}`);
  await sees(mina, "The new books are here");
  await mina.getByText("library").first().waitFor();
  await mina.goto("about:blank");
  await server.run();
  caller = await Caller.signIn(server.url, "ada");
  for (const text of ["Two are on loan", "One came back"]) await caller.post(library, text);
  let pages = 0;
  mina.on("request", (request) => (pages += /\/messages\?/.test(request.url()) ? 1 : 0));
  await mina.goto(`/rooms/${library.id}`);
  await sees(mina, "One came back", 45_000);
  await inSync(mina, 45_000);
  const bodies = await mina.locator(".message .body").allInnerTexts();
  assert.deepEqual(bodies, ["The new books are here", "Two are on loan", "One came back"]);
  assert.equal(pages, 0, "no page of history was asked for");
  assert.equal(await mina.getByTestId("new-line").count(), 1, "what came meanwhile is new");
  expectNoFaults(mina);
});

test("nothing of the API is held by the service worker", async () => {
  const files = Object.values(await cached(mina)).flat();
  assert.ok(files.includes("/") && files.some((file) => file.endsWith(".wasm")), files.join(" "));
  assert.deepEqual(files.filter((file) => file.startsWith("/api")), []);
});

test("a room one is taken out of is gone from the device too", async () => {
  const me = (await Caller.signIn(server.url, "mina")).me.id;
  const holds = async (room) => (await kept(mina)).rooms.includes(`${me}/${room.id}`);
  assert.ok(await holds(library));
  await caller.send("DELETE", `/rooms/${library.id}/members/${me}`);
  await row(mina, library).waitFor({ state: "detached" });
  await until(async () => !(await holds(library)), "the room gone");
  assert.ok(await holds(general));
  expectNoFaults(mina);
});

test("and so is one that was left while the page was closed", async () => {
  const me = (await Caller.signIn(server.url, "mina")).me.id;
  const holds = async (room) => (await kept(mina)).rooms.includes(`${me}/${room.id}`);
  await mina.goto("about:blank");
  await (await Caller.signIn(server.url, "mina")).send("POST", `/rooms/${general.id}/leave`);
  await mina.goto("/");
  await inSyncAnywhere(mina);
  await until(async () => !(await holds(general)), "the room gone");
  assert.equal(await mina.getByText("Rehearsal at six").count(), 0);
  expectNoFaults(mina);
});

async function inSyncAnywhere(page) {
  await page.locator(".side-empty, .room-row").first().waitFor({ timeout: 20_000 });
}

test("a new build is seen at the next load, and the old one let go", async () => {
  const front = await Front.start(server.port);
  const page = await openPage(browser, front.url);
  page.tolerated.push(...AWAY);
  await page.goto("/sign-in");
  await page.getByTestId("sign-in-form").waitFor();
  await worksOffline(page);
  const [first] = Object.keys(await cached(page));
  front.build = "the-next";
  await page.reload();
  assert.equal(await page.locator("meta[name=build]").getAttribute("content"), "the-next");
  await until(async () => Object.keys(await cached(page)).includes("confab-page-the-next"), "the new build held", 20_000);
  await until(() => page.evaluate(async () => !(await navigator.serviceWorker.getRegistration()).installing), "the new worker");
  const context = page.context();
  const files = (await cached(page))[first];
  assert.ok(files === undefined || files.length > 0, "the old one is whole as long as it is there");
  await page.close();
  const later = watch(await context.newPage());
  later.tolerated.push(...AWAY);
  await later.goto("/sign-in");
  await until(async () => Object.keys(await cached(later)).join() === "confab-page-the-next", "the old build gone");
  await front.stop();
  await later.reload();
  await later.locator("meta[name=build][content=the-next]").waitFor({ state: "attached" });
  expectNoFaults(later);
  await context.close();
});

// A proxy before the server that says of itself that it is another build.
class Front {
  static async start(port) {
    const front = new Front();
    front.server = createServer((asked, answer) => front.pass(port, asked, answer));
    await new Promise((done) => front.server.listen(0, "127.0.0.1", done));
    front.url = `http://127.0.0.1:${front.server.address().port}`;
    return front;
  }

  pass(port, asked, answer) {
    const headers = { ...asked.headers, "accept-encoding": "identity" };
    delete headers["if-none-match"];
    const passed = request({ port, host: "127.0.0.1", method: asked.method, path: asked.url, headers }, (got) => {
      const chunks = [];
      got.on("data", (chunk) => chunks.push(chunk));
      got.on("end", () => {
        let body = Buffer.concat(chunks);
        if (this.build && /html|javascript/.test(got.headers["content-type"] ?? "")) {
          const text = body.toString();
          body = Buffer.from(
            text
              .replace("<title>", `<meta name="build" content="${this.build}"><title>`)
              .replace(/const BUILD = "[^"]*"/, `const BUILD = "${this.build}"`),
          );
        }
        const { "content-length": _length, etag: _tag, ...kept } = got.headers;
        answer.writeHead(got.statusCode, kept).end(body);
      });
    });
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
