// The editor's parser of the dialect, for display only: what counts is the server's reader.
import { defineLanguageFacet, Language, languageDataProp } from "@codemirror/language";
import { parser } from "@lezer/markdown";

const languageFacet = defineLanguageFacet({});

export const dialect = new Language(
  languageFacet,
  parser.configure([
    { remove: ["HTMLBlock", "HTMLTag", "Entity"] },
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
export const LIST_ITEM = /^([ \t]*)(?:([-*+•])|(\d{1,9})([.)]))[ \t]+/;
