// The editing commands behind the toolbar and the keyboard shortcuts.
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

import { HEADING, listItem } from "./dialect.js";
import { isLabel, letterLabel, readLabel } from "./list-labels.js";

type Style = "StrongEmphasis" | "Emphasis";
type List = "bullets" | "numbers";

const MARKERS: Readonly<Record<Style, string>> = { StrongEmphasis: "**", Emphasis: "*" };

export const toggleStrong: StateCommand = toggleStyle("StrongEmphasis");
export const toggleEmphasis: StateCommand = toggleStyle("Emphasis");

export function hasStyle(state: EditorState, style: Style): boolean {
  return enclosingNode(state, state.selection.main, style) !== null;
}

function toggleStyle(style: Style): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const marker = MARKERS[style];
    const change = state.changeByRange((range) => {
      const node = enclosingNode(state, range, style);
      return node ? unwrap(range, node, marker.length) : wrap(state, range, marker);
    });
    dispatch(state.update(change, { userEvent: "input", scrollIntoView: true }));
    return true;
  };
}

function enclosingNode(state: EditorState, range: SelectionRange, style: Style): SyntaxNode | null {
  for (let node: SyntaxNode | null = syntaxTree(state).resolveInner(range.from, 1); node; node = node.parent) {
    if (node.name === style && node.to >= range.to) return node;
  }
  return null;
}

function unwrap(range: SelectionRange, node: SyntaxNode, length: number) {
  const changes = [
    { from: node.from, to: node.from + length },
    { from: node.to - length, to: node.to },
  ];
  const clamp = (at: number) => Math.min(Math.max(at, node.from + length), node.to - length) - length;
  return { changes, range: EditorSelection.range(clamp(range.anchor), clamp(range.head)) };
}

/**
 * Insert markers around a range; around the word at the caret where the range is empty. Whitespace at the ends stays
 * outside: CommonMark does not read markers beside whitespace.
 */
function wrap(state: EditorState, range: SelectionRange, marker: string) {
  const word = range.empty ? state.wordAt(range.head) : null;
  const text = state.sliceDoc(range.from, range.to);
  const from = word?.from ?? range.from + text.length - text.trimStart().length;
  const to = Math.max(from, word?.to ?? range.to - (text.length - text.trimEnd().length));
  const changes = [
    { from, insert: marker },
    { from: to, insert: marker },
  ];
  const head = (word ? range.head : to) + marker.length;
  return {
    changes,
    range: word || from === to ? EditorSelection.cursor(head) : EditorSelection.range(from + marker.length, head),
  };
}

export function headingLevel(state: EditorState): number {
  return HEADING.exec(state.doc.lineAt(state.selection.main.head).text)?.[1]?.length ?? 0;
}

/** Set the heading level of the selected lines; level 0 turns headings into paragraphs. */
export function setHeading(level: number): StateCommand {
  return changeLines((line) => {
    const match = HEADING.exec(line.text);
    const to =
      line.from + (match ? line.text.length - (match[2] ?? "").length : (listItem(line.text)?.[0].length ?? 0));
    return { from: line.from, to: level || match ? to : line.from, insert: level ? `${"#".repeat(level)} ` : "" };
  });
}

export function listKind(state: EditorState): List | null {
  const match = listItem(state.doc.lineAt(state.selection.main.head).text);
  return match ? (match[2] ? "bullets" : "numbers") : null;
}

export function toggleList(kind: List): StateCommand {
  return (target) => {
    const off = listKind(target.state) === kind;
    let number = 0;
    const set = changeLines((line) => {
      const match = listItem(line.text);
      const to = line.from + (match?.[0].length ?? HEADING.exec(line.text)?.[0].match(/^#+[ \t]+/)?.[0].length ?? 0);
      number += 1;
      const mark = kind === "bullets" ? "- " : `${number}. `;
      return { from: line.from, to, insert: off ? "" : (match?.[1] ?? "") + mark };
    });
    return set(target);
  };
}

/** Apply `change` to each non-blank line of the selection, or to its only line. */
function changeLines(change: (line: Line) => ChangeSpec & { from: number }): StateCommand {
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

/** Enter in a list item starts the next item; in an empty item it ends the list. */
export const continueList: StateCommand = ({ state, dispatch }) => {
  const { main } = state.selection;
  const line = state.doc.lineAt(main.head);
  const match = listItem(line.text);
  if (state.readOnly || !match || !main.empty || main.head < line.from + match[0].length) return false;
  if (line.text.length === match[0].length) {
    dispatch(state.update({ changes: { from: line.from, to: line.to }, userEvent: "delete" }));
    return true;
  }
  const mark = match[2] ?? (match[5] ? nextLetter(state, line, match[5]) : `${Number(match[3]) + 1}${match[4] ?? "."}`);
  dispatch(
    state.update(state.replaceSelection(`\n${match[1] ?? ""}${mark} `), { userEvent: "input", scrollIntoView: true }),
  );
  return true;
};

/** The marker after a letter or numeral; whether "(i)" is a letter is decided by the items before it. */
function nextLetter(state: EditorState, line: Line, label: string): string {
  const labels = [label];
  for (let at = line.number - 1; at > 0; at -= 1) {
    const before = listItem(state.doc.line(at).text);
    if (!before?.[5] || before[1] !== /^[ \t]*/.exec(line.text)?.[0]) break;
    labels.unshift(before[5]);
  }
  for (let first = 0; first < labels.length; first += 1) {
    const reading = readLabel(labels[first] ?? "").find(([style, number]) =>
      labels.slice(first).every((one, place) => isLabel(one, number + place, style)),
    );
    if (reading) return `(${letterLabel(reading[1] + labels.length - first, reading[0])})`;
  }
  return `(${label})`;
}

/**
 * Insert a footnote reference after the selection and its definition at the end of the text, and put the caret there.
 */
export const insertFootnote: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const label = freeFootnoteLabel(state.doc);
  const { to } = state.selection.main;
  const end = state.doc.length;
  const last = state.doc.line(state.doc.lines).text;
  const before = state.doc.lines > 1 ? state.doc.line(state.doc.lines - 1).text : "";
  const gap = last ? "\n\n" : before && !before.startsWith("[^") ? "\n" : "";
  const reference = `[^${label}]`;
  const definition = `${gap}${reference}: `;
  const changes: ChangeSpec[] =
    to === end
      ? [{ from: end, insert: `${reference}${gap || "\n\n"}${reference}: ` }]
      : [
          { from: to, insert: reference },
          { from: end, insert: definition },
        ];
  const set = state.changes(changes);
  dispatch(
    state.update({ changes: set, selection: { anchor: set.newLength }, userEvent: "input", scrollIntoView: true }),
  );
  return true;
};

function freeFootnoteLabel(text: Text): number {
  const taken = new Set([...text.toString().matchAll(/\[\^(\d+)\]/g)].map((match) => Number(match[1])));
  let label = 1;
  while (taken.has(label)) label += 1;
  return label;
}

export function insertLink(view: EditorView, address: string): void {
  const { state } = view;
  const { from, to } = state.selection.main;
  const text = state.sliceDoc(from, to).replace(/\s*\n\s*/g, " ") || address;
  const safe = /[()\s]/.test(address) ? `<${address}>` : address;
  const insert = `[${text}](${safe})`;
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input" });
}

export const formattingKeys: readonly KeyBinding[] = [
  { key: "Mod-b", run: toggleStrong, preventDefault: true },
  { key: "Mod-i", run: toggleEmphasis, preventDefault: true },
  { key: "Mod-Alt-0", run: setHeading(0), preventDefault: true },
  { key: "Mod-Alt-1", run: setHeading(1), preventDefault: true },
  { key: "Mod-Alt-2", run: setHeading(2), preventDefault: true },
  { key: "Mod-Alt-3", run: setHeading(3), preventDefault: true },
  { key: "Mod-Shift-l", run: toggleList("bullets"), preventDefault: true },
  { key: "Mod-Shift-7", run: toggleList("numbers"), preventDefault: true },
  { key: "Mod-Alt-f", run: insertFootnote, preventDefault: true },
  { key: "Enter", run: continueList },
];
