// The headings of a text, by the labels under which they are cited.
import { type EditorState, type Extension, StateField, type Text } from "@codemirror/state";

import { CALL, HEADING, NAME, NOTE } from "./dialect.js";
import { Count, type Numbered, type Scheme, scheme } from "./provision-numbers.js";

export interface Heading {
  readonly level: number;
  readonly label: string;
  readonly title: string;
  readonly name: string;
  readonly at: number;
  // Where the number that nobody typed reads, and how.
  readonly number: { readonly at: number; readonly words: string } | null;
}

const FENCE = /^(?:```|~~~)/;
const NUMBERED = /^(?:\p{L}+\s+)?[(]?[\p{Nd}]+[)]?(?:[-/.][\p{Nd}\p{L}]+)*(?=[\s:.،–—-]|$)/u;
const SIGNS = /\*\*|__|[*`]|\\(?=\p{P})|\[\^[^\]]*\]/gu;

const field = StateField.define<readonly Heading[]>({
  create: (state) => found(state.doc, state.facet(scheme)),
  update: (headings, change) => (change.docChanged ? found(change.newDoc, change.startState.facet(scheme)) : headings),
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
    for (const [, label = ""] of line.replace(NOTE, "").matchAll(CALL))
      if (!numbers.has(label)) numbers.set(label, numbers.size + 1);
  }
  return numbers;
}

export const headings = (state: EditorState): readonly Heading[] => state.field(field, false) ?? [];

function found(text: Text, by: Scheme | null): Heading[] {
  const all: Heading[] = [];
  const count = by && new Count(by);
  let [at, fenced] = [0, false];
  for (const line of text.iterLines()) {
    if (FENCE.test(line)) fenced = !fenced;
    const match = fenced || !line.startsWith("#") ? null : HEADING.exec(line);
    if (match)
      all.push(
        heading(match[1] ?? "", match[2] ?? "", { at, words: at + line.length - (match[2] ?? "").length }, count),
      );
    at += line.length + 1;
  }
  return all;
}

function heading(marks: string, words: string, from: { at: number; words: number }, count: Count | null): Heading {
  const found = count?.next(marks.length, words) ?? null;
  const name = NAME.exec(words)?.[1] ?? "";
  const said = found ? words.slice(0, found.after) + found.words + words.slice(found.after) : words;
  const title = said
    .replace(NAME, "")
    .replace(/[ \t]+#+[ \t]*$/, "")
    .replace(SIGNS, "")
    .trim();
  const label = found ? labelled(words, found) : NUMBERED.exec(title)?.[0].trim() || title || name;
  return {
    level: marks.length,
    label,
    title,
    name,
    at: from.at,
    number: found && { at: from.words + found.after, words: found.words },
  };
}

const labelled = (words: string, found: Numbered): string =>
  (words.slice(0, found.after) + found.words).replace(SIGNS, "").trim();
