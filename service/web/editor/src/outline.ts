// The headings of a text, by the labels under which they are cited.
import { type EditorState, type Extension, StateField, type Text } from "@codemirror/state";

import { CALL, HEADING, NAME, NOTE } from "./dialect.js";

export interface Heading {
  readonly level: number;
  readonly label: string;
  readonly title: string;
  readonly name: string;
  readonly at: number;
}

const FENCE = /^(?:```|~~~)/;
const NUMBERED = /^(?:\p{L}+\s+)?[(]?[\p{Nd}]+[)]?(?:[-/.][\p{Nd}\p{L}]+)*(?=[\s:.،–—-]|$)/u;
const SIGNS = /\*\*|__|[*`]|\\(?=\p{P})|\[\^[^\]]*\]/gu;

const field = StateField.define<readonly Heading[]>({
  create: (state) => found(state.doc),
  update: (headings, change) => (change.docChanged ? found(change.newDoc) : headings),
});

const calls = StateField.define<ReadonlyMap<string, number>>({
  create: (state) => numbered(state.doc),
  update: (numbers, change) => (change.docChanged ? numbered(change.newDoc) : numbers),
});

export const outlined: Extension = [field, calls];

// The numbers of the notes, by their labels.
export const called = (state: EditorState): ReadonlyMap<string, number> => state.field(calls, false) ?? new Map();

function numbered(text: Text): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const line of text.iterLines()) {
    if (!line.includes("[^")) continue;
    for (const [, label = ""] of line.replace(NOTE, "").matchAll(CALL)) if (!numbers.has(label)) numbers.set(label, numbers.size + 1);
  }
  return numbers;
}

export const headings = (state: EditorState): readonly Heading[] => state.field(field, false) ?? [];

function found(text: Text): Heading[] {
  const all: Heading[] = [];
  let [at, fenced] = [0, false];
  for (const line of text.iterLines()) {
    if (FENCE.test(line)) fenced = !fenced;
    const match = fenced || !line.startsWith("#") ? null : HEADING.exec(line);
    if (match) all.push(heading(match[1] ?? "", match[2] ?? "", at));
    at += line.length + 1;
  }
  return all;
}

function heading(marks: string, words: string, at: number): Heading {
  const name = NAME.exec(words)?.[1] ?? "";
  const title = words.replace(NAME, "").replace(/[ \t]+#+[ \t]*$/, "").replace(SIGNS, "").trim();
  return { level: marks.length, label: NUMBERED.exec(title)?.[0].trim() || title || name, title, name, at };
}
