// The wire protocol of the live room: binary frames that begin with their kind, a variable-length integer. SYNC and
// AWARENESS are those of y-protocols.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { MAX_UPDATE_BYTES } from "./limits.js";

const SYNC = 0;
const AWARENESS = 1;
const ACK = 100;
const CONTROL = 101;
const HASH = 102;

const SYNC_STEP_1 = 0;
const SYNC_STEP_2 = 1;
const SYNC_UPDATE = 2;

export type Mode = "write" | "comment" | "read";

/** A position in the journal of a draft: the epoch, and the row within it. */
export interface JournalPosition {
  readonly epoch: number;
  readonly seq: number;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly colour: number;
}

export type ControlMessage =
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
  | { kind: "update"; update: Uint8Array; isSyncReply: boolean; seq: number | null }
  | { kind: "awareness"; update: Uint8Array }
  | { kind: "ack"; frames: number; seq: number }
  | { kind: "control"; control: ControlMessage }
  | { kind: "unknown" };

/** Decode a frame. Throws where it is malformed. */
export function decodeFrame(message: ArrayBuffer): Frame {
  const decoder = decoding.createDecoder(new Uint8Array(message));
  switch (decoding.readVarUint(decoder)) {
    case SYNC:
      return decodeSync(decoder);
    case AWARENESS:
      return { kind: "awareness", update: decoding.readVarUint8Array(decoder) };
    case ACK:
      return { kind: "ack", frames: decoding.readVarUint(decoder), seq: decoding.readVarUint(decoder) };
    case CONTROL:
      return { kind: "control", control: readControl(decoding.readVarString(decoder)) };
    default:
      return { kind: "unknown" };
  }
}

/** Whether a message is of awareness: it may be dropped without a loss. */
export const isAwareness = (message: ArrayBuffer): boolean => new Uint8Array(message)[0] === AWARENESS;

function readControl(json: string): ControlMessage {
  const message = JSON.parse(json) as Partial<ControlMessage> | null;
  if (typeof message?.kind !== "string") throw new TypeError("not a control message");
  if (message.kind === "hello" && !isHello(message)) throw new TypeError("not a hello");
  return message as ControlMessage;
}

function isHello({ draft, epoch, seq, mode, person, keep_key }: Partial<ControlMessage & { kind: "hello" }>): boolean {
  return (
    [draft, mode, keep_key, person?.id, person?.name].every((value) => typeof value === "string") &&
    [epoch, seq].every(Number.isSafeInteger)
  );
}

function decodeSync(decoder: decoding.Decoder): Frame {
  const step = decoding.readVarUint(decoder);
  const bytes = decoding.readVarUint8Array(decoder);
  if (step === SYNC_STEP_1) return { kind: "vector", vector: bytes };
  const seq = decoding.hasContent(decoder) ? decoding.readVarUint(decoder) : null;
  return { kind: "update", update: bytes, isSyncReply: step === SYNC_STEP_2, seq };
}

export const encodeSyncStep1 = (vector: Uint8Array): Uint8Array => encodeSync(SYNC_STEP_1, vector);
export const encodeSyncStep2 = (update: Uint8Array): Uint8Array => encodeSync(SYNC_STEP_2, update);
export const encodeUpdate = (update: Uint8Array): Uint8Array => encodeSync(SYNC_UPDATE, update);

/** A change of this page. One that is too long for an update is sent as a sync step, which may be longer. */
export const encodeChange = (update: Uint8Array): Uint8Array =>
  update.length > MAX_UPDATE_BYTES ? encodeSyncStep2(update) : encodeUpdate(update);

export function encodeAwareness(update: Uint8Array): Uint8Array {
  return encodeFrame(AWARENESS, (to) => encoding.writeVarUint8Array(to, update));
}

export function encodeHash(vector: Uint8Array, digest: Uint8Array): Uint8Array {
  return encodeFrame(HASH, (to) => {
    encoding.writeVarUint8Array(to, vector);
    encoding.writeVarUint8Array(to, digest);
  });
}

function encodeSync(step: number, bytes: Uint8Array): Uint8Array {
  return encodeFrame(SYNC, (to) => {
    encoding.writeVarUint(to, step);
    encoding.writeVarUint8Array(to, bytes);
  });
}

function encodeFrame(kind: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, kind);
  write(encoder);
  return encoding.toUint8Array(encoder);
}
