// Words that the draft did not take: what they would make of it, told from its newest state where that can be told.
import * as Y from "yjs";

import type { Kept } from "./offline-store.js";
import type { Ledger } from "./pending-changes.js";
import type { Shared } from "./replica.js";
import type { Mode, Place } from "./protocol.js";

// The text as its writer would have it (`whole`), beside the text as it stands; or, where that cannot be told any more,
// their words alone. `at` is the place it was written from, as far as it is known.
export interface Aside {
  readonly mine: string;
  readonly theirs: string;
  readonly whole: boolean;
  readonly at: Place | null;
  readonly why: Why;
  readonly rows: readonly Kept[];
}

export type Why = "another" | "closed" | "frozen" | "role" | "restarted" | "diverged" | "old" | "refused";

// What the page held when its words were refused.
interface Held {
  readonly text: string;
  readonly at: Place | null;
}

const MONTH = 30 * 24 * 3600 * 1000;

export const isOld = (one: Kept): boolean => one.at < Date.now() - MONTH;

const CLOSED: Readonly<Record<string, Why>> = { document_state: "closed", draft_frozen: "frozen", forbidden: "role" };

function reason(rows: readonly Kept[], at: Place | null, mode: Mode, code: string, otherwise: Why): Why {
  if (rows.some(isOld)) return "old";
  if (at && rows.some((one) => one.epoch !== at.epoch)) return "restarted";
  return mode === "write" ? otherwise : (CLOSED[code] ?? "role");
}

function aside(shared: Shared, rows: readonly Kept[], at: Place | null, held: Held | null, why: Why): Aside {
  const theirs = shared.text.toString();
  const mine = added(shared, rows, at);
  if (mine !== null) return { mine, theirs, whole: true, at, why, rows };
  if (held?.at) return { mine: held.text, theirs, whole: true, at: held.at, why, rows };
  return { mine: wordsOf(rows), theirs, whole: false, at: null, why, rows };
}

// The text as it stands with these words in it; null where they belong to another.
function added(shared: Shared, rows: readonly Kept[], at: Place | null): string | null {
  if (!at || rows.some((one) => one.epoch !== at.epoch)) return null;
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(shared.doc));
  for (const one of rows) Y.applyUpdate(copy, one.update);
  return copy.store.pendingStructs === null ? copy.getText("t").toString() : null;
}

// What was written in one place stays together.
function wordsOf(rows: readonly Kept[]): string {
  const { structs } = Y.decodeUpdate(Y.mergeUpdates(rows.map((one) => one.update)));
  let [words, end]: [string, Y.ID | null] = ["", null];
  for (const one of structs) {
    if (!(one instanceof Y.Item) || !(one.content instanceof Y.ContentString)) continue;
    words += (!words || (end && Y.compareIDs(one.origin, end)) ? "" : "\n") + one.content.str;
    end = one.lastId;
  }
  return words;
}

// What becomes of the words that a ledger laid aside.
export class Untaken {
  why: Why = "refused";
  // Of what keeps this person from writing.
  code = "";
  private held: Held | null = null;

  constructor(
    private readonly ledger: Ledger,
    private readonly told: (found: Aside) => void,
  ) {}

  hold(shared: Shared, at: Place | null): void {
    this.held ??= { text: shared.text.toString(), at };
  }

  // Once the newest text is here.
  tell(shared: Shared, at: Place | null, mode: Mode): void {
    const [rows, held, why] = [[...this.ledger.aside], this.held, this.why];
    [this.held, this.why] = [null, "refused"];
    if (!rows.length) return;
    const found = aside(shared, rows, at, held, reason(rows, at, mode, this.code, why));
    if (found.mine === found.theirs) void this.ledger.forget(rows);
    else this.told(found);
  }

  // The text is closed to this person: what they wrote is theirs alone.
  part(shared: Shared, epoch: number, why: Why = "role"): void {
    this.ledger.layAside(epoch);
    const rows = [...this.ledger.aside];
    if (rows.length) this.told(aside(shared, rows, null, null, why));
  }
}
