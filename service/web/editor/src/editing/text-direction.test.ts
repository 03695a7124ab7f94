import { Direction } from "@codemirror/view";
import { expect, test } from "vitest";

import { lineDirection, toBidiDirection } from "./text-direction.js";

test.each([
  ["نحن الموقّعين", "rtl", "rtl"],
  ["UNICEF منظمة دولية تعمل في البلاد", "rtl", "rtl"],
  ["This is an English sentence, مع كلمة", "rtl", "ltr"],
  ["نحن منظمة UN", "ltr", "rtl"],
  ["WHO و UN", "rtl", "ltr"],
  ["2026 🙂", "rtl", "rtl"],
  ["", "ltr", "ltr"],
  ["- English item", "rtl", "rtl"],
  ["1. English item", "rtl", "rtl"],
  ["[انظر](https://example.org/a-very-long-address-in-latin)", "rtl", "rtl"],
  ["`code in latin letters` نص", "rtl", "rtl"],
  ["https://example.org/path نص", "rtl", "rtl"],
] as const)("%s in a text that is %s reads %s", (line, base, direction) => {
  expect(lineDirection(line, base)).toBe(direction);
});

test("half of the letters are not most of them", () => {
  expect(lineDirection("ab اب", "rtl")).toBe("rtl");
  expect(lineDirection("abc اب", "rtl")).toBe("ltr");
});

test("a foreign letter in the middle changes nothing", () => {
  expect(lineDirection("ا abcdefgh", "rtl")).toBe("rtl");
});

test("the direction of CodeMirror", () => {
  expect(toBidiDirection("rtl")).toBe(Direction.RTL);
  expect(toBidiDirection("ltr")).toBe(Direction.LTR);
});
