// Undo takes back one's own changes alone, and puts the caret back where they were made.
import { EditorSelection, type Extension } from "@codemirror/state";
import { EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { ySyncAnnotation } from "y-codemirror.next";
import * as Y from "yjs";

interface Place {
  readonly anchor: Y.RelativePosition;
  readonly head: Y.RelativePosition;
}

type Popped = { stackItem: { meta: Map<unknown, unknown> } };

export function undoing(history: Y.UndoManager, text: Y.Text): Extension {
  const place = (at: number) => Y.createRelativePositionFromTypeIndex(text, at);
  const index = (at: Y.RelativePosition) =>
    text.doc ? Y.createAbsolutePositionFromRelativePosition(at, text.doc)?.index : undefined;
  const returning = ViewPlugin.fromClass(
    class {
      private before: Place | null = null;

      constructor(private readonly view: EditorView) {
        history.on("stack-item-added", this.added);
        history.on("stack-item-popped", this.popped);
        this.hold();
      }

      update(update: ViewUpdate): void {
        if (update.selectionSet && !update.transactions.some((one) => one.annotation(ySyncAnnotation))) this.hold();
      }

      destroy(): void {
        history.off("stack-item-added", this.added);
        history.off("stack-item-popped", this.popped);
      }

      private hold(): void {
        const { anchor, head } = this.view.state.selection.main;
        this.before = { anchor: place(anchor), head: place(head) };
      }

      private readonly added = ({ stackItem }: Popped): void => {
        if (this.before && !stackItem.meta.has(returning)) stackItem.meta.set(returning, this.before);
      };

      private readonly popped = ({ stackItem }: Popped): void => {
        const kept = stackItem.meta.get(returning) as Place | undefined;
        const [anchor, head] = kept ? [index(kept.anchor), index(kept.head)] : [];
        if (anchor === undefined || head === undefined) return;
        this.view.dispatch({ selection: EditorSelection.range(anchor, head), scrollIntoView: true });
      };
    },
  );
  const asked = EditorView.domEventHandlers({
    beforeinput(event) {
      if (event.inputType === "historyUndo") history.undo();
      else if (event.inputType === "historyRedo") history.redo();
      else return false;
      event.preventDefault();
      return true;
    },
  });
  return [returning, asked];
}
