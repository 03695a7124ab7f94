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
      const content = fromHtml(html, view.state.doc.toString());
      const kinds = KINDS.filter((name) => content.counts[name]);
      if (!content.text || (!kinds.length && content.blocks < 2)) return false;
      event.preventDefault();
      insertPasted(view, separateBlocks(content, view.state));
      if (kinds.length)
        onPaste({ counts: content.counts, kinds, plain: clipboard.getData("text/plain").replace(/\r\n?/g, "\n") });
      return true;
    },
  });
}

export function insertPasted(view: EditorView, text: string): void {
  view.dispatch(view.state.replaceSelection(text), { userEvent: "input.paste", scrollIntoView: true });
}

/** Put blocks between empty lines. */
function separateBlocks(content: ClipboardText, state: EditorState): string {
  const text = content.text.replace(/\r\n?/g, "\n");
  if (content.inline) return text;
  const { from, to } = state.selection.main;
  const before = state.sliceDoc(Math.max(0, from - 2), from);
  const after = state.sliceDoc(to, to + 2);
  const gap = (adjacent: string) => "\n".repeat(Math.max(0, 2 - adjacent.length));
  const head = from ? gap(/\n*$/.exec(before)?.[0] ?? "") : "";
  return head + text + (after.trim() || to + 2 < state.doc.length ? gap(/^\n*/.exec(after)?.[0] ?? "") : "");
}
