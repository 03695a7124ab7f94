// What a room tells the page around it.
import type { Aside } from "./rejected-changes.js";
import type { Shared } from "./replica.js";

export type Standing = "connecting" | "saved" | "saving" | "offline" | "read" | "comment" | "frozen" | "out" | "gone";

export interface Told {
  begun(shared: Shared): void;
  stood(): void;
  merged(changes: number): void;
  // In the server's words.
  refused(sentence: string): void;
  aside(found: Aside): void;
  // Somebody remarked on the text.
  remarked?(): void;
}
