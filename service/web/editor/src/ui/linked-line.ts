// The line of the text that an address names: `#line-12`, as in the report of a file that could not be created.
import type { Line, Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

/** The line that `hash` names, or null. A line that is no longer there is the last one. */
export function linkedLine(doc: Text, hash: string): Line | null {
  const number = Number(/^#line-(\d+)$/.exec(hash)?.[1]);
  return number > 0 ? doc.line(Math.min(number, doc.lines)) : null;
}

/** Select the line that `hash` names, and scroll to it. The focus comes once the editor is editable. */
export function selectLinkedLine(view: EditorView, hash: string): void {
  const line = linkedLine(view.state.doc, hash);
  if (!line) return;
  view.dispatch({ selection: { anchor: line.from, head: line.to }, scrollIntoView: true });
  queueMicrotask(() => view.focus());
}
