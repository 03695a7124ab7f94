import fc from "fast-check";
import { expect, test } from "vitest";

import { isLabel, type ListStyle, letterLabel, printedLabel, readLabel } from "./list-labels.js";

const STYLES: readonly ListStyle[] = ["abjad", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman"];

test.each([
  [5, "abjad", "هـ"],
  [28, "abjad", "غ"],
  [29, "abjad", "أأ"],
  [26, "lower-alpha", "z"],
  [27, "lower-alpha", "aa"],
  [53, "upper-alpha", "AAA"],
  [1994, "lower-roman", "mcmxciv"],
] as const)("item %d in %s", (number, style, label) => {
  expect(letterLabel(number, style)).toBe(label);
});

test("labels are read as they are written", () => {
  fc.assert(
    fc.property(fc.constantFrom(...STYLES), fc.integer({ min: 1, max: 89 }), (style, number) => {
      const label = letterLabel(number, style);
      expect(readLabel(label)).toContainEqual([style, number]);
      expect(isLabel(label, number, style)).toBe(true);
      expect(isLabel(label, number + 1, style)).toBe(false);
    }),
  );
});

test.each(["see", "mix", "لا", "cd", "aB", "1", ""])("%j is no label", (words) => {
  expect(readLabel(words)).toEqual([]);
});

test("spellings of Arabic letters are equal, and the likeliest reading is first", () => {
  expect(readLabel("ه")).toEqual([["abjad", 5]]);
  expect(readLabel("ا")).toEqual([["abjad", 1]]);
  expect(readLabel("i")[0]).toEqual(["lower-roman", 1]);
  expect(readLabel("c")[0]).toEqual(["lower-alpha", 3]);
});

test("letters are in brackets", () => {
  expect([printedLabel(3, "decimal", true, () => "٣"), printedLabel(3, "decimal", false)]).toEqual(["٣-", "3."]);
  expect([printedLabel(3, "abjad", true), printedLabel(3, "lower-roman", false)]).toEqual(["(ج)", "(iii)"]);
});
