// The copy of the draft that this page holds.
import { Awareness, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";

import { comparing } from "./protocol.js";

export interface Shared {
  readonly doc: Y.Doc;
  readonly text: Y.Text;
  readonly awareness: Awareness;
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
  removeAwarenessStates(
    awareness,
    [...awareness.getStates().keys()].filter((id) => id !== awareness.clientID),
    ROOM,
  );
}

// What the server compares with its own copy; null in a page that may not compute digests.
export async function compared({ doc, text }: Shared): Promise<Uint8Array | null> {
  if (!globalThis.crypto?.subtle) return null;
  const vector = Y.encodeStateVector(doc);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text.toString()));
  return comparing(vector, new Uint8Array(digest));
}
