import { EditorState } from "@codemirror/state";
import fc from "fast-check";
import { expect, test } from "vitest";

import {
  baseDirection,
  type NumberingScheme,
  numberFormatter,
  numberingScheme,
  ProvisionCounter,
  parseScheme,
} from "./provision-numbers.js";

const arabic = numberFormatter("ar", "arab");
const scheme: NumberingScheme = {
  ordinals: { article: ["الأولى", "الثانية", "الثالثة"], part: ["الأول", "الثاني"] },
  formatNumber: arabic,
};

/** What each heading reads as: its automatic number set where it belongs. */
function numbered(...headings: readonly (readonly [number, string])[]): string[] {
  const counter = new ProvisionCounter(scheme);
  return headings.map(([level, title]) => {
    const number = counter.next(level, title);
    return number ? title.slice(0, number.offset) + number.text + title.slice(number.offset) : title;
  });
}

test("articles are counted in words, then in digits", () => {
  expect(numbered([2, "المادة"], [2, "المادة"], [2, "المادة"], [2, "المادة"])).toEqual([
    "المادة الأولى",
    "المادة الثانية",
    "المادة الثالثة",
    "المادة ٤",
  ]);
});

test.each([
  "المادة: في المساواة",
  "المادة — في المساواة",
  "**المادة**",
  "المادة {#equality}",
  "المادة[^1]",
  "المادة ##",
])("%s has no typed number", (title) => {
  expect(numbered([2, title])[0]).toBe(title.replace("المادة", "المادة الأولى"));
});

test("English names and letter case", () => {
  expect(numbered([2, "Article"], [2, "ARTICLE: Equality"])).toEqual(["Article الأولى", "ARTICLE الثانية: Equality"]);
});

test.each(["المساواة", "المواد", "Articles", "ديباجة 🙂", ""])("%s names no unit", (title) => {
  expect(numbered([2, title], [2, "المادة"])).toEqual([title, "المادة الأولى"]);
});

test.each([
  ["المادة 7", "المادة ٨"],
  ["المادة ٧", "المادة ٨"],
  ["المادة (٧)", "المادة ٨"],
  ["المادة ۷", "المادة ٨"],
  ["المادة الثانية", "المادة الثالثة"],
  ["المادة الثانية في المساواة", "المادة الثالثة"],
  ["المادة في المساواة", "المادة الأولى"],
])("after the typed %s comes %s", (typed, next) => {
  expect(numbered([2, typed], [2, "المادة"])).toEqual([typed, next]);
});

test("a typed number below the count does not set it back", () => {
  expect(numbered([2, "المادة 5"], [2, "المادة 2"], [2, "المادة"])[2]).toBe("المادة ٦");
});

test("sections begin again in each part, articles do not", () => {
  const headings = [
    [1, "الباب"],
    [2, "القسم"],
    [3, "المادة"],
    [2, "القسم"],
    [1, "الباب"],
    [2, "القسم"],
    [3, "المادة"],
  ] as const;
  expect(numbered(...headings)).toEqual([
    "الباب الأول",
    "القسم ١",
    "المادة الأولى",
    "القسم ٢",
    "الباب الثاني",
    "القسم ١",
    "المادة الثانية",
  ]);
});

test("the scheme of the page", () => {
  expect(parseScheme(undefined, String)).toBeNull();
  expect(parseScheme("", String)).toBeNull();
  const parsed = parseScheme(JSON.stringify({ lists: [["one", "two"]], units: { article: 0, part: 7 } }), String);
  expect(parsed?.ordinals).toEqual({ article: ["one", "two"], part: [] });
});

test("numbers are written in the digits of the text, without groups", () => {
  expect(arabic(1234)).toBe("١٢٣٤");
  expect(numberFormatter("en")(1234)).toBe("1234");
});

test("facets have the page's values, or the usual ones", () => {
  const plain = EditorState.create();
  expect([plain.facet(numberingScheme), plain.facet(baseDirection)]).toEqual([null, "ltr"]);
  const set = EditorState.create({ extensions: [numberingScheme.of(scheme), baseDirection.of("rtl")] });
  expect([set.facet(numberingScheme), set.facet(baseDirection)]).toEqual([scheme, "rtl"]);
});

test("typed numbers of any script are read as the number they write", () => {
  const scripts = ["latn", "arab", "arabext", "deva", "beng", "thai", "fullwide"];
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 9999 }), fc.constantFrom(...scripts), (number, digits) => {
      const typed = numberFormatter("en", digits)(number);
      expect(numbered([2, `المادة ${typed}`], [2, "المادة"])[1]).toBe(`المادة ${arabic(number + 1)}`);
    }),
  );
});
