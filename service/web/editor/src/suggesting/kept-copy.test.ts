import { beforeEach, expect, test } from "vitest";

import { CopyStore, type KeptCopy } from "./kept-copy.js";

const COPY: KeptCopy = { base: "old", text: "new", epoch: "1", seq: "4", sent: false };

class FakeStorage {
  readonly items = new Map<string, string>();
  getItem = (name: string) => this.items.get(name) ?? null;
  setItem = (name: string, value: string) => void this.items.set(name, value);
  removeItem = (name: string) => void this.items.delete(name);
}

let storage: FakeStorage;
let store: CopyStore;

beforeEach(() => {
  storage = new FakeStorage();
  store = new CopyStore(storage as unknown as Storage, "copy");
});

test("an unsent copy is found again", () => {
  store.write(COPY);
  expect(store.read(false)).toEqual(COPY);
});

test("a sent copy is forgotten, unless it was rejected", () => {
  store.write({ ...COPY, sent: true });
  expect(store.read(true)?.text).toBe("new");
  expect(store.read(false)).toBeNull();
  expect(storage.items.size).toBe(0);
});

test("a copy without a change is not kept, and an unreadable one is none", () => {
  store.write({ ...COPY, text: "old" });
  expect(storage.items.size).toBe(0);
  storage.setItem("copy", "{");
  expect(store.read(false)).toBeNull();
});
