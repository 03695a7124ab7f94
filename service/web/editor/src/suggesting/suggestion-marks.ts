// Suggested changes in the text: deleted words struck, inserted words after them, in the colour of their author.
import type { Extension, Range, StateEffectType, StateField, Transaction } from "@codemirror/state";
import type { Decoration, DecorationSet } from "@codemirror/view";

import type { EditorBridge } from "../ui/bundle-bridge.js";
import { createElement } from "../ui/dom.js";

export interface SuggestionMark {
  readonly from: number;
  readonly to: number;
  readonly added: string;
  readonly colour: number;
  readonly author: string;
}

export class SuggestionMarks {
  readonly extension: Extension;
  private readonly AddedWords: ReturnType<typeof defineAddedWords>;
  private readonly setMarks: StateEffectType<readonly SuggestionMark[]>;

  constructor(private readonly cm: EditorBridge["cm"]) {
    this.AddedWords = defineAddedWords(cm);
    this.setMarks = cm.StateEffect.define<readonly SuggestionMark[]>();
    const field: StateField<DecorationSet> = cm.StateField.define<DecorationSet>({
      create: () => cm.Decoration.none,
      update: (current, change) => this.next(current, change),
      provide: (its) => cm.EditorView.decorations.from(its),
    });
    this.extension = field;
  }

  update(marks: readonly SuggestionMark[]) {
    return this.setMarks.of(marks);
  }

  private next(current: DecorationSet, change: Transaction): DecorationSet {
    for (const effect of change.effects) if (effect.is(this.setMarks)) return this.decorate(effect.value);
    return current.map(change.changes);
  }

  private decorate(marks: readonly SuggestionMark[]): DecorationSet {
    const { Decoration } = this.cm;
    const ranges: Range<Decoration>[] = [];
    for (const mark of marks) {
      const { from, to, added, colour, author } = mark;
      const attributes = { title: author };
      if (from < to) ranges.push(Decoration.mark({ class: `ed-sug-gone who${colour}`, attributes }).range(from, to));
      if (added.trim()) ranges.push(Decoration.widget({ widget: new this.AddedWords(mark), side: 1 }).range(to));
    }
    return Decoration.set(ranges, true);
  }
}

/** The inserted words, which are not in the text. The class is made at run time: the library is in the other bundle. */
function defineAddedWords({ WidgetType }: EditorBridge["cm"]) {
  return class AddedWords extends WidgetType {
    constructor(readonly its: SuggestionMark) {
      super();
    }

    override eq(other: unknown): boolean {
      return other instanceof AddedWords && other.its.added === this.its.added && other.its.author === this.its.author;
    }

    override toDOM(): HTMLElement {
      const { added, colour, author } = this.its;
      return createElement("ins", { class: `ed-sug-new who${colour}`, title: author }, added.trim());
    }
  };
}
