// What a browser keeps of Confab: its service worker's files and its database.
import { until } from "./people.js";

// The service worker holds a whole build and rules over the page.
export async function worksOffline(page) {
  const rules = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      return registration?.active?.state === "activated" && !!navigator.serviceWorker.controller;
    });
  await until(rules, "the service worker", 20_000);
}

// Everything in the database, by store and name. A database that is not there yet is not made.
async function database(page) {
  return page.evaluate(async () => {
    const wait = (request) => new Promise((done, fail) => ((request.onsuccess = () => done(request.result)), (request.onerror = fail)));
    const found = { outbox: {}, rooms: {} };
    if (!(await indexedDB.databases()).some(({ name }) => name === "confab")) return found;
    const database = await wait(indexedDB.open("confab"));
    for (const store of database.objectStoreNames) {
      const held = database.transaction(store).objectStore(store);
      const [names, texts] = await Promise.all([wait(held.getAllKeys()), wait(held.getAll())]);
      names.forEach((name, at) => (found[store][name] = texts[at]));
    }
    database.close();
    return found;
  });
}

// The names in it.
export async function kept(page) {
  const { outbox, rooms } = await database(page);
  return { outbox: Object.keys(outbox), rooms: Object.keys(rooms) };
}

// Waits until the outbox is kept without this text.
export async function keepsUnsentNo(page, text) {
  const lacks = async () => !Object.values((await database(page)).outbox).some((outbox) => outbox.includes(text));
  await until(lacks, `“${text}” gone from the outbox on the device`);
}

// Waits until a room's rows are kept with this text among them.
export async function keeps(page, text) {
  const holds = async () => Object.values((await database(page)).rooms).some((rows) => rows.includes(text));
  await until(holds, `“${text}” on the device`);
}

// What the service worker holds, by build.
export function cached(page) {
  return page.evaluate(async () => {
    const found = {};
    for (const name of await caches.keys()) {
      found[name] = (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname);
    }
    return found;
  });
}
