// The base direction of a line: that of its text, unless the line begins in the other script and most of its letters
// are of it. (`dir="auto"` looks at the first letter only, but an Arabic sentence may begin with a Latin name.) List
// items keep the direction of the text.
import { Direction } from "@codemirror/view";

import { listItem } from "./dialect.js";

const RTL = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LETTERS = /\p{L}/gu;
const MARKUP = /\]\([^)]*\)|\{[#d][^}]*\}|`[^`]*`|https?:\/\/\S+/g;

export type TextDirection = "rtl" | "ltr";

export function lineDirection(line: string, base: TextDirection): TextDirection {
  if (listItem(line)) return base;
  const letters = line.replace(MARKUP, "").match(LETTERS) ?? [];
  const foreign = letters.filter((one) => RTL.test(one) !== (base === "rtl"));
  if (!foreign.length || foreign[0] !== letters[0] || foreign.length * 2 <= letters.length) return base;
  return base === "rtl" ? "ltr" : "rtl";
}

export const toBidiDirection = (direction: TextDirection): Direction =>
  direction === "rtl" ? Direction.RTL : Direction.LTR;
