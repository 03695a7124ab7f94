import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";

import { FakeServer, kinds } from "../../testing/fake-server.js";
import { FakeWebSocket, fakePage, restorePage, settle } from "../../testing/fake-websocket.js";
import type { RejectedChanges } from "./rejected-changes.js";
import type { Replica } from "./replica.js";
import { Room } from "./room.js";

let server: FakeServer;
let room: Room;
let replica: Replica;
const onStatus = vi.fn();
const onMerged = vi.fn<(count: number) => void>();
const onRefused = vi.fn<(sentence: string) => void>();
const onComments = vi.fn();
const onReady = vi.fn<(replica: Replica) => void>((ready) => (replica = ready));
const onRejected = vi.fn<(rejected: RejectedChanges) => void>();

beforeEach(() => {
  fakePage();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  vi.clearAllMocks();
  server = new FakeServer("نصّ 🙂");
  room = new Room("ws://host/live", { onReady, onStatus, onMerged, onRefused, onRejected, onComments });
});

afterEach(() => {
  room.stop();
  vi.restoreAllMocks();
  restorePage();
});

async function connect(): Promise<void> {
  room.open();
  await server.connect();
}

async function reconnect(): Promise<void> {
  vi.advanceTimersByTime(30_000);
  await server.connect();
}

/** Type at the end of the text, and let the update be flushed. */
async function type(text: string): Promise<void> {
  replica.text.insert(replica.text.length, text);
  vi.advanceTimersByTime(25);
  await settle();
}

test("it is ready once the text has arrived", async () => {
  expect(room.status).toBe("connecting");
  expect([room.writable, room.position]).toEqual([false, null]);
  await connect();
  expect(replica.text.toString()).toBe("نصّ 🙂");
  expect(room.status).toBe("saved");
  expect(room.writable).toBe(true);
  expect(room.settledPosition).toEqual({ epoch: 1, seq: server.seq });
  expect(room.me).toEqual(server.person);
});

test("what is typed is saved once it is acknowledged, and not before", async () => {
  await connect();
  await type(" ثم 🙂");
  expect(room.status).toBe("saving");
  expect(room.settledPosition).toBeNull();
  await server.answer();
  expect(server.text).toBe("نصّ 🙂 ثم 🙂");
  expect(room.status).toBe("saved");
  expect(room.settledPosition).toEqual({ epoch: 1, seq: server.seq });
});

test("edits within 25 milliseconds are one frame", async () => {
  await connect();
  for (const letter of "abc") replica.text.insert(0, letter);
  vi.advanceTimersByTime(25);
  expect(kinds(FakeWebSocket.last).filter((kind) => kind === "update")).toHaveLength(1);
});

test("a large update is sent as a sync step", async () => {
  await connect();
  await type("x".repeat(900_001));
  expect(kinds(FakeWebSocket.last).at(-1)).toBe("step2");
  await server.answer();
  expect(room.status).toBe("saved");
});

test("what others write is applied, and not sent back", async () => {
  await connect();
  server.update(server.write((text) => text.insert(0, "أولًا 🙂 ")));
  await settle();
  vi.advanceTimersByTime(1000);
  expect(replica.text.toString()).toBe("أولًا 🙂 نصّ 🙂");
  expect(kinds(FakeWebSocket.last)).toEqual(["step2", "step1", "awareness"]);
  expect(room.position?.seq).toBe(server.seq);
});

test("what is typed offline is merged after the connection is back", async () => {
  await connect();
  FakeWebSocket.last.drop(1006);
  expect(room.status).toBe("offline");
  await type(" بلا اتصال");
  server.write((text) => text.insert(0, "* "));
  await reconnect();
  expect(server.text).toBe("* نصّ 🙂 بلا اتصال");
  expect(replica.text.toString()).toBe(server.text);
  expect(onMerged).toHaveBeenCalledWith(1);
  expect(room.status).toBe("saved");
});

test("a connection that acknowledges nothing for 15 seconds is given up", async () => {
  await connect();
  await type("!");
  vi.advanceTimersByTime(14_000);
  expect(room.status).toBe("saving");
  vi.advanceTimersByTime(6000);
  expect(room.status).toBe("offline");
});

test("the server may ask again for what came too early", async () => {
  await connect();
  server.ask();
  await settle();
  expect(kinds(FakeWebSocket.last).at(-1)).not.toBe("step2");
  await type("!");
  server.ask();
  await settle();
  expect(kinds(FakeWebSocket.last).at(-1)).toBe("step2");
  await server.answer();
  expect([server.text, room.status]).toEqual(["نصّ 🙂!", "saved"]);
});

test("when the draft is frozen, what is unsaved is reported with the reason", async () => {
  await connect();
  await type(" متأخّر");
  server.control({ kind: "frozen", seq: server.seq });
  await settle();
  Object.assign(server, { mode: "read", code: "draft_frozen" });
  await server.connect();
  const [rejected] = onRejected.mock.lastCall ?? [];
  expect(rejected).toMatchObject({ mine: "نصّ 🙂 متأخّر", theirs: "نصّ 🙂", isFullText: true, why: "frozen" });
  expect(rejected?.base).toEqual({ epoch: 1, seq: server.seq });
  expect([server.text, room.status, room.writable]).toEqual(["نصّ 🙂", "read", false]);
});

test("when nothing is unsaved, freezing closes no connection", async () => {
  await connect();
  server.control({ kind: "frozen", seq: server.seq });
  await settle();
  expect(room.status).toBe("frozen");
  expect(FakeWebSocket.all).toHaveLength(1);
  server.control({ kind: "mode", mode: "write" });
  server.control({ kind: "reset", code: "" });
  await settle();
  expect(room.status).toBe("frozen");
});

test("who may only comment or read is told so", async () => {
  server.mode = "comment";
  await connect();
  expect(room.status).toBe("comment");
  server.control({ kind: "mode", mode: "read", code: "forbidden" });
  await settle();
  expect([room.status, room.writable]).toEqual(["read", false]);
  server.control({ kind: "mode", mode: "write" });
  await settle();
  expect([room.status, room.writable]).toEqual(["saved", true]);
});

test("in a new epoch the unsaved text is kept, against the text it was written from", async () => {
  await connect();
  const { clientID } = replica.doc;
  await type(" قديم");
  FakeWebSocket.last.drop(1006);
  const base = { epoch: 1, seq: server.seq };
  server.doc = new Y.Doc();
  Object.assign(server, { epoch: 2, seq: 0 });
  server.write((text) => text.insert(0, "بداية جديدة"));
  await reconnect();
  expect(replica.text.toString()).toBe("بداية جديدة");
  expect(replica.doc.clientID).not.toBe(clientID);
  expect(onRejected.mock.lastCall?.[0]).toMatchObject({ mine: "نصّ 🙂 قديم", isFullText: true, base, why: "restarted" });
});

test("after a divergence it begins from the server's copy", async () => {
  await connect();
  await type("!");
  server.control({ kind: "diverged" });
  await settle();
  await server.connect();
  expect(replica.text.toString()).toBe("نصّ 🙂");
  expect(onRejected.mock.lastCall?.[0]).toMatchObject({ mine: "نصّ 🙂!", why: "diverged" });
  server.control({ kind: "epoch", epoch: 1 });
  await settle();
  expect(FakeWebSocket.all).toHaveLength(3);
});

test("frames that the server rejects again and again end the room", async () => {
  await connect();
  for (const mine of ["نصّ 🙂?", "نصّ 🙂??", "نصّ 🙂???"]) {
    await type("?");
    FakeWebSocket.last.drop(1008);
    expect(room.status).toBe("connecting");
    await reconnect();
    expect(onRejected.mock.lastCall?.[0]).toMatchObject({ mine, why: "refused" });
  }
  await type("?");
  FakeWebSocket.last.drop(1008);
  expect(room.status).toBe("gone");
});

test("an acknowledgement forgives earlier rejections", async () => {
  await connect();
  for (let time = 0; time < 5; time += 1) {
    FakeWebSocket.last.drop(1007);
    await reconnect();
    await type("!");
    await server.answer();
    expect(room.status).toBe("saved");
  }
});

test("a session that ended goes on after signing in again", async () => {
  await connect();
  room.reopenAfterSignIn();
  expect(FakeWebSocket.all).toHaveLength(1);
  FakeWebSocket.last.drop(4401);
  expect(room.status).toBe("out");
  await type(" محفوظ");
  room.reopenAfterSignIn();
  await server.connect();
  expect([server.text, room.status]).toEqual(["نصّ 🙂 محفوظ", "saved"]);
});

test("who signs in as another person gets nothing of the first one's words into the draft", async () => {
  await connect();
  FakeWebSocket.last.drop(4401);
  await type(" سرّي");
  room.reopenAfterSignIn();
  server.person = { ...server.person, id: "per_2" };
  await server.connect();
  expect(onRejected.mock.lastCall?.[0]).toMatchObject({ mine: " سرّي", isFullText: false, base: null, why: "another" });
  expect([server.text, room.status]).toEqual(["نصّ 🙂", "gone"]);
});

test("who may not read any more keeps their own words", async () => {
  await connect();
  await type(" لي");
  FakeWebSocket.last.drop(4403);
  expect(room.status).toBe("gone");
  expect(onRejected.mock.lastCall?.[0]).toMatchObject({ mine: " لي", isFullText: false, base: null, why: "role" });
  vi.advanceTimersByTime(100_000);
  expect(FakeWebSocket.all).toHaveLength(1);
});

test("refusals and comments are passed on", async () => {
  await connect();
  server.control({ kind: "refused", code: "too_long", sentence: "طويل جدًا" });
  server.control({ kind: "comments" });
  await settle();
  expect(onRefused).toHaveBeenCalledWith("طويل جدًا");
  expect(onComments).toHaveBeenCalledTimes(1);
});

test("presence is sent at most ten times a second, and that of others ends with the connection", async () => {
  await connect();
  const other = new Awareness(new Y.Doc());
  other.setLocalState({ user: { name: "سامي" } });
  server.awareness(encodeAwarenessUpdate(other, [other.clientID]));
  await settle();
  expect(replica.awareness.getStates().get(other.clientID)).toEqual({ user: { name: "سامي" } });
  const count = () => kinds(FakeWebSocket.last).filter((kind) => kind === "awareness").length;
  vi.advanceTimersByTime(100);
  const before = count();
  for (const anchor of [1, 2, 3]) replica.awareness.setLocalStateField("cursor", { anchor });
  vi.advanceTimersByTime(99);
  expect(count()).toBe(before);
  vi.advanceTimersByTime(1);
  expect(count()).toBe(before + 1);
  FakeWebSocket.last.drop(1006);
  expect(replica.awareness.getStates().has(other.clientID)).toBe(false);
  other.destroy();
});

test("an idle room compares its text with the server's", async () => {
  await connect();
  vi.advanceTimersByTime(5000);
  await vi.waitFor(() => expect(kinds(FakeWebSocket.last).at(-1)).toBe("hash"));
});
