import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { OfflineStore } from "./offline-store.js";

const KEY = btoa("k".repeat(32));
const OTHER_KEY = btoa("o".repeat(32));
const DAY = 24 * 3600 * 1000;
const UPDATE = Uint8Array.of(1, 2, 3);

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function open(key = KEY, draft = "dra_1", person = "per_1"): Promise<OfflineStore> {
  const store = await OfflineStore.open(key, draft, person);
  if (!store) throw new Error("no store");
  return store;
}

/** The rows as they are on the device, in the database of release 0.1.0. */
async function rows(change?: (row: Record<string, unknown>) => Record<string, unknown>): Promise<object[]> {
  const request = indexedDB.open("mithaq-kept", 1);
  await new Promise((resolve) => (request.onsuccess = resolve));
  const store = request.result.transaction("updates", "readwrite").objectStore("updates");
  const all = store.getAll();
  await new Promise((resolve) => (all.onsuccess = resolve));
  if (change) for (const row of all.result as Record<string, unknown>[]) store.put(change(row));
  return all.result as object[];
}

test("what was added is read again, in its order", async () => {
  const store = await open();
  await store.add(UPDATE, 1, "c1");
  await store.add(Uint8Array.of(4), 1, "c2");
  const read = await (await open()).readAll();
  expect(read.map((one) => [...one.update])).toEqual([[1, 2, 3], [4]]);
  expect(read.map((one) => one.changeId)).toEqual(["c1", "c2"]);
  expect(read[0]).toMatchObject({ epoch: 1, rejected: false });
});

test("rows have the persisted names, and nothing readable of the text", async () => {
  const store = await open();
  const text = new TextEncoder().encode("نصّ لا يُقرأ");
  await store.add(text, 3, "c1");
  const [row] = await rows();
  expect(Object.keys(row ?? {}).sort()).toEqual(
    ["aside", "at", "change", "draft", "epoch", "id", "iv", "page", "person", "sealed"].sort(),
  );
  expect(row).toMatchObject({ draft: "dra_1", person: "per_1", epoch: 3, change: "c1", aside: false });
  const { sealed } = row as { sealed: ArrayBuffer };
  expect(sealed.byteLength).toBe(text.length + 16);
  expect(new TextDecoder().decode(sealed)).not.toContain("نصّ");
});

test("a database that release 0.1.0 left is read", async () => {
  const request = indexedDB.open("mithaq-kept", 1);
  request.onupgradeneeded = () =>
    request.result.createObjectStore("updates", { keyPath: "id", autoIncrement: true }).createIndex("draft", "draft");
  await new Promise((resolve) => (request.onsuccess = resolve));
  const [iv, additionalData] = [new Uint8Array(12).fill(7), new TextEncoder().encode("dra_1\nper_1\n3")];
  const raw = Uint8Array.from(atob(KEY), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, new Uint8Array(UPDATE));
  const row = {
    draft: "dra_1",
    person: "per_1",
    epoch: 3,
    change: "c1",
    aside: true,
    at: 1_790_000_000_000,
    iv,
    sealed,
  };
  const transaction = request.result.transaction("updates", "readwrite");
  transaction.objectStore("updates").add(row);
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  request.result.close();
  expect(await (await open()).readAll()).toEqual([
    { id: 1, epoch: 3, changeId: "c1", rejected: true, writtenAt: row.at, update: UPDATE },
  ]);
});

test("a row that release 0.1.0 set aside is rejected", async () => {
  const store = await open();
  await store.add(UPDATE, 1, "c1");
  await rows((row) => ({ ...row, aside: true }));
  expect(await store.readAll()).toMatchObject([{ rejected: true }]);
});

test("removed rows are gone, and rejected ones are marked", async () => {
  const store = await open();
  const first = await store.add(UPDATE, 1, "c1");
  const second = await store.add(UPDATE, 1, "c2");
  await store.remove([first]);
  await store.markRejected([first, second]);
  expect(await store.readAll()).toMatchObject([{ id: second, rejected: true }]);
});

test("other drafts and other persons see nothing", async () => {
  await (await open()).add(UPDATE, 1, "c1");
  expect(await (await open(KEY, "dra_2")).readAll()).toEqual([]);
  expect(await (await open(KEY, "dra_1", "per_2")).readAll()).toEqual([]);
  expect(await rows()).toHaveLength(1);
});

test("without the key of the session nothing can be read, and the row stays for a month", async () => {
  await (await open()).add(UPDATE, 1, "c1");
  const other = await open(OTHER_KEY);
  expect(await other.readAll()).toEqual([]);
  expect(await rows()).toHaveLength(1);
  await rows((row) => ({ ...row, at: Date.now() - 31 * DAY }));
  expect(await other.readAll()).toEqual([]);
  expect(await rows()).toHaveLength(0);
});

test("an old row that can be read is kept", async () => {
  const store = await open();
  await store.add(UPDATE, 1, "c1");
  await rows((row) => ({ ...row, at: Date.now() - 31 * DAY }));
  expect(await store.readAll()).toHaveLength(1);
});

test("a row that was moved to another epoch cannot be read", async () => {
  const store = await open();
  await store.add(UPDATE, 1, "c1");
  await rows((row) => ({ ...row, epoch: 2 }));
  expect(await store.readAll()).toEqual([]);
});

test("a browser without IndexedDB or with a broken key keeps nothing", async () => {
  expect(await OfflineStore.open("***", "dra_1", "per_1")).toBeNull();
  vi.stubGlobal("indexedDB", undefined);
  expect(await OfflineStore.open(KEY, "dra_1", "per_1")).toBeNull();
});

test("a database that cannot be opened or written is an error, not silence", async () => {
  const store = await open();
  const request = indexedDB.open("mithaq-kept", 1);
  await new Promise((resolve) => (request.onsuccess = resolve));
  vi.spyOn(request.result.constructor.prototype, "transaction").mockImplementation(() => {
    const transaction = { error: null, objectStore: () => ({ add: () => ({}) }), onabort: () => undefined };
    setTimeout(() => transaction.onabort());
    return transaction;
  });
  await expect(store.add(UPDATE, 1, "c1")).rejects.toThrow("the browser kept nothing");
  vi.restoreAllMocks();
  vi.stubGlobal("indexedDB", {
    open: () => {
      const failing = { error: null, onerror: () => undefined };
      setTimeout(() => failing.onerror());
      return failing;
    },
  });
  expect(await OfflineStore.open(KEY, "dra_1", "per_1")).toBeNull();
});
