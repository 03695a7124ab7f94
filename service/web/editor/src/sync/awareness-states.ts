// The closed shape of awareness states. Everyone who has the draft open reads those of all others, so that a state that
// cannot be read must neither end a connection nor hide the states beside it.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

import { applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import { encodeAwareness, type Person } from "./protocol.js";
import { REMOTE_ORIGIN, type Replica } from "./replica.js";

export interface AwarenessState {
  readonly user?: unknown;
  readonly cursor?: unknown;
}

interface Entry {
  readonly client: number;
  readonly clock: number;
  readonly state: Uint8Array;
}

const COLOURS = 12;
const ROOT_NAME = "t";
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Apply the awareness states of others, and return how many could not be read. */
export function applyAwareness({ awareness }: Replica, received: Uint8Array): number {
  const { update, dropped } = readableAwareness(received);
  applyAwarenessUpdate(awareness, update, REMOTE_ORIGIN);
  return dropped;
}

/** The frame with the own awareness state; null without one. */
export function encodeOwnAwareness({ awareness }: Replica): Uint8Array | null {
  return awareness.getLocalState() && encodeAwareness(encodeAwarenessUpdate(awareness, [awareness.clientID]));
}

/** The entries of an awareness update that can be read, as an update, and how many were dropped. */
export function readableAwareness(update: Uint8Array): { update: Uint8Array; dropped: number } {
  const decoder = decoding.createDecoder(update);
  const readable: Entry[] = [];
  let dropped = 0;
  try {
    for (let left = decoding.readVarUint(decoder); left > 0; left -= 1) {
      const entry = readEntry(decoder);
      if (isState(entry.state)) readable.push(entry);
      else dropped += 1;
    }
  } catch {
    dropped += 1; // it ends too early, or a number is too large: what follows cannot be found
  }
  return { update: encodeEntries(readable), dropped };
}

function readEntry(decoder: decoding.Decoder): Entry {
  const client = decoding.readVarUint(decoder);
  const clock = decoding.readVarUint(decoder);
  return { client, clock, state: decoding.readVarUint8Array(decoder) };
}

function encodeEntries(entries: readonly Entry[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, entries.length);
  for (const { client, clock, state } of entries) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarUint8Array(encoder, state);
  }
  return encoding.toUint8Array(encoder);
}

function isState(bytes: Uint8Array): boolean {
  try {
    const state: unknown = JSON.parse(utf8.decode(bytes));
    return state === null || (isObject(state) && isSelection(state.cursor));
  } catch {
    return false;
  }
}

function isSelection(value: unknown): boolean {
  return value == null || (isObject(value) && isPosition(value.anchor) && isPosition(value.head));
}

/** Whether Yjs can resolve a value as a relative position in the text. Another name would make a new root type. */
export function isPosition(value: unknown): boolean {
  if (!isObject(value) || value.type != null) return false;
  const { tname, item, assoc } = value;
  if (tname == null && item == null) return false;
  return (
    (tname == null || tname === ROOT_NAME) &&
    (item == null || (isObject(item) && isCount(item.client) && isCount(item.clock))) &&
    (assoc == null || Number.isSafeInteger(assoc))
  );
}

/** The user of a state, as the server set it; null where it has none. */
export function personFromState(state: unknown): Person | null {
  const user = isObject(state) ? state.user : null;
  if (!isObject(user) || typeof user.name !== "string" || !user.name) return null;
  return {
    id: typeof user.person === "string" ? user.person : "",
    name: user.name,
    organisation: typeof user.organisation === "string" ? user.organisation : "",
    colour: isCount(user.colour) ? user.colour % COLOURS : 0,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
