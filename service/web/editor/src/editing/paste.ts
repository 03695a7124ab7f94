// What is pasted keeps its headings, lists, tables, notes, links and emphasis, as in the plain form.
import type { EditorState, Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

import { type Found, fromHtml } from "./clipboard-html.js";

const FOUND = ["headings", "lists", "tables", "notes", "links", "strong"];

export interface Pasted {
  readonly counts: Readonly<Record<string, number>>;
  readonly said: readonly string[];
  readonly plain: string;
}

export function pasting(told: (pasted: Pasted) => void): Extension {
  return EditorView.domEventHandlers({
    paste(event, view) {
      const given = event.clipboardData;
      if (!given || view.state.readOnly) return false;
      const html = given.getData("text/html");
      if (!html || given.types.includes("vscode-editor-data")) return false;
      const found = fromHtml(html, view.state.doc.toString());
      const said = FOUND.filter((name) => found.counts[name]);
      if (!found.text || (!said.length && found.blocks < 2)) return false;
      event.preventDefault();
      put(view, set(found, view.state));
      if (said.length) told({ counts: found.counts, said, plain: given.getData("text/plain").replace(/\r\n?/g, "\n") });
      return true;
    },
  });
}

export function put(view: EditorView, text: string): void {
  view.dispatch(view.state.replaceSelection(text), { userEvent: "input.paste", scrollIntoView: true });
}

// Blocks stand between empty lines.
function set(found: Found, state: EditorState): string {
  const text = found.text.replace(/\r\n?/g, "\n");
  if (found.inline) return text;
  const { from, to } = state.selection.main;
  const before = state.sliceDoc(Math.max(0, from - 2), from);
  const after = state.sliceDoc(to, to + 2);
  const gap = (near: string) => "\n".repeat(Math.max(0, 2 - near.length));
  const head = from ? gap(/\n*$/.exec(before)?.[0] ?? "") : "";
  return head + text + (after.trim() || to + 2 < state.doc.length ? gap(/^\n*/.exec(after)?.[0] ?? "") : "");
}
