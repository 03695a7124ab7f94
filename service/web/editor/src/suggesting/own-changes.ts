// What the author changed in the private copy: inserted words marked, deleted words shown struck where they were.
import type { ChangeSet, Extension, Range, Text } from "@codemirror/state";
import type { Decoration, DecorationSet } from "@codemirror/view";

import { createElement } from "../ui/dom.js";
import type { EditorLibrary } from "./library.js";

interface OwnChanges {
  readonly changes: ChangeSet | null;
  readonly decorations: DecorationSet;
}

type Library = Pick<EditorLibrary, "Decoration" | "EditorView" | "StateField" | "WidgetType">;

/** Mark every change made since the state was created with `base`. */
export function ownChanges(library: Library, base: Text): Extension {
  const { Decoration, EditorView, StateField } = library;
  const DeletedWords = defineDeletedWords(library);
  const inserted = Decoration.mark({ class: "ed-own-new" });
  const decorate = (changes: ChangeSet): DecorationSet => {
    const ranges: Range<Decoration>[] = [];
    changes.iterChanges((fromBase, toBase, from, to) => {
      const gone = base.sliceString(fromBase, toBase).trim();
      if (gone) ranges.push(Decoration.widget({ widget: new DeletedWords(gone), side: -1 }).range(from));
      if (from < to) ranges.push(inserted.range(from, to));
    });
    return Decoration.set(ranges, true);
  };
  return StateField.define<OwnChanges>({
    create: () => ({ changes: null, decorations: Decoration.none }),
    update: (current, { docChanged, changes: more }) => {
      if (!docChanged) return current;
      const changes = current.changes ? current.changes.compose(more) : more;
      return { changes, decorations: decorate(changes) };
    },
    provide: (field) => EditorView.decorations.from(field, (its) => its.decorations),
  });
}

function defineDeletedWords({ WidgetType }: Pick<Library, "WidgetType">) {
  return class DeletedWords extends WidgetType {
    constructor(readonly text: string) {
      super();
    }

    override eq(other: unknown): boolean {
      return other instanceof DeletedWords && other.text === this.text;
    }

    override toDOM(): HTMLElement {
      return createElement("del", { class: "ed-own-gone" }, this.text);
    }
  };
}
