// The service worker: opens the page without waiting for the network, and without one. It holds one build of the page
// whole, never anything of the API, and nothing of any person. A build that follows is fetched beside it; the one before
// stays as long as a page of it may be open, since that page fetches its parts when they are first needed.
const BUILD = "{{build}}";
const FILES = {{files}};
const PREFIX = "confab-page-";
const HELD = PREFIX + BUILD;
// What the network does not say within this time is not waited for, in milliseconds.
const PATIENCE = 400;

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const ours = request.method === "GET" && url.origin === location.origin && !/^\/(api|health|metrics)(\/|$)/.test(url.pathname);
  if (!ours) return;
  if (request.mode === "navigate") {
    event.waitUntil(tidy());
    event.respondWith(page(request));
  } else if (url.pathname.startsWith("/assets/")) {
    event.respondWith(caches.match(url.pathname).then((held) => held ?? fetch(request)));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(() => held(url.pathname)));
  }
});

// All or nothing: a file that another version of the server does not have leaves things as they were.
async function install() {
  const index = await fetch("/", { cache: "no-cache" });
  if (!index.ok || !(await index.clone().text()).includes(FILES[0])) throw new Error("the server has another version");
  const cache = await caches.open(HELD);
  await cache.addAll(FILES);
  await cache.put("/", index);
  await skipWaiting();
}

async function activate() {
  const builds = await others();
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  await drop(open.length ? builds.slice(0, -1) : builds);
  await clients.claim();
}

// The first page of a visit: no page of an earlier build is open.
async function tidy() {
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!open.length) await drop(await others());
}

// The builds held besides this one, oldest first.
async function others() {
  return (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== HELD);
}

function drop(builds) {
  return Promise.all(builds.map((name) => caches.delete(name)));
}

// The server's page if it is there at once, so that a new build is seen; else the one held here.
async function page(request) {
  const asked = fetch(request);
  const fresh = asked.then((answer) => (answer.status < 500 ? answer : null)).catch(() => null);
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  return (await Promise.race([fresh, late])) ?? (await held("/")) ?? asked;
}

async function held(path) {
  return (await caches.open(HELD)).match(path);
}
