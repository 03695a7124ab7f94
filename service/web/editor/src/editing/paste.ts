// Paste HTML as text of the dialect: headings, lists, tables, footnotes, links and emphasis are kept, as in the form.
import type { EditorState, Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

import { type ClipboardText, fromHtml } from "./clipboard-html.js";

const KINDS = ["headings", "lists", "tables", "notes", "links", "strong"];

export interface Pasted {
  readonly counts: Readonly<Record<string, number>>;
  readonly kinds: readonly string[];
  readonly plain: string;
}

export function pasteHandler(onPaste: (pasted: Pasted) => void): Extension {
  return EditorView.domEventHandlers({
    paste(event, view) {
      const clipboard = event.clipboardData;
      if (!clipboard || view.state.readOnly) return false;
      const html = clipboard.getData("text/html");
      if (!html || clipboard.types.includes("vscode-editor-data")) return false;
      const found = fromHtml(html, view.state.doc.toString());
      const kinds = KINDS.filter((name) => found.counts[name]);
      if (!found.text || (!kinds.length && found.blocks < 2)) return false;
      event.preventDefault();
      insertPasted(view, separateBlocks(found, view.state));
      if (kinds.length)
        onPaste({ counts: found.counts, kinds, plain: clipboard.getData("text/plain").replace(/\r\n?/g, "\n") });
      return true;
    },
  });
}

export function insertPasted(view: EditorView, text: string): void {
  view.dispatch(view.state.replaceSelection(text), { userEvent: "input.paste", scrollIntoView: true });
}

/** Put blocks between empty lines. */
function separateBlocks(found: ClipboardText, state: EditorState): string {
  const text = found.text.replace(/\r\n?/g, "\n");
  if (found.inline) return text;
  const { from, to } = state.selection.main;
  const before = state.sliceDoc(Math.max(0, from - 2), from);
  const after = state.sliceDoc(to, to + 2);
  const gap = (adjacent: string) => "\n".repeat(Math.max(0, 2 - adjacent.length));
  const head = from ? gap(/\n*$/.exec(before)?.[0] ?? "") : "";
  return head + text + (after.trim() || to + 2 < state.doc.length ? gap(/^\n*/.exec(after)?.[0] ?? "") : "");
}
