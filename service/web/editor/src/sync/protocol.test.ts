import fc from "fast-check";
import * as encoding from "lib0/encoding";
import { expect, test } from "vitest";

import {
  decodeFrame,
  encodeAwareness,
  encodeHash,
  encodeSyncStep1,
  encodeSyncStep2,
  encodeUpdate,
} from "./protocol.js";

const decode = (bytes: Uint8Array) => decodeFrame(new Uint8Array(bytes).buffer);

function frame(kind: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, kind);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

test("the bytes of each frame are those of the server", () => {
  expect([...encodeSyncStep1(Uint8Array.of(7, 8))]).toEqual([0, 0, 2, 7, 8]);
  expect([...encodeSyncStep2(Uint8Array.of(7, 8))]).toEqual([0, 1, 2, 7, 8]);
  expect([...encodeUpdate(Uint8Array.of(7, 8))]).toEqual([0, 2, 2, 7, 8]);
  expect([...encodeAwareness(Uint8Array.of(9))]).toEqual([1, 1, 9]);
  expect([...encodeHash(Uint8Array.of(1), Uint8Array.of(2, 3))]).toEqual([102, 1, 1, 2, 2, 3]);
});

test("sync frames of any content are decoded to what was encoded", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(decode(encodeSyncStep1(bytes))).toEqual({ kind: "vector", vector: bytes });
      expect(decode(encodeSyncStep2(bytes))).toEqual({ kind: "update", update: bytes, isSyncReply: true, seq: null });
      expect(decode(encodeUpdate(bytes))).toEqual({ kind: "update", update: bytes, isSyncReply: false, seq: null });
      expect(decode(encodeAwareness(bytes))).toEqual({ kind: "awareness", update: bytes });
    }),
  );
});

test("an update of the server carries its journal row", () => {
  const bytes = frame(0, (encoder) => {
    encoding.writeVarUint(encoder, 2);
    encoding.writeVarUint8Array(encoder, Uint8Array.of(5));
    encoding.writeVarUint(encoder, 70_000);
  });
  expect(decode(bytes)).toEqual({ kind: "update", update: Uint8Array.of(5), isSyncReply: false, seq: 70_000 });
});

test("an acknowledgement names the frames and the row", () => {
  const bytes = frame(100, (encoder) => {
    encoding.writeVarUint(encoder, 300);
    encoding.writeVarUint(encoder, 812);
  });
  expect(decode(bytes)).toEqual({ kind: "ack", frames: 300, seq: 812 });
});

test("a control message is JSON in UTF-8", () => {
  const message = { kind: "refused", code: "too_long", sentence: "النصّ أطول مما يُسمح به 🙂" };
  const bytes = frame(101, (encoder) => encoding.writeVarString(encoder, JSON.stringify(message)));
  expect(decode(bytes)).toEqual({ kind: "control", control: message });
});

test("a frame of an unknown kind is left alone", () => {
  expect(decode(frame(77, () => undefined))).toEqual({ kind: "unknown" });
});

test("malformed control messages are errors", () => {
  const control = (json: string) => frame(101, (encoder) => encoding.writeVarString(encoder, json));
  const hello = {
    kind: "hello",
    draft: "d",
    epoch: 1,
    seq: 2,
    mode: "read",
    keep_key: "",
    person: { id: "p", name: "n" },
  };
  expect(decode(control(JSON.stringify(hello)))).toEqual({ kind: "control", control: hello });
  const bad: unknown[] = [
    null,
    5,
    [],
    {},
    { kind: 5 },
    ...Object.keys(hello).map((key) => ({ ...hello, [key]: null })),
  ];
  for (const message of bad) expect(() => decode(control(JSON.stringify(message))), JSON.stringify(message)).toThrow();
  expect(() => decode(control("NaN"))).toThrow();
});
