// How the dialect is read while it is written. The server's reader stays the only one that counts.
import { Language, defineLanguageFacet, languageDataProp } from "@codemirror/language";
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
