// The passages that are spoken of, held in the text while it is written, and drawn in it.
import type { EditorState, Extension, Range, StateEffectType, StateField, Transaction } from "@codemirror/state";
import type { Decoration as Drawn, DecorationSet } from "@codemirror/view";

import type { Lent } from "../ui/bundle-bridge.js";
import type { Replica } from "../sync/replica.js";
import type { Thread } from "./comment-api.js";

export interface Passage {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly look: string;
}

interface Held {
  readonly all: readonly Passage[];
  readonly drawn: DecorationSet;
}

export class Passages {
  readonly extension: Extension;
  private readonly put: StateEffectType<readonly Passage[]>;
  private readonly field: StateField<Held>;

  constructor(private readonly cm: Lent["cm"]) {
    this.put = cm.StateEffect.define<readonly Passage[]>();
    this.field = cm.StateField.define<Held>({
      create: () => ({ all: [], drawn: cm.Decoration.none }),
      update: (held, change) => this.updated(held, change),
      provide: (field) => cm.EditorView.decorations.from(field, (held) => held.drawn),
    });
    this.extension = this.field;
  }

  among(state: EditorState): readonly Passage[] {
    return state.field(this.field, false)?.all ?? [];
  }

  of(state: EditorState, id: string): Passage | undefined {
    return this.among(state).find((one) => one.id === id && one.from < one.to);
  }

  // The innermost drawn one at a place.
  at(state: EditorState, place: number): Passage | undefined {
    const around = this.among(state).filter(
      (one) => one.look && one.from <= place && place <= one.to && one.from < one.to,
    );
    return around.sort((one, two) => one.to - one.from - (two.to - two.from))[0];
  }

  // Whether one was deleted that may be put back: then it stands on its own units again.
  lost(state: EditorState, threads: readonly Thread[]): boolean {
    const gone = new Set(
      this.among(state)
        .filter((one) => one.from >= one.to)
        .map((one) => one.id),
    );
    return threads.some((one) => one.head.fate !== "orphaned" && gone.has(one.id));
  }

  setting(all: readonly Passage[]) {
    return this.put.of(all);
  }

  private updated(held: Held, change: Transaction): Held {
    for (const effect of change.effects)
      if (effect.is(this.put)) return { all: effect.value, drawn: this.drawn(effect.value) };
    if (!change.docChanged || !held.all.length) return held;
    const all = held.all.map((one) => ({
      ...one,
      from: change.changes.mapPos(one.from, 1),
      to: change.changes.mapPos(one.to, -1),
    }));
    return { all, drawn: this.drawn(all) };
  }

  private drawn(all: readonly Passage[]): DecorationSet {
    const ranges: Range<Drawn>[] = [];
    for (const { from, to, look } of all)
      if (look && from < to) ranges.push(this.cm.Decoration.mark({ class: `ed-said ${look}` }).range(from, to));
    return this.cm.Decoration.set(ranges, true);
  }
}

// Where a thread's passage stands, by the very units it is made of.
export function placed({ id, head }: Thread, replica: Replica, lent: Lent): Passage {
  const from = lent.placed(replica, { item: head.first, assoc: 0 });
  const to = lent.placed(replica, { item: head.last, assoc: -1 });
  const stands = from !== null && to !== null && head.fate !== "orphaned" && from < to;
  return stands ? { id, from, to, look: "" } : { id, from: 0, to: 0, look: "" };
}
