// The line of the text that an address names: `#line-12`, as in the report of a file that could not be created.
import type { Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** The range of the line that `hash` names, or null. A line that is no longer there is the last one. */
export function linkedRange(doc: Text, hash: string): { from: number; to: number } | null {
  const number = Number(/^#line-([1-9]\d{0,6})$/.exec(hash)?.[1] ?? 0);
  if (!number) return null;
  const { from, to } = doc.line(Math.min(number, doc.lines));
  return { from, to };
}

/** Select the line that `hash` names, and scroll to it. The focus comes once the editor is editable. */
export function selectLinkedLine(view: EditorView, hash: string): void {
  const range = linkedRange(view.state.doc, hash);
  if (!range) return;
  view.dispatch({
    selection: { anchor: range.from, head: range.to },
    effects: EditorView.scrollIntoView(range.from, { y: "center" }),
  });
  queueMicrotask(() => view.focus());
}
