// Undo of the user's own changes, which restores the selection they were made with.
import { EditorSelection, type Extension } from "@codemirror/state";
import { EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { ySyncAnnotation } from "y-codemirror.next";
import * as Y from "yjs";

interface RelativeSelection {
  readonly anchor: Y.RelativePosition;
  readonly head: Y.RelativePosition;
}

type StackItemEvent = { stackItem: { meta: Map<unknown, unknown> } };

export function undoSupport(undoManager: Y.UndoManager, text: Y.Text): Extension {
  const toRelative = (at: number) => Y.createRelativePositionFromTypeIndex(text, at);
  const toIndex = (at: Y.RelativePosition) =>
    text.doc ? Y.createAbsolutePositionFromRelativePosition(at, text.doc)?.index : undefined;
  const selectionPlugin = ViewPlugin.fromClass(
    class {
      private selection: RelativeSelection | null = null;

      constructor(private readonly view: EditorView) {
        undoManager.on("stack-item-added", this.onAdded);
        undoManager.on("stack-item-popped", this.onPopped);
        this.capture();
      }

      update(update: ViewUpdate): void {
        if (update.selectionSet && !update.transactions.some((transaction) => transaction.annotation(ySyncAnnotation)))
          this.capture();
      }

      destroy(): void {
        undoManager.off("stack-item-added", this.onAdded);
        undoManager.off("stack-item-popped", this.onPopped);
      }

      private capture(): void {
        const { anchor, head } = this.view.state.selection.main;
        this.selection = { anchor: toRelative(anchor), head: toRelative(head) };
      }

      private readonly onAdded = ({ stackItem }: StackItemEvent): void => {
        if (this.selection && !stackItem.meta.has(selectionPlugin)) stackItem.meta.set(selectionPlugin, this.selection);
      };

      private readonly onPopped = ({ stackItem }: StackItemEvent): void => {
        const saved = stackItem.meta.get(selectionPlugin) as RelativeSelection | undefined;
        const [anchor, head] = saved ? [toIndex(saved.anchor), toIndex(saved.head)] : [];
        if (anchor === undefined || head === undefined) return;
        this.view.dispatch({ selection: EditorSelection.range(anchor, head), scrollIntoView: true });
      };
    },
  );
  const inputHandler = EditorView.domEventHandlers({
    beforeinput(event) {
      if (event.inputType === "historyUndo") undoManager.undo();
      else if (event.inputType === "historyRedo") undoManager.redo();
      else return false;
      event.preventDefault();
      return true;
    },
  });
  return [selectionPlugin, inputHandler];
}
