// The headings of a text with the labels by which they are cited, and the numbers of its footnotes.
import { type EditorState, type Extension, StateField, type Text } from "@codemirror/state";

import { FOOTNOTE_DEFINITION, FOOTNOTE_REFERENCE, HEADING, HEADING_ID } from "./dialect.js";
import { type AutoNumber, type NumberingScheme, numberingScheme, ProvisionCounter } from "./provision-numbers.js";

export interface Heading {
  readonly level: number;
  readonly label: string;
  readonly title: string;
  readonly id: string;
  readonly from: number;
  /** The automatic number and its position; null where the number is typed or there is none. */
  readonly number: { readonly at: number; readonly text: string } | null;
}

const FENCE = /^(?:```|~~~)/;
const TYPED_LABEL = /^(?:\p{L}+\s+)?[(]?[\p{Nd}]+[)]?(?:[-/.][\p{Nd}\p{L}]+)*(?=[\s:.،–—-]|$)/u;
const MARKUP = /\*\*|__|[*`]|\\(?=\p{P})|\[\^[^\]]*\]/gu;

const headingsField = StateField.define<readonly Heading[]>({
  create: (state) => findHeadings(state.doc, state.facet(numberingScheme)),
  update: (headings, change) =>
    change.docChanged ? findHeadings(change.newDoc, change.startState.facet(numberingScheme)) : headings,
});

const footnotesField = StateField.define<ReadonlyMap<string, number>>({
  create: (state) => numberFootnotes(state.doc),
  update: (numbers, change) => (change.docChanged ? numberFootnotes(change.newDoc) : numbers),
});

export const outline: Extension = [headingsField, footnotesField];

/** Footnote numbers by footnote label, in the order of the references. */
export const footnoteNumbers = (state: EditorState): ReadonlyMap<string, number> =>
  state.field(footnotesField, false) ?? new Map();

function numberFootnotes(text: Text): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const line of text.iterLines()) {
    if (!line.includes("[^")) continue;
    for (const [, label = ""] of line.replace(FOOTNOTE_DEFINITION, "").matchAll(FOOTNOTE_REFERENCE))
      if (!numbers.has(label)) numbers.set(label, numbers.size + 1);
  }
  return numbers;
}

export const headings = (state: EditorState): readonly Heading[] => state.field(headingsField, false) ?? [];

function findHeadings(text: Text, scheme: NumberingScheme | null): Heading[] {
  const headings: Heading[] = [];
  const counter = scheme && new ProvisionCounter(scheme);
  let [at, fenced] = [0, false];
  for (const line of text.iterLines()) {
    if (FENCE.test(line)) fenced = !fenced;
    const match = fenced || !line.startsWith("#") ? null : HEADING.exec(line);
    if (match)
      headings.push(
        parseHeading(
          match[1] ?? "",
          match[2] ?? "",
          { at, content: at + line.length - (match[2] ?? "").length },
          counter,
        ),
      );
    at += line.length + 1;
  }
  return headings;
}

function parseHeading(
  marks: string,
  content: string,
  position: { at: number; content: number },
  counter: ProvisionCounter | null,
): Heading {
  const autoNumber = counter?.next(marks.length, content) ?? null;
  const id = HEADING_ID.exec(content)?.[1] ?? "";
  const numberedContent = autoNumber
    ? content.slice(0, autoNumber.offset) + autoNumber.text + content.slice(autoNumber.offset)
    : content;
  const title = numberedContent
    .replace(HEADING_ID, "")
    .replace(/[ \t]+#+[ \t]*$/, "")
    .replace(MARKUP, "")
    .trim();
  const label = autoNumber ? numberedLabel(content, autoNumber) : TYPED_LABEL.exec(title)?.[0].trim() || title || id;
  return {
    level: marks.length,
    label,
    title,
    id,
    from: position.at,
    number: autoNumber && { at: position.content + autoNumber.offset, text: autoNumber.text },
  };
}

const numberedLabel = (content: string, autoNumber: AutoNumber): string =>
  (content.slice(0, autoNumber.offset) + autoNumber.text).replace(MARKUP, "").trim();
