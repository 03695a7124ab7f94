import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { controlFrame, FakeServer } from "../../testing/fake-server.js";
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

test("a malformed selection of another person stops nothing", async () => {
  await connect();
  for (const state of ['{"cursor":NaN}', '{"cursor":{"anchor":null,"head":null}}']) {
    server.awareness(Uint8Array.of(1, 7, 9, state.length, ...new TextEncoder().encode(state)));
  }
  server.awareness(Uint8Array.of(5));
  server.update(server.write((text) => text.insert(0, "بعدها ")));
  await settle();
  expect(replica.text.toString()).toBe("بعدها نصّ 🙂");
  await type("!");
  await server.answer();
  expect([room.status, room.badFrames.dropped, FakeWebSocket.all.length]).toEqual(["saved", 3, 1]);
});

test("after an update that cannot be read it connects again, and keeps what is unsaved", async () => {
  await connect();
  await type(" لي");
  const { doc } = replica;
  server.update(server.write((text) => text.insert(0, "لهم ")).slice(0, -3));
  await settle();
  expect(room.status).toBe("offline");
  await reconnect();
  expect([server.text, replica.text.toString(), room.status]).toEqual(["لهم نصّ 🙂 لي", "لهم نصّ 🙂 لي", "saved"]);
  expect(replica.doc).toBe(doc);
  expect(onRejected).not.toHaveBeenCalled();
});

test("a copy that stays unreadable is replaced, then given up, and what was typed is shown to its author", async () => {
  await connect();
  await type(" لي");
  const truncated = (update: Uint8Array) => update.slice(0, -3);
  vi.spyOn(server, "update").mockImplementation((update) => server.deliverUpdate(truncated(update)));
  server.update(server.write((text) => text.insert(0, "لهم ")));
  await settle();
  for (let time = 0; time < 3; time += 1) await reconnect();
  expect(room.status).toBe("gone");
  expect(onRejected.mock.lastCall?.[0].mine).toContain("لي");
  vi.advanceTimersByTime(100_000);
  expect(FakeWebSocket.all).toHaveLength(4);
});

test("frames of any kind and content leave a room that can go on", async () => {
  const json = fc.oneof(fc.jsonValue(), fc.constantFrom(null, "\ud800", 2 ** 60, -1, {}));
  const control = fc.record(
    {
      kind: fc.constantFrom("mode", "frozen", "refused", "diverged", "comments", "reset", "epoch", "other", 5, null),
      mode: json,
      seq: json,
      epoch: json,
      sentence: json,
      code: json,
    },
    { requiredKeys: ["kind"] },
  );
  const hello = fc.record({
    kind: fc.constant("hello"),
    epoch: json,
    seq: json,
    mode: json,
    person: json,
    keep_key: json,
  });
  const bytes = fc.uint8Array({ maxLength: 40 });
  const frames = fc.oneof(
    bytes,
    fc.tuple(fc.constantFrom(1, 100, 101, 102, 7), bytes).map(([kind, rest]) => Uint8Array.of(kind, ...rest)),
    fc.tuple(fc.constantFrom(0, 1, 2, 9), bytes).map(([step, rest]) => Uint8Array.of(0, step, ...rest)),
    fc.oneof(control, hello, json).map((message) => controlFrame(JSON.stringify(message))),
  );
  await connect();
  let written = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 3 }), async (hostile) => {
      for (const frame of hostile) FakeWebSocket.last.deliver(frame);
      await settle();
      FakeWebSocket.last.drop(1006);
      await reconnect();
      written += 1;
      server.update(server.write((text) => text.insert(0, `[${written}]`)));
      await settle();
      expect(replica.text.toString()).toContain(`[${written}]`);
      expect(room.status).toBe("saved");
    }),
    { numRuns: 60 },
  );
});
