import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as Y from "yjs";

import { settle, until } from "../../testing/fake-websocket.js";
import { OfflineStore } from "./offline-store.js";
import { isEmptyUpdate, PendingChanges } from "./pending-changes.js";

const KEY = btoa("k".repeat(32));
const NEW_KEY = btoa("n".repeat(32));

let doc: Y.Doc;
let pending: PendingChanges;
const onStored = vi.fn();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
  vi.stubGlobal("indexedDB", new IDBFactory());
  onStored.mockReset();
  doc = new Y.Doc();
  pending = listen(new PendingChanges(onStored));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function listen(changes: PendingChanges): PendingChanges {
  doc.on("update", (update: Uint8Array) => changes.add(update));
  return changes;
}

const type = (text: string) => doc.getText("t").insert(doc.getText("t").length, text);

function textOf(...updates: Uint8Array[]): string {
  const copy = new Y.Doc();
  for (const update of updates) Y.applyUpdate(copy, update);
  return copy.getText("t").toString();
}

const stored = async (key = KEY) => (await OfflineStore.open(key, "dra_1", "per_1"))?.readAll() ?? [];

/** Flush, and send as the given frame. */
function send(frame: number): void {
  const update = pending.flush(1);
  if (update) update.frame = frame;
}

test("nothing was written: nothing to send, and everything is saved", () => {
  const saved = vi.fn();
  pending.whenSaved(saved);
  expect(saved).toHaveBeenCalledTimes(1);
  expect(pending.flush(1)).toBeNull();
  expect([pending.changeCount, pending.oldestAt]).toEqual([0, Number.POSITIVE_INFINITY]);
  expect(isEmptyUpdate(pending.diffSince(Y.encodeStateVector(doc)))).toBe(true);
});

test("edits without a pause are one change, a pause of 1.5 seconds begins another", () => {
  type("ا");
  vi.setSystemTime(1_001_500);
  type("ب");
  send(1);
  expect(pending.changeCount).toBe(1);
  vi.setSystemTime(1_003_001);
  type("ج");
  expect(pending.changeCount).toBe(2);
  send(2);
  expect(pending.changeCount).toBe(2);
  expect(pending.oldestAt).toBe(1_001_500);
});

test("one flush carries everything since the last one", () => {
  type("نصّ ");
  type("🙂");
  const update = pending.flush(1)?.update ?? new Uint8Array();
  expect(textOf(update)).toBe("نصّ 🙂");
  expect(pending.flush(1)).toBeNull();
});

test("an acknowledgement covers the frames up to its number, and no unsent ones", () => {
  const saved = vi.fn();
  for (const [frame, text] of ["a", "b", "c"].entries()) {
    type(text);
    send(frame + 1);
  }
  type("d");
  send(0);
  pending.whenSaved(saved);
  expect(pending.acknowledge(2)).toBe(2);
  expect(pending.acknowledge(3)).toBe(1);
  expect(pending.acknowledge(9)).toBe(0);
  expect([saved.mock.calls.length, pending.changeCount]).toEqual([0, 1]);
  pending.markSentFirst();
  expect(pending.acknowledge(1)).toBe(1);
  expect([saved.mock.calls.length, pending.changeCount]).toEqual([1, 0]);
});

test("only what a replica lacks is sent again", () => {
  type("a");
  send(1);
  const half = Y.encodeStateVector(doc);
  type("b");
  send(2);
  const missing = pending.diffSince(half);
  expect(textOf(missing)).toBe("");
  expect(isEmptyUpdate(missing)).toBe(false);
  expect(textOf(pending.diffSince(Y.encodeStateVector(new Y.Doc())))).toBe("ab");
});

test("whatever is typed, flushed and acknowledged, no edit is lost", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("type" as const), text: fc.constantFrom("نصّ", "🙂", "a", "١٢ ") }),
    fc.record({ kind: fc.constant("send" as const) }),
    fc.record({ kind: fc.constant("ack" as const), frames: fc.nat(6) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      doc = new Y.Doc();
      pending = listen(new PendingChanges(onStored));
      const sent: Uint8Array[] = [];
      const server = new Y.Doc();
      let acknowledged = 0;
      for (const one of steps) {
        if (one.kind === "type") type(one.text);
        else if (one.kind === "send") {
          const update = pending.flush(1);
          if (update) update.frame = sent.push(update.update);
        } else {
          const frames = Math.min(one.frames, sent.length);
          for (const update of sent.slice(acknowledged, frames)) Y.applyUpdate(server, update);
          acknowledged = Math.max(acknowledged, frames);
          pending.acknowledge(frames);
        }
      }
      pending.flush(1);
      Y.applyUpdate(server, pending.diffSince(Y.encodeStateVector(server)));
      expect(server.getText("t").toString()).toBe(doc.getText("t").toString());
    }),
  );
});

test("what is pending is on the device until it is acknowledged", async () => {
  await pending.openStore(KEY, "dra_1", "per_1", 1);
  expect(pending.canStore).toBe(true);
  type("نصّ");
  expect(pending.storedChangeCount).toBe(0);
  send(1);
  await until(() => pending.storedChangeCount === 1);
  expect(onStored).toHaveBeenCalled();
  expect(textOf(...(await stored()).map((one) => one.update))).toBe("نصّ");
  type("!");
  expect(pending.storedChangeCount).toBe(0);
  send(2);
  pending.acknowledge(2);
  await settle();
  await until(() => pending.changeCount === 0);
  await vi.waitFor(async () => expect(await stored()).toEqual([]));
});

test("what an earlier page left is restored once; what may not be sent is rejected", async () => {
  await pending.openStore(KEY, "dra_1", "per_1", 1);
  type("a");
  send(1);
  vi.setSystemTime(1_010_000);
  type("b");
  send(2);
  await until(() => pending.storedChangeCount === 2);
  const later = new PendingChanges(onStored);
  await later.openStore(KEY, "dra_1", "per_1", 1);
  const [first, ...rest] = later.takeRestored((one) => one.id === 1);
  expect(rest).toEqual([]);
  expect(later.takeRestored(() => true)).toEqual([]);
  expect(later.rejected).toHaveLength(1);
  if (first) expect(later.resume(first).changeId).toBe(first.changeId);
  expect(later.changeCount).toBe(1);
});

test("a new session keeps what is unacknowledged under its own key", async () => {
  await pending.openStore(KEY, "dra_1", "per_1", 1);
  type("a");
  send(1);
  await until(() => pending.storedChangeCount === 1);
  await pending.openStore(KEY, "dra_1", "per_1", 1);
  await pending.openStore(NEW_KEY, "dra_1", "per_1", 1);
  await vi.waitFor(async () => expect(await stored(NEW_KEY)).toHaveLength(1));
  await vi.waitFor(async () => expect(await stored(KEY)).toHaveLength(0));
});

test("rejected updates are marked on the device and forgotten one by one", async () => {
  await pending.openStore(KEY, "dra_1", "per_1", 1);
  expect(pending.reject(1)).toBe(false);
  type("a");
  send(1);
  type("b");
  expect(pending.reject(1)).toBe(true);
  expect([pending.changeCount, pending.rejected.length]).toEqual([0, 2]);
  await vi.waitFor(async () => expect((await stored()).map((one) => one.rejected)).toEqual([true, true]));
  expect(pending.rejected.every((one) => one.id > 0)).toBe(true);
  await pending.discardRejected(pending.rejected.slice(0, 1));
  expect(textOf(...pending.rejected.map((one) => one.update))).toBe("");
  expect(await stored()).toHaveLength(1);
});

test("what is discarded leaves nothing behind", async () => {
  await pending.openStore(KEY, "dra_1", "per_1", 1);
  type("a");
  send(1);
  await pending.discard();
  expect(pending.changeCount).toBe(0);
  expect(await stored()).toEqual([]);
});

test("a device that is full is noticed", async () => {
  await pending.openStore(KEY, "dra_1", "per_1", 1);
  vi.spyOn(OfflineStore.prototype, "add").mockRejectedValue(new Error("quota"));
  type("a");
  send(1);
  await until(() => !pending.canStore);
  await settle();
  expect([pending.storedChangeCount, pending.changeCount]).toEqual([0, 1]);
  pending.reject(1);
  await settle();
  expect(pending.rejected).toMatchObject([{ id: 0 }]);
});
