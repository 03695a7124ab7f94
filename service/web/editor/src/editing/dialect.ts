// The editor's parser of the dialect, for display only: what counts is the server's reader.
import { defineLanguageFacet, Language, languageDataProp } from "@codemirror/language";
import { parser } from "@lezer/markdown";

import { readLabel } from "./list-labels.js";

const languageFacet = defineLanguageFacet({});

export const dialect = new Language(
  languageFacet,
  parser.configure([
    { remove: ["HTMLBlock", "HTMLTag", "Entity", "IndentedCode"] },
    { props: [languageDataProp.add({ Document: languageFacet })] },
  ]),
  [],
  "mithaq",
);

export const FOOTNOTE_DEFINITION = /^\[\^([^\]\s]+)\]:[ \t]*/;
export const FOOTNOTE_REFERENCE = /\[\^([^\]\s]+)\](?!:)/g;
export const HEADING_ID = /[ \t]*\{#([^}\s]+)\}[ \t]*$/;
export const DIRECTION_SPAN = /\[([^\][]+)\]\{dir=(ltr|rtl)\}/g;
export const HEADING = /^(#{1,6})[ \t]+(.*)$/;
/** A list item: its indentation, and a bullet, a number and its sign, or what may be a letter or Roman numeral. */
export const LIST_ITEM =
  /^([ \t]*)(?:([-*+•])|(\d{1,9})([.)])|\(([a-z]{1,16}|[A-Z]{1,16}|[\u0621-\u064A]{1,16})\))[ \t]+/;

/** The list item of a line, or null: letters in brackets that are no label are words. */
export function listItem(line: string): RegExpExecArray | null {
  const match = LIST_ITEM.exec(line);
  return match?.[5] && !readLabel(match[5]).length ? null : match;
}
