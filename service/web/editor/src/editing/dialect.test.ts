import { syntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";

import {
  DIRECTION_SPAN,
  dialect,
  FOOTNOTE_DEFINITION,
  FOOTNOTE_REFERENCE,
  HEADING,
  HEADING_ID,
  listItem,
} from "./dialect.js";

function nodes(doc: string): string[] {
  const state = EditorState.create({ doc, extensions: [dialect.extension] });
  const names: string[] = [];
  syntaxTree(state).iterate({ enter: (node) => void names.push(node.name) });
  return names;
}

test("emphasis, headings and lists are read; HTML and entities are text", () => {
  expect(nodes("# نصّ **مهمّ** و*مائل*")).toEqual(expect.arrayContaining(["ATXHeading1", "StrongEmphasis", "Emphasis"]));
  expect(nodes("- أ\n- ب")).toContain("BulletList");
  expect(nodes("<b>x</b> &amp;\n\n<div>\n</div>").filter((name) => /HTML|Entity/.test(name))).toEqual([]);
});

test("footnotes: a definition begins its line, a reference is anywhere else", () => {
  expect(FOOTNOTE_DEFINITION.exec("[^1]: نصّ")?.slice(0, 2)).toEqual(["[^1]: ", "1"]);
  expect(FOOTNOTE_DEFINITION.test("a [^1]: b")).toBe(false);
  expect([..."أ[^1]ب[^حاشية] [^2]: c".matchAll(FOOTNOTE_REFERENCE)].map((match) => match[1])).toEqual(["1", "حاشية"]);
});

test("ids of headings are at the end of the line", () => {
  expect(HEADING_ID.exec("المساواة {#equality} ")?.[1]).toBe("equality");
  expect(HEADING_ID.test("{#a} b")).toBe(false);
});

test("spans of a direction", () => {
  expect(
    [..."[14-B]{dir=ltr} و[أ]{dir=rtl} [x]{dir=up}".matchAll(DIRECTION_SPAN)].map(([, text, dir]) => [text, dir]),
  ).toEqual([
    ["14-B", "ltr"],
    ["أ", "rtl"],
  ]);
});

test.each([
  ["## نصّ", "##"],
  ["####### نصّ", undefined],
  ["#نصّ", undefined],
])("heading %s", (line, marks) => {
  expect(HEADING.exec(line)?.[1]).toBe(marks);
});

test.each([
  ["- أ", ["", "-", undefined, undefined]],
  ["  • أ", ["  ", "•", undefined, undefined]],
  ["12) أ", ["", undefined, "12", ")"]],
  ["١. أ", undefined],
  ["-أ", undefined],
  ["(ب) أ", ["", undefined, undefined, undefined, "ب"]],
  ["  (iv) a", ["  ", undefined, undefined, undefined, "iv"]],
  ["(see) a", undefined],
  ["(ب)أ", undefined],
])("list item %s", (line, groups) => {
  expect(listItem(line)?.slice(1, 6)).toEqual(groups && [...groups, ...Array(5 - groups.length).fill(undefined)]);
});
