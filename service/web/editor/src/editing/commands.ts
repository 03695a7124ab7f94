// What the tools and keys do to a text of the dialect.
import { syntaxTree } from "@codemirror/language";
import {
  type ChangeSpec,
  EditorSelection,
  type EditorState,
  type Line,
  type SelectionRange,
  type StateCommand,
  type Text,
} from "@codemirror/state";
import type { EditorView, KeyBinding } from "@codemirror/view";
import type { SyntaxNode } from "@lezer/common";

import { HEADING, ITEM } from "./dialect.js";

type Style = "StrongEmphasis" | "Emphasis";
type List = "bullets" | "numbers";

const SIGNS: Readonly<Record<Style, string>> = { StrongEmphasis: "**", Emphasis: "*" };

export const strong: StateCommand = styling("StrongEmphasis");
export const emphasis: StateCommand = styling("Emphasis");

export function isStyled(state: EditorState, style: Style): boolean {
  return around(state, state.selection.main, style) !== null;
}

function styling(style: Style): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const sign = SIGNS[style];
    const made = state.changeByRange((range) => {
      const node = around(state, range, style);
      return node ? bared(range, node, sign.length) : marked(state, range, sign);
    });
    dispatch(state.update(made, { userEvent: "input", scrollIntoView: true }));
    return true;
  };
}

function around(state: EditorState, range: SelectionRange, style: Style): SyntaxNode | null {
  for (let node: SyntaxNode | null = syntaxTree(state).resolveInner(range.from, 1); node; node = node.parent) {
    if (node.name === style && node.to >= range.to) return node;
  }
  return null;
}

function bared(range: SelectionRange, node: SyntaxNode, length: number) {
  const changes = [
    { from: node.from, to: node.from + length },
    { from: node.to - length, to: node.to },
  ];
  const clamp = (at: number) => Math.min(Math.max(at, node.from + length), node.to - length) - length;
  return { changes, range: EditorSelection.range(clamp(range.anchor), clamp(range.head)) };
}

// Blanks at the ends stay outside: signs beside them would not be read as signs. Nothing chosen: the word at the caret.
function marked(state: EditorState, range: SelectionRange, sign: string) {
  const word = range.empty ? state.wordAt(range.head) : null;
  const text = state.sliceDoc(range.from, range.to);
  const from = word?.from ?? range.from + text.length - text.trimStart().length;
  const to = Math.max(from, word?.to ?? range.to - (text.length - text.trimEnd().length));
  const changes = [
    { from, insert: sign },
    { from: to, insert: sign },
  ];
  const head = (word ? range.head : to) + sign.length;
  return {
    changes,
    range: word || from === to ? EditorSelection.cursor(head) : EditorSelection.range(from + sign.length, head),
  };
}

export function levelOf(state: EditorState): number {
  return HEADING.exec(state.doc.lineAt(state.selection.main.head).text)?.[1]?.length ?? 0;
}

// 0 makes plain paragraphs of headings.
export function heading(level: number): StateCommand {
  return changing((line) => {
    const match = HEADING.exec(line.text);
    const to =
      line.from + (match ? line.text.length - (match[2] ?? "").length : (ITEM.exec(line.text)?.[0].length ?? 0));
    return { from: line.from, to: level || match ? to : line.from, insert: level ? `${"#".repeat(level)} ` : "" };
  });
}

export function listOf(state: EditorState): List | null {
  const match = ITEM.exec(state.doc.lineAt(state.selection.main.head).text);
  return match ? (match[2] ? "bullets" : "numbers") : null;
}

export function list(kind: List): StateCommand {
  return (target) => {
    const off = listOf(target.state) === kind;
    let number = 0;
    const set = changing((line) => {
      const match = ITEM.exec(line.text);
      const to = line.from + (match?.[0].length ?? HEADING.exec(line.text)?.[0].match(/^#+[ \t]+/)?.[0].length ?? 0);
      number += 1;
      const mark = kind === "bullets" ? "- " : `${number}. `;
      return { from: line.from, to, insert: off ? "" : (match?.[1] ?? "") + mark };
    });
    return set(target);
  };
}

// `change` for each line of the selection that has words, or for the only one.
function changing(change: (line: Line) => ChangeSpec & { from: number }): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const { from, to } = state.selection.main;
    const lines: Line[] = [];
    for (let at = state.doc.lineAt(from).from; at <= to; ) {
      const line = state.doc.lineAt(at);
      if (line.text.trim() || (line.from <= from && line.to >= to)) lines.push(line);
      at = line.to + 1;
    }
    const changes = state.changes(lines.map(change));
    const selection = EditorSelection.range(
      changes.mapPos(state.selection.main.anchor, 1),
      changes.mapPos(state.selection.main.head, 1),
    );
    dispatch(state.update({ changes, selection, userEvent: "input", scrollIntoView: true }));
    return true;
  };
}

// A new line in a list is its next item; Enter in an empty item ends the list.
export const nextItem: StateCommand = ({ state, dispatch }) => {
  const { main } = state.selection;
  const line = state.doc.lineAt(main.head);
  const match = ITEM.exec(line.text);
  if (state.readOnly || !match || !main.empty || main.head < line.from + match[0].length) return false;
  if (line.text.length === match[0].length) {
    dispatch(state.update({ changes: { from: line.from, to: line.to }, userEvent: "delete" }));
    return true;
  }
  const mark = match[2] ?? `${Number(match[3]) + 1}${match[4] ?? "."}`;
  dispatch(
    state.update(state.replaceSelection(`\n${match[1] ?? ""}${mark} `), { userEvent: "input", scrollIntoView: true }),
  );
  return true;
};

// A number behind the words, and a line at the end of the text where the caret waits for the note.
export const footnote: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const label = freeLabel(state.doc);
  const { to } = state.selection.main;
  const end = state.doc.length;
  const last = state.doc.line(state.doc.lines).text;
  const before = state.doc.lines > 1 ? state.doc.line(state.doc.lines - 1).text : "";
  const gap = last ? "\n\n" : before && !before.startsWith("[^") ? "\n" : "";
  const call = `[^${label}]`;
  const note = `${gap}${call}: `;
  const changes: ChangeSpec[] =
    to === end
      ? [{ from: end, insert: call + (gap || "\n\n") + `${call}: ` }]
      : [
          { from: to, insert: call },
          { from: end, insert: note },
        ];
  const set = state.changes(changes);
  dispatch(
    state.update({ changes: set, selection: { anchor: set.newLength }, userEvent: "input", scrollIntoView: true }),
  );
  return true;
};

function freeLabel(text: Text): number {
  const taken = new Set([...text.toString().matchAll(/\[\^(\d+)\]/g)].map((found) => Number(found[1])));
  let label = 1;
  while (taken.has(label)) label += 1;
  return label;
}

export function link(view: EditorView, address: string): void {
  const { state } = view;
  const { from, to } = state.selection.main;
  const words = state.sliceDoc(from, to).replace(/\s*\n\s*/g, " ") || address;
  const safe = /[()\s]/.test(address) ? `<${address}>` : address;
  const insert = `[${words}](${safe})`;
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input" });
}

export const keys: readonly KeyBinding[] = [
  { key: "Mod-b", run: strong, preventDefault: true },
  { key: "Mod-i", run: emphasis, preventDefault: true },
  { key: "Mod-Alt-0", run: heading(0), preventDefault: true },
  { key: "Mod-Alt-1", run: heading(1), preventDefault: true },
  { key: "Mod-Alt-2", run: heading(2), preventDefault: true },
  { key: "Mod-Alt-3", run: heading(3), preventDefault: true },
  { key: "Mod-Shift-l", run: list("bullets"), preventDefault: true },
  { key: "Mod-Shift-7", run: list("numbers"), preventDefault: true },
  { key: "Mod-Alt-f", run: footnote, preventDefault: true },
  { key: "Enter", run: nextItem },
];
