import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as Y from "yjs";

import { FakeServer, KEY, PERSON } from "../../testing/fake-server.js";
import { fakePage, restorePage, until } from "../../testing/fake-websocket.js";
import { OfflineStore } from "./offline-store.js";
import type { RejectedChanges } from "./rejected-changes.js";
import { Room } from "./room.js";

const DAY = 24 * 3600 * 1000;

let server: FakeServer;
const onMerged = vi.fn<(count: number) => void>();
const onRejected = vi.fn<(rejected: RejectedChanges) => void>();

beforeEach(() => {
  fakePage();
  vi.stubGlobal("indexedDB", new IDBFactory());
  vi.clearAllMocks();
  server = new FakeServer("نصّ");
  server.key = KEY;
});

afterEach(() => {
  vi.restoreAllMocks();
  restorePage();
});

/** What an earlier page wrote behind the text and could not send. */
async function leave(text: string, epoch = server.epoch): Promise<void> {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(server.doc));
  const before = Y.encodeStateVector(doc);
  doc.getText("t").insert(doc.getText("t").length, text);
  const store = await OfflineStore.open(KEY, server.draft, PERSON.id);
  await store?.add(Y.encodeStateAsUpdate(doc, before), epoch, "c1");
}

const stored = async () => (await OfflineStore.open(KEY, server.draft, PERSON.id))?.readAll();

async function openPage(): Promise<Room> {
  const [onReady, onStatus] = [vi.fn(), vi.fn()];
  const room = new Room("ws://host/live", { onReady, onStatus, onMerged, onRefused: vi.fn(), onRejected });
  room.open();
  await server.connect();
  await until(async () => {
    await server.answer();
    return onReady.mock.calls.length > 0 && !room.pending.changeCount;
  });
  return room;
}

test("what an earlier page could not send is sent, and then removed from the device", async () => {
  await leave(" محفوظ 🙂");
  const room = await openPage();
  expect(server.text).toBe("نصّ محفوظ 🙂");
  expect(room.status).toBe("saved");
  expect(onMerged).toHaveBeenCalledWith(1);
  expect(onRejected).not.toHaveBeenCalled();
  await vi.waitFor(async () => expect(await stored()).toEqual([]));
  room.stop();
});

test("what was written in another epoch is shown, not sent", async () => {
  await leave(" قديم", 0);
  const room = await openPage();
  expect(server.text).toBe("نصّ");
  expect(onRejected.mock.lastCall?.[0]).toMatchObject({ mine: " قديم", isFullText: false, why: "restarted" });
  expect(await stored()).toHaveLength(1);
  room.stop();
});

test("who may only read now has their words shown", async () => {
  await leave(" لي");
  Object.assign(server, { mode: "read", code: "forbidden" });
  const room = await openPage();
  expect(server.text).toBe("نصّ");
  expect(onRejected.mock.lastCall?.[0]).toMatchObject({ mine: "نصّ لي", isFullText: true, why: "role" });
  room.stop();
});

test("after a month nothing is sent by itself", async () => {
  await leave(" قديم");
  vi.setSystemTime(Date.now() + 31 * DAY);
  const room = await openPage();
  expect(server.text).toBe("نصّ");
  expect(onRejected.mock.lastCall?.[0]).toMatchObject({ mine: "نصّ قديم", why: "old" });
  room.stop();
});
