// Paste HTML as text of the dialect: headings, lists, tables, footnotes, links and emphasis are kept, as in the form. Plain
// text keeps what its signs say: sub-bullets, lettered lists, tables of tabs and notes.
import type { EditorState, Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

import { type ClipboardText, fromHtml } from "./clipboard-html.js";
import { fromPlain, withArticleHeadings } from "./clipboard-plain.js";

const KINDS = ["headings", "title", "lists", "tables", "notes", "links", "strong"];

export interface Pasted {
  readonly counts: Readonly<Record<string, number>>;
  readonly kinds: readonly string[];
  readonly plain: string;
  /** The same text with headings for the lines that name articles; null where there are none. */
  readonly withHeadings: string | null;
}

/** `title`: the title of the document, which pasted text does not repeat. */
export function pasteHandler(title: () => string, onPaste: (pasted: Pasted) => void): Extension {
  return EditorView.domEventHandlers({
    paste(event, view) {
      const clipboard = event.clipboardData;
      if (!clipboard || view.state.readOnly || clipboard.types.includes("vscode-editor-data")) return false;
      const plain = clipboard.getData("text/plain").replace(/\r\n?/g, "\n");
      const before = view.state.doc.toString();
      const atStart = view.state.selection.main.from === 0;
      const content =
        readHtml(clipboard.getData("text/html"), before) ?? readPlain(plain, before, atStart ? title() : "");
      if (!content) return false;
      event.preventDefault();
      const kinds = KINDS.filter((name) => content.counts[name]);
      const articles = content.inline ? 0 : fromPlain(content.text).articles;
      const headed = articles ? { ...content, text: withArticleHeadings(content.text, before) } : null;
      const withHeadings = headed && separateBlocks(headed, view.state);
      insertPasted(view, separateBlocks(content, view.state));
      if (kinds.length || articles) onPaste({ counts: content.counts, kinds, plain, withHeadings });
      return true;
    },
  });
}

/** Null where the HTML says no more than its plain text. */
function readHtml(html: string, before: string): ClipboardText | null {
  const content = html ? fromHtml(html, before) : null;
  if (!content?.text) return null;
  return content.blocks > 1 || KINDS.some((name) => content.counts[name]) ? content : null;
}

/** Null where nothing is recognised: then the browser pastes. */
function readPlain(plain: string, before: string, title: string): ClipboardText | null {
  const { text, counts, articles } = fromPlain(plain, { before, title });
  return articles || Object.keys(counts).length ? { text, counts, inline: false, blocks: 2 } : null;
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
