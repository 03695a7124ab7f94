// How the dialect is read while it is written. The server's reader stays the only one that counts.
import { Language, defineLanguageFacet, languageDataProp } from "@codemirror/language";
import { parser } from "@lezer/markdown";

const facet = defineLanguageFacet({});

export const dialect = new Language(
  facet,
  parser.configure([
    { remove: ["HTMLBlock", "HTMLTag", "Entity"] },
    { props: [languageDataProp.add({ Document: facet })] },
  ]),
  [],
  "mithaq",
);

export const NOTE = /^\[\^([^\]\s]+)\]:[ \t]*/;
export const CALL = /\[\^([^\]\s]+)\](?!:)/g;
export const NAME = /[ \t]*\{#([^}\s]+)\}[ \t]*$/;
export const SPAN = /\[([^\][]+)\]\{dir=(ltr|rtl)\}/g;
export const HEADING = /^(#{1,6})[ \t]+(.*)$/;
export const ITEM = /^([ \t]*)(?:([-*+•])|(\d{1,9})([.)]))[ \t]+/;
