import fc from "fast-check";
import * as encoding from "lib0/encoding";
import { afterEach, expect, test } from "vitest";
import { applyAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";

import { listRemoteCursors, remotePeople } from "../editing/remote-cursors.js";
import { isPosition, personFromState, readableAwareness } from "./awareness-states.js";
import { createReplica, type Replica } from "./replica.js";

const USER = { person: "per_1", name: "ليلى", organisation: "منظمة", colour: 15 };
const replicas: Replica[] = [];

afterEach(() => {
  for (const { awareness, doc } of replicas.splice(0)) {
    awareness.destroy();
    doc.destroy();
  }
});

function openReplica(): Replica {
  const replica = createReplica(
    () => undefined,
    () => undefined,
  );
  replica.text.insert(0, "نصّ 🙂");
  replicas.push(replica);
  return replica;
}

function encode(entries: readonly (readonly [number, number, string])[], count = entries.length): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, count);
  for (const [client, clock, state] of entries) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, state);
  }
  return encoding.toUint8Array(encoder);
}

/** Apply an update as the room does, and draw what the page draws. */
function draw(replica: Replica, update: Uint8Array): number {
  const { update: readable, dropped } = readableAwareness(update);
  applyAwarenessUpdate(replica.awareness, readable, "test");
  listRemoteCursors(replica, new Map());
  remotePeople(replica.awareness);
  return dropped;
}

const position = (replica: Replica, index: number) =>
  Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(replica.text, index));

test("what the editor publishes is read and drawn", () => {
  const replica = openReplica();
  for (const [clock, index] of [1, 4, replica.text.length].entries()) {
    const cursor = { anchor: position(replica, 0), head: position(replica, index) };
    expect(draw(replica, encode([[7, clock + 1, JSON.stringify({ user: USER, cursor })]]))).toBe(0);
    expect(listRemoteCursors(replica, new Map())).toMatchObject([{ id: 7, anchor: 0, head: index }]);
  }
  expect(remotePeople(replica.awareness)).toEqual([{ id: "per_1", name: "ليلى", organisation: "منظمة", colour: 3 }]);
});

test("an unreadable state hides none of those beside it", () => {
  const replica = openReplica();
  const good = JSON.stringify({ user: USER });
  const bad = ['{"cursor":NaN}', '{"cursor":{"anchor":null,"head":null}}', "", "[]", "7", '{"cursor":{"anchor":{}}}'];
  const entries = bad.map((state, at) => [at + 1, 1, state] as const);
  expect(draw(replica, encode([...entries, [99, 1, good], [100, 1, "null"]]))).toBe(bad.length);
  expect([...replica.awareness.getStates().keys()]).toEqual([replica.awareness.clientID, 99]);
});

test("what follows a number that is too large, or is cut off, is dropped", () => {
  const replica = openReplica();
  const good = encode([[7, 1, JSON.stringify({ user: USER })]], 2 ** 50);
  expect(draw(replica, good)).toBe(1);
  expect(draw(replica, Uint8Array.of(2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f))).toBe(1);
  expect(draw(replica, new Uint8Array())).toBe(1);
  expect(replica.awareness.getStates().has(7)).toBe(true);
});

const hostile = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(null, true, -1, 1.5, 2 ** 53, 1e300, "\ud800", "t", "__proto__", [], {}),
);
const item = fc.oneof(hostile, fc.record({ client: hostile, clock: hostile }, { requiredKeys: [] }));
const anyPosition = fc.oneof(
  hostile,
  fc.record({ type: hostile, tname: fc.oneof(fc.constant("t"), hostile), item, assoc: hostile }, { requiredKeys: [] }),
);
const anyState = fc.oneof(
  hostile,
  fc.record(
    {
      user: fc.oneof(
        hostile,
        fc.record({ person: hostile, name: hostile, organisation: hostile, colour: hostile }, { requiredKeys: [] }),
      ),
      cursor: fc.oneof(hostile, fc.record({ anchor: anyPosition, head: anyPosition }, { requiredKeys: [] })),
    },
    { requiredKeys: [] },
  ),
);

test("no state of any shape can stop the page from drawing the next", () => {
  const replica = openReplica();
  let clock = 0;
  fc.assert(
    fc.property(fc.array(anyState, { maxLength: 4 }), (states) => {
      clock += 1;
      const entries = states.map((state, at) => [at + 1, clock, JSON.stringify(state) ?? "NaN"] as const);
      draw(replica, encode([...entries, [50, clock, JSON.stringify({ user: USER })]]));
      expect(replica.awareness.getStates().get(50)).toEqual({ user: USER });
    }),
    { numRuns: 400 },
  );
});

test("bytes of any kind are read or dropped", () => {
  const replica = openReplica();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void draw(replica, bytes)));
});

test("a position that is accepted can be resolved", () => {
  const replica = openReplica();
  fc.assert(
    fc.property(anyPosition, (value) => {
      if (!isPosition(value)) return;
      Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(value), replica.doc);
    }),
    { numRuns: 400 },
  );
});

test("only a user with a name is shown", () => {
  expect(personFromState({ user: USER })).toEqual({ id: "per_1", name: "ليلى", organisation: "منظمة", colour: 3 });
  expect(personFromState({ user: { name: "ليلى", colour: -1, person: 5 } })).toEqual({
    id: "",
    name: "ليلى",
    organisation: "",
    colour: 0,
  });
  for (const state of [null, 5, {}, { user: null }, { user: { name: 7 } }, { user: { name: "" } }])
    expect(personFromState(state)).toBeNull();
});
