import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";

import { footnoteNumbers, headings, outline } from "./outline.js";
import { numberFormatter, numberingScheme } from "./provision-numbers.js";

const scheme = { ordinals: { article: ["الأولى", "الثانية"] }, formatNumber: numberFormatter("ar", "arab") };

const stateOf = (doc: string, numbered = false) =>
  EditorState.create({ doc, extensions: [outline, ...(numbered ? [numberingScheme.of(scheme)] : [])] });

const labels = (doc: string, numbered = false) => headings(stateOf(doc, numbered)).map((one) => one.label);

test("level, title, id and position of each heading", () => {
  const found = headings(stateOf("🙂\n# **عنوان** {#title}\n\nنصّ\n\n### Article 12: `Equality` ##"));
  expect(found).toEqual([
    { level: 1, label: "عنوان", title: "عنوان", id: "title", from: 3, number: null },
    { level: 3, label: "Article 12", title: "Article 12: Equality", id: "", from: 30, number: null },
  ]);
});

test.each([
  ["# المادة ١٢ — المساواة", "المادة ١٢"],
  ["# Article 14-B. Equality", "Article 14-B"],
  ["# (3) Scope", "(3)"],
  ["# Equality[^1]", "Equality"],
  ["# \\*Equality\\*", "Equality"],
  ["# {#only}", "only"],
])("%s is cited as %s", (line, label) => {
  expect(labels(line)).toEqual([label]);
});

test("code is not a heading, nor is a hash within a line", () => {
  expect(labels("```\n# code\n```\n# real\n#hash\ntext # text\n~~~\n# code")).toEqual(["real"]);
});

test("automatic numbers are part of the label and have a position", () => {
  const doc = "## المادة: المساواة {#equality}\n## المادة";
  const [first, second] = headings(stateOf(doc, true));
  expect([first?.label, second?.label]).toEqual(["المادة الأولى", "المادة الثانية"]);
  expect(first?.title).toBe("المادة الأولى: المساواة");
  expect(first?.number).toEqual({ at: doc.indexOf(":"), text: " الأولى" });
});

test("a change is followed, and a selection changes nothing", () => {
  const state = stateOf("# a\n[^x]");
  const selected = state.update({ selection: { anchor: 1 } }).state;
  expect(headings(selected)).toBe(headings(state));
  expect(footnoteNumbers(selected)).toBe(footnoteNumbers(state));
  const changed = state.update({ changes: { from: 0, insert: "# ب\n" } }).state;
  expect(headings(changed).map((one) => one.title)).toEqual(["ب", "a"]);
});

test("footnotes are numbered as they are referred to, not as they are defined or named", () => {
  const doc = "a[^7] b[^x][^7]\n\n[^x]: see[^late]\n[^7]: …\n[^unused]: …";
  expect([...footnoteNumbers(stateOf(doc))]).toEqual([
    ["7", 1],
    ["x", 2],
    ["late", 3],
  ]);
});

test("an editor without the extension has no outline", () => {
  const state = EditorState.create({ doc: "# a" });
  expect([headings(state), footnoteNumbers(state).size]).toEqual([[], 0]);
});
