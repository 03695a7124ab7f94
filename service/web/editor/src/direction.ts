// A line reads in the direction of the text as long as it has a letter of it, in its own where all its letters are
// foreign: an Arabic sentence may begin with a Latin name.
import { Direction } from "@codemirror/view";

const RTL = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LETTER = /\p{L}/u;
const SIGNS = /\]\([^)]*\)|\{[#d][^}]*\}|`[^`]*`|https?:\/\/\S+/g;

export type Side = "rtl" | "ltr";

export function sideOf(line: string, usual: Side): Side {
  const words = line.replace(SIGNS, "");
  const rtl = RTL.test(words);
  if (usual === "rtl") return rtl || !LETTER.test(words) ? "rtl" : "ltr";
  if (!rtl) return "ltr";
  return LETTER.test(words.replace(new RegExp(RTL, "gu"), "")) ? "ltr" : "rtl";
}

export const towards = (side: Side): Direction => (side === "rtl" ? Direction.RTL : Direction.LTR);
