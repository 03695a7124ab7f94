// The frames of the live room, each one binary message that begins with its kind.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

const SYNC = 0;
const AWARENESS = 1;
const ACK = 100;
const CONTROL = 101;
const HASH = 102;

const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;

export type Mode = "write" | "comment" | "read";

// A row of a draft.
export interface Place {
  readonly epoch: number;
  readonly seq: number;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly colour: number;
}

export type Control =
  | {
      kind: "hello";
      draft: string;
      epoch: number;
      seq: number;
      mode: Mode;
      code?: string;
      person: Person;
      keep_key: string;
    }
  | { kind: "mode"; mode: Mode; code?: string }
  | { kind: "frozen"; seq: number }
  | { kind: "epoch"; epoch: number }
  | { kind: "reset"; code: string }
  | { kind: "refused"; code: string; sentence: string }
  | { kind: "diverged" }
  | { kind: "comments" };

export type Frame =
  | { kind: "vector"; vector: Uint8Array }
  | { kind: "update"; update: Uint8Array; answers: boolean; seq: number | null }
  | { kind: "awareness"; update: Uint8Array }
  | { kind: "ack"; frames: number; seq: number }
  | { kind: "control"; said: Control }
  | { kind: "unknown" };

export function read(message: ArrayBuffer): Frame {
  const from = decoding.createDecoder(new Uint8Array(message));
  switch (decoding.readVarUint(from)) {
    case SYNC:
      return readSync(from);
    case AWARENESS:
      return { kind: "awareness", update: decoding.readVarUint8Array(from) };
    case ACK:
      return { kind: "ack", frames: decoding.readVarUint(from), seq: decoding.readVarUint(from) };
    case CONTROL:
      return { kind: "control", said: JSON.parse(decoding.readVarString(from)) as Control };
    default:
      return { kind: "unknown" };
  }
}

function readSync(from: decoding.Decoder): Frame {
  const step = decoding.readVarUint(from);
  const bytes = decoding.readVarUint8Array(from);
  if (step === STEP_1) return { kind: "vector", vector: bytes };
  const seq = decoding.hasContent(from) ? decoding.readVarUint(from) : null;
  return { kind: "update", update: bytes, answers: step === STEP_2, seq };
}

export const asking = (vector: Uint8Array): Uint8Array => sync(STEP_1, vector);
export const answering = (update: Uint8Array): Uint8Array => sync(STEP_2, update);
export const telling = (update: Uint8Array): Uint8Array => sync(UPDATE, update);

export function presenting(update: Uint8Array): Uint8Array {
  return framed(AWARENESS, (to) => encoding.writeVarUint8Array(to, update));
}

export function comparing(vector: Uint8Array, digest: Uint8Array): Uint8Array {
  return framed(HASH, (to) => {
    encoding.writeVarUint8Array(to, vector);
    encoding.writeVarUint8Array(to, digest);
  });
}

function sync(step: number, bytes: Uint8Array): Uint8Array {
  return framed(SYNC, (to) => {
    encoding.writeVarUint(to, step);
    encoding.writeVarUint8Array(to, bytes);
  });
}

function framed(kind: number, write: (to: encoding.Encoder) => void): Uint8Array {
  const to = encoding.createEncoder();
  encoding.writeVarUint(to, kind);
  write(to);
  return encoding.toUint8Array(to);
}
