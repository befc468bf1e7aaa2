// What a browser keeps of Confab: its service worker's files and its database.
import { until } from "./people.js";

// The service worker holds a whole build and rules over the page.
export async function worksOffline(page) {
  await until(() => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state === "activated" && !!navigator.serviceWorker.controller), "the service worker", 20_000);
}

// Every name in the database, by store.
export function kept(page) {
  return page.evaluate(async () => {
    const wait = (request) => new Promise((done, fail) => ((request.onsuccess = () => done(request.result)), (request.onerror = fail)));
    const database = await wait(indexedDB.open("confab"));
    const names = {};
    for (const store of database.objectStoreNames) {
      names[store] = await wait(database.transaction(store).objectStore(store).getAllKeys());
    }
    database.close();
    return names;
  });
}

// Waits until a room's rows are kept with this text among them.
export async function keeps(page, text) {
  await until(
    () =>
      page.evaluate(async (text) => {
        const wait = (request) => new Promise((done, fail) => ((request.onsuccess = () => done(request.result)), (request.onerror = fail)));
        const database = await wait(indexedDB.open("confab"));
        const rows = await wait(database.transaction("rooms").objectStore("rooms").getAll());
        database.close();
        return rows.some((row) => row.includes(text));
      }, text),
    `“${text}” on the device`,
  );
}

export function cached(page) {
  return page.evaluate(async () => {
    const found = {};
    for (const name of await caches.keys()) {
      found[name] = (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname);
    }
    return found;
  });
}
