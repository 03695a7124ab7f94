// A line reads in the direction of its text, unless it begins in a foreign script and most of its letters are of it: an
// Arabic sentence may begin with a Latin name. Items of a list keep to their list.
import { Direction } from "@codemirror/view";

import { ITEM } from "./dialect.js";

const RTL = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LETTERS = /\p{L}/gu;
const SIGNS = /\]\([^)]*\)|\{[#d][^}]*\}|`[^`]*`|https?:\/\/\S+/g;

export type Side = "rtl" | "ltr";

export function sideOf(line: string, usual: Side): Side {
  if (ITEM.test(line)) return usual;
  const letters = line.replace(SIGNS, "").match(LETTERS) ?? [];
  const foreign = letters.filter((one) => RTL.test(one) !== (usual === "rtl"));
  if (!foreign.length || foreign[0] !== letters[0] || foreign.length * 2 <= letters.length) return usual;
  return usual === "rtl" ? "ltr" : "rtl";
}

export const towards = (side: Side): Direction => (side === "rtl" ? Direction.RTL : Direction.LTR);
