// Changes that the server rejected: what the text would be with them, computed from its newest state where possible.
import * as Y from "yjs";

import type { StoredUpdate } from "./offline-store.js";
import type { PendingChanges } from "./pending-changes.js";
import type { JournalPosition, Mode } from "./protocol.js";
import type { Replica } from "./replica.js";

/**
 * The text with the rejected changes (`mine`) and as it is (`theirs`). Where the full text cannot be computed any more
 * (`isFullText` is false) `mine` is only the inserted text. `base` is the journal position it was written from, if
 * known.
 */
export interface RejectedChanges {
  readonly mine: string;
  readonly theirs: string;
  readonly isFullText: boolean;
  readonly base: JournalPosition | null;
  readonly why: RejectionReason;
  readonly updates: readonly StoredUpdate[];
}

export type RejectionReason = "another" | "closed" | "frozen" | "role" | "restarted" | "diverged" | "old" | "refused";

/** The text of the page at the time of the rejection. */
interface Snapshot {
  readonly text: string;
  readonly at: JournalPosition | null;
}

const MAX_AGE = 30 * 24 * 3600 * 1000;

export const isExpired = (update: StoredUpdate): boolean => update.writtenAt < Date.now() - MAX_AGE;

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
  if (base && updates.some((update) => update.epoch !== base.epoch)) return "restarted";
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

/** The current text with the updates applied; null where they belong to another epoch or lack their parents. */
function textWithUpdates(
  replica: Replica,
  updates: readonly StoredUpdate[],
  base: JournalPosition | null,
): string | null {
  if (!base || updates.some((update) => update.epoch !== base.epoch)) return null;
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(replica.doc));
  for (const update of updates) Y.applyUpdate(copy, update.update);
  return copy.store.pendingStructs === null ? copy.getText("t").toString() : null;
}

/** The text inserted by the updates, adjacent insertions joined, others on lines of their own. */
function insertedText(updates: readonly StoredUpdate[]): string {
  const { structs } = Y.decodeUpdate(Y.mergeUpdates(updates.map((update) => update.update)));
  let [text, lastId]: [string, Y.ID | null] = ["", null];
  for (const one of structs) {
    if (!(one instanceof Y.Item) || !(one.content instanceof Y.ContentString)) continue;
    text += (!text || (lastId && Y.compareIDs(one.origin, lastId)) ? "" : "\n") + one.content.str;
    lastId = one.lastId;
  }
  return text;
}

/** Reports rejected updates, once enough of the document is known to describe them. */
export class RejectionTracker {
  why: RejectionReason = "refused";
  /** The error code of why the user cannot write. */
  code = "";
  private snapshot: Snapshot | null = null;

  constructor(
    private readonly pending: PendingChanges,
    private readonly onRejected: (rejected: RejectedChanges) => void,
  ) {}

  capture(replica: Replica, base: JournalPosition | null): void {
    this.snapshot ??= { text: replica.text.toString(), at: base };
  }

  /** Report the rejected updates. Call it once the newest text has arrived. */
  report(replica: Replica, base: JournalPosition | null, mode: Mode): void {
    const [updates, snapshot, why] = [[...this.pending.rejected], this.snapshot, this.why];
    [this.snapshot, this.why] = [null, "refused"];
    if (!updates.length) return;
    const rejected = describeRejected(replica, updates, base, snapshot, reason(updates, base, mode, this.code, why));
    if (rejected.mine === rejected.theirs) void this.pending.discardRejected(updates);
    else this.onRejected(rejected);
  }

  /** Reject and report everything unacknowledged, without a base: the user has no access to the text any more. */
  reportDetached(replica: Replica, epoch: number, why: RejectionReason = "role"): void {
    this.pending.reject(epoch);
    const updates = [...this.pending.rejected];
    if (updates.length) this.onRejected(describeRejected(replica, updates, null, null, why));
  }
}
