// What a room tells the page around it.
import type { RejectedChanges } from "./rejected-changes.js";
import type { Replica } from "./replica.js";

export type RoomStatus = "connecting" | "saved" | "saving" | "offline" | "read" | "comment" | "frozen" | "out" | "gone";

export interface RoomEvents {
  onReady(replica: Replica): void;
  onStatus(): void;
  onMerged(changes: number): void;
  // In the server's words.
  onRefused(sentence: string): void;
  onRejected(found: RejectedChanges): void;
  // Somebody remarked on the text.
  onComments?(): void;
}
