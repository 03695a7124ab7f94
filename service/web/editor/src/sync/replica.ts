// This page's replica of the draft: the Yjs document, its text, and the awareness states.
import { Awareness, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";

import { encodeHash } from "./protocol.js";

export interface Replica {
  readonly doc: Y.Doc;
  readonly text: Y.Text;
  readonly awareness: Awareness;
}

/** Transaction origins of updates that are not local edits. */
export const RESTORED_ORIGIN = Symbol("kept");
export const REMOTE_ORIGIN = Symbol("room");

export function createReplica(onUpdate: (update: Uint8Array) => void, onAwareness: () => void): Replica {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== REMOTE_ORIGIN && origin !== RESTORED_ORIGIN) onUpdate(update);
  });
  awareness.on("update", (_: unknown, origin: unknown) => {
    if (origin !== REMOTE_ORIGIN) onAwareness();
  });
  return { doc, text: doc.getText("t"), awareness };
}

export function removeRemoteStates({ awareness }: Replica): void {
  removeAwarenessStates(
    awareness,
    [...awareness.getStates().keys()].filter((id) => id !== awareness.clientID),
    REMOTE_ORIGIN,
  );
}

/**
 * Encode a HASH frame (state vector, SHA-256 of the text) for comparison with the server's copy. Null where the page is
 * not a secure context and has no Web Crypto.
 */
export async function encodeComparison({ doc, text }: Replica): Promise<Uint8Array | null> {
  if (!globalThis.crypto?.subtle) return null;
  const vector = Y.encodeStateVector(doc);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text.toString()));
  return encodeHash(vector, new Uint8Array(digest));
}
