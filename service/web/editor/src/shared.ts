// The copy of the draft that this page holds.
import { Awareness, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";

import type { Kept } from "./keep.js";
import { wordsOf } from "./ledger.js";
import { comparing } from "./wire.js";

export interface Shared {
  readonly doc: Y.Doc;
  readonly text: Y.Text;
  readonly awareness: Awareness;
}

// Words that were not taken: the text with them, or, where that cannot be told any more, they alone.
export interface Aside {
  readonly mine: string;
  readonly theirs: string;
  readonly whole: boolean;
}

// Origins of what was not written just now.
export const KEPT = Symbol("kept");
export const ROOM = Symbol("room");

export function made(written: (update: Uint8Array) => void, pointed: () => void): Shared {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== ROOM && origin !== KEPT) written(update);
  });
  awareness.on("update", (_: unknown, origin: unknown) => {
    if (origin !== ROOM) pointed();
  });
  return { doc, text: doc.getText("t"), awareness };
}

export function alone({ awareness }: Shared): void {
  removeAwarenessStates(awareness, [...awareness.getStates().keys()].filter((id) => id !== awareness.clientID), ROOM);
}

// What the server compares with its own copy; null in a page that may not compute digests.
export async function compared({ doc, text }: Shared): Promise<Uint8Array | null> {
  if (!globalThis.crypto?.subtle) return null;
  const vector = Y.encodeStateVector(doc);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text.toString()));
  return comparing(vector, new Uint8Array(digest));
}

export function found(shared: Shared, rows: readonly Kept[], epoch: number | null): Aside {
  const same = rows.filter((one) => one.epoch === epoch);
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(shared.doc));
  for (const one of same) Y.applyUpdate(copy, one.update);
  const whole = same.length === rows.length && copy.store.pendingStructs === null;
  const mine = whole ? copy.getText("t").toString() : rows.map((one) => wordsOf(one.update)).join("\n");
  return { mine, theirs: shared.text.toString(), whole };
}
