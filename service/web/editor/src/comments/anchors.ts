// Comment anchors in the editor: passages that move with each change, and their highlighting.
import type { EditorState, Extension, Range, StateEffectType, StateField, Transaction } from "@codemirror/state";
import type { Decoration, DecorationSet } from "@codemirror/view";
import type { Replica } from "../sync/replica.js";
import type { EditorBridge } from "../ui/bundle-bridge.js";
import type { Thread } from "./comment-api.js";

export interface Passage {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly className: string;
}

interface AnchorState {
  readonly passages: readonly Passage[];
  readonly decorations: DecorationSet;
}

export class CommentAnchors {
  readonly extension: Extension;
  private readonly setPassages: StateEffectType<readonly Passage[]>;
  private readonly field: StateField<AnchorState>;

  constructor(private readonly cm: EditorBridge["cm"]) {
    this.setPassages = cm.StateEffect.define<readonly Passage[]>();
    this.field = cm.StateField.define<AnchorState>({
      create: () => ({ passages: [], decorations: cm.Decoration.none }),
      update: (current, change) => this.next(current, change),
      provide: (field) => cm.EditorView.decorations.from(field, (state) => state.decorations),
    });
    this.extension = this.field;
  }

  passagesIn(state: EditorState): readonly Passage[] {
    return state.field(this.field, false)?.passages ?? [];
  }

  find(state: EditorState, id: string): Passage | undefined {
    return this.passagesIn(state).find((passage) => passage.id === id && passage.from < passage.to);
  }

  /** The innermost highlighted passage at a position. */
  at(state: EditorState, position: number): Passage | undefined {
    const candidates = this.passagesIn(state).filter(
      (passage) => passage.className && passage.from <= position && position <= passage.to && passage.from < passage.to,
    );
    return candidates.sort((a, b) => a.to - a.from - (b.to - b.from))[0];
  }

  /**
   * Whether a passage is empty whose text may come back, for instance by undo. It is then resolved from its CRDT items.
   */
  hasCollapsed(state: EditorState, threads: readonly Thread[]): boolean {
    const collapsed = new Set(
      this.passagesIn(state)
        .filter((passage) => passage.from >= passage.to)
        .map((passage) => passage.id),
    );
    return threads.some((thread) => thread.head.fate !== "orphaned" && collapsed.has(thread.id));
  }

  update(passages: readonly Passage[]) {
    return this.setPassages.of(passages);
  }

  private next(current: AnchorState, change: Transaction): AnchorState {
    for (const effect of change.effects)
      if (effect.is(this.setPassages)) return { passages: effect.value, decorations: this.decorate(effect.value) };
    if (!change.docChanged || !current.passages.length) return current;
    const passages = current.passages.map((passage) => ({
      ...passage,
      from: change.changes.mapPos(passage.from, 1),
      to: change.changes.mapPos(passage.to, -1),
    }));
    return { passages, decorations: this.decorate(passages) };
  }

  private decorate(passages: readonly Passage[]): DecorationSet {
    const ranges: Range<Decoration>[] = [];
    for (const { from, to, className } of passages)
      if (className && from < to)
        ranges.push(this.cm.Decoration.mark({ class: `ed-said ${className}` }).range(from, to));
    return this.cm.Decoration.set(ranges, true);
  }
}

/** The passage of a thread, resolved from its first and last CRDT item; empty where its text was deleted. */
export function resolvePassage({ id, head }: Thread, replica: Replica, bridge: EditorBridge): Passage {
  const from = bridge.resolvePosition(replica, { item: head.first, assoc: 0 });
  const to = bridge.resolvePosition(replica, { item: head.last, assoc: -1 });
  const anchored = from !== null && to !== null && head.fate !== "orphaned" && from < to;
  return anchored ? { id, from, to, className: "" } : { id, from: 0, to: 0, className: "" };
}
