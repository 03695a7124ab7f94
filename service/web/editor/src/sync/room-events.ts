// Events of a live room, handled by the page.
import type { RejectedChanges } from "./rejected-changes.js";
import type { Replica } from "./replica.js";

export type RoomStatus = "connecting" | "saved" | "saving" | "offline" | "read" | "comment" | "frozen" | "out" | "gone";

export interface RoomEvents {
  onReady(replica: Replica): void;
  onStatus(): void;
  onMerged(changes: number): void;
  /** The server refused a change; `sentence` is its explanation, translated. */
  onRefused(sentence: string): void;
  onRejected(rejected: RejectedChanges): void;
  /** The comments of the draft changed. */
  onComments?(): void;
}
