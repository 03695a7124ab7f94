// Words that the draft did not take: what they would make of it, told from its newest state where that can be told.
import * as Y from "yjs";

import type { StoredUpdate } from "./offline-store.js";
import type { PendingChanges } from "./pending-changes.js";
import type { Replica } from "./replica.js";
import type { Mode, JournalPosition } from "./protocol.js";

// The text as its writer would have it (`whole`), beside the text as it stands; or, where that cannot be told any more,
// their words alone. `at` is the place it was written from, as far as it is known.
export interface RejectedChanges {
  readonly mine: string;
  readonly theirs: string;
  readonly isFullText: boolean;
  readonly base: JournalPosition | null;
  readonly why: RejectionReason;
  readonly updates: readonly StoredUpdate[];
}

export type RejectionReason = "another" | "closed" | "frozen" | "role" | "restarted" | "diverged" | "old" | "refused";

// What the page held when its words were refused.
interface Snapshot {
  readonly text: string;
  readonly at: JournalPosition | null;
}

const MAX_AGE = 30 * 24 * 3600 * 1000;

export const isExpired = (one: StoredUpdate): boolean => one.writtenAt < Date.now() - MAX_AGE;

const READ_ONLY_REASONS: Readonly<Record<string, RejectionReason>> = {
  document_state: "closed",
  draft_frozen: "frozen",
  forbidden: "role",
};

function reason(
  updates: readonly StoredUpdate[],
  base: JournalPosition | null,
  mode: Mode,
  code: string,
  otherwise: RejectionReason,
): RejectionReason {
  if (updates.some(isExpired)) return "old";
  if (base && updates.some((one) => one.epoch !== base.epoch)) return "restarted";
  return mode === "write" ? otherwise : (READ_ONLY_REASONS[code] ?? "role");
}

function describeRejected(
  replica: Replica,
  updates: readonly StoredUpdate[],
  base: JournalPosition | null,
  snapshot: Snapshot | null,
  why: RejectionReason,
): RejectedChanges {
  const theirs = replica.text.toString();
  const mine = textWithUpdates(replica, updates, base);
  if (mine !== null) return { mine, theirs, isFullText: true, base, why, updates };
  if (snapshot?.at) return { mine: snapshot.text, theirs, isFullText: true, base: snapshot.at, why, updates };
  return { mine: insertedText(updates), theirs, isFullText: false, base: null, why, updates };
}

// The text as it stands with these words in it; null where they belong to another.
function textWithUpdates(
  replica: Replica,
  updates: readonly StoredUpdate[],
  base: JournalPosition | null,
): string | null {
  if (!base || updates.some((one) => one.epoch !== base.epoch)) return null;
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(replica.doc));
  for (const one of updates) Y.applyUpdate(copy, one.update);
  return copy.store.pendingStructs === null ? copy.getText("t").toString() : null;
}

// What was written in one place stays together.
function insertedText(updates: readonly StoredUpdate[]): string {
  const { structs } = Y.decodeUpdate(Y.mergeUpdates(updates.map((one) => one.update)));
  let [text, lastId]: [string, Y.ID | null] = ["", null];
  for (const one of structs) {
    if (!(one instanceof Y.Item) || !(one.content instanceof Y.ContentString)) continue;
    text += (!text || (lastId && Y.compareIDs(one.origin, lastId)) ? "" : "\n") + one.content.str;
    lastId = one.lastId;
  }
  return text;
}

// What becomes of the words that a ledger laid aside.
export class RejectionTracker {
  why: RejectionReason = "refused";
  // Of what keeps this person from writing.
  code = "";
  private snapshot: Snapshot | null = null;

  constructor(
    private readonly pending: PendingChanges,
    private readonly onRejected: (rejected: RejectedChanges) => void,
  ) {}

  capture(replica: Replica, base: JournalPosition | null): void {
    this.snapshot ??= { text: replica.text.toString(), at: base };
  }

  // Once the newest text is here.
  report(replica: Replica, base: JournalPosition | null, mode: Mode): void {
    const [updates, snapshot, why] = [[...this.pending.rejected], this.snapshot, this.why];
    [this.snapshot, this.why] = [null, "refused"];
    if (!updates.length) return;
    const rejected = describeRejected(replica, updates, base, snapshot, reason(updates, base, mode, this.code, why));
    if (rejected.mine === rejected.theirs) void this.pending.discardRejected(updates);
    else this.onRejected(rejected);
  }

  // The text is closed to this person: what they wrote is theirs alone.
  reportDetached(replica: Replica, epoch: number, why: RejectionReason = "role"): void {
    this.pending.reject(epoch);
    const updates = [...this.pending.rejected];
    if (updates.length) this.onRejected(describeRejected(replica, updates, null, null, why));
  }
}
