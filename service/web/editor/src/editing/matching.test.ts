import fc from "fast-check";
import { expect, test } from "vitest";

import { findMatches } from "./matching.js";

const found = (text: string, query: string, exact = false) =>
  findMatches(text, query, exact).map(({ from, to }) => text.slice(from, to));

test("vowel signs do not count, and belong to the match", () => {
  expect(found("قال: كَتَبَ الكتاب", "كتب")).toEqual(["كَتَبَ"]);
});

test.each([
  ["أحمد إلى آخر", "احمد", "أحمد"],
  ["مسؤول", "مسوول", "مسؤول"],
  ["المادة", "الماده", "المادة"],
  ["هدى", "هدي", "هدى"],
  ["ســـلام", "سلام", "ســـلام"],
  ["Article", "ARTICLE", "Article"],
  ["المادة ١٢", "12", "١٢"],
  ["12", "١٢", "12"],
  ["لا\u200Cيمكن", "لايمكن", "لا\u200Cيمكن"],
])("%s is found by %s", (text, query, match) => {
  expect(found(text, query)).toEqual([match]);
});

test("an exact match wants exactly these letters", () => {
  expect(found("كَتَبَ كتب", "كتب", true)).toEqual(["كتب"]);
  expect(found("Article article", "article", true)).toEqual(["article"]);
  expect(found("المادة ١٢", "12", true)).toEqual([]);
});

test.each([
  "\u0300 \u036F",
  "\u0610 \u061A",
  "\u0640",
  "\u064B \u065F",
  "\u0670",
  "\u06D6 \u06DC",
  "\u06DF \u06ED",
  "\u200C \u200F",
])("the marks %s do not count", (marks) => {
  for (const mark of marks.split(" ")) expect(found(`n${mark}o`, "no")).toEqual([`n${mark}o`]);
});

test.each(["\u02FF", "\u0370", "\u060F", "\u061B", "\u06DD", "\u06DE", "\u06EE", "\u200B", "\u2010"])(
  "the neighbour %j of the marks counts",
  (sign) => {
    expect(found(`n${sign}o`, "no")).toEqual([]);
  },
);

test("matches do not overlap", () => {
  expect(findMatches("aaaa", "aa", false)).toEqual([
    { from: 0, to: 2 },
    { from: 2, to: 4 },
  ]);
});

test("offsets are right behind emoji and ignored marks", () => {
  const text = "🙂 مُنَظَّمة 🙂";
  expect(findMatches(text, "منظمه", false)).toEqual([{ from: 3, to: 3 + "مُنَظَّمة".length }]);
});

test("letters whose lower case is longer are left as they are", () => {
  expect(found("İstanbul", "İstanbul")).toEqual(["İstanbul"]);
});

test("nothing is found by nothing, nor by marks alone", () => {
  expect(findMatches("نص", "", false)).toEqual([]);
  expect(findMatches("نص", "", true)).toEqual([]);
  expect(findMatches("نَص", "\u064E", false)).toEqual([]);
});

const ARABIC = fc.string({
  unit: fc.constantFrom("ا", "أ", "ب", "ة", "\u064E", "\u0640", " ", "١", "1", "🙂", "a", "B"),
});

test("what is in a text is found in it, exactly and folded", () => {
  fc.assert(
    fc.property(ARABIC, ARABIC, ARABIC, (before, query, after) => {
      fc.pre(/[^\u064E\u0640]/.test(query));
      const text = before + query + after;
      expect(findMatches(text, query, true).length).toBeGreaterThan(0);
      expect(findMatches(text, query, false).length).toBeGreaterThan(0);
      for (const { from, to } of findMatches(text, query, true)) expect(text.slice(from, to)).toBe(query);
    }),
  );
});

test("matches are in order, apart, and inside the text", () => {
  fc.assert(
    fc.property(ARABIC, ARABIC, fc.boolean(), (text, query, exact) => {
      let end = 0;
      for (const { from, to } of findMatches(text, query, exact)) {
        expect(from).toBeGreaterThanOrEqual(end);
        expect(to).toBeGreaterThan(from);
        expect(to).toBeLessThanOrEqual(text.length);
        end = to;
      }
    }),
  );
});
