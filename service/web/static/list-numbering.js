// How a pasted list is numbered: digits, or the letters or Roman numerals that it shows.
import { isLabel, readLabel } from "./list-labels.js";
import { styleOf } from "./words.js";

// The beginning of a list of Word, from its first item.
export function begun({ ordered, number, label }) {
  const readings = label ? readLabel(label) : [];
  return { ordered, readings, start: number ?? readings[0]?.[1] ?? 1, style: readings[0]?.[0] ?? "decimal" };
}

// Whether an item continues a list; of a list of letters only the readings remain in which it does.
export function goesOn(list, item) {
  if (item.ordered !== list.ordered) return false;
  if (!list.readings.length)
    return !item.label && (item.number === null || item.number === list.start + list.items.length);
  const left = list.readings.filter(([style, first]) => isLabel(item.label, first + list.items.length, style));
  if (!left.length) return false;
  Object.assign(list, { readings: left, style: left[0][0], start: left[0][1] });
  return true;
}

const TYPES = { a: "lower-alpha", A: "upper-alpha", i: "lower-roman", I: "upper-roman" };

// How a list is numbered. The pages of this service write the labels as text, which is taken out. Small letters inside a
// list with digits are what the text prints for digits there.
export function numberingOf(element) {
  const ordered = element.localName === "ol";
  const start = Number(element.getAttribute("start")) || 1;
  const written = element.matches("ol.labelled") ? takeLabel(element) : [];
  if (written.length)
    return { ordered, start, style: written.find(([, number]) => number === start)?.[0] ?? "decimal" };
  const style = ordered ? namedStyle(element) : "decimal";
  const around = element.parentElement?.closest("ol,[data-digits]");
  const inDigits = around && (around.localName !== "ol" || namedStyle(around) === "decimal");
  return { ordered, start, style: style === "lower-alpha" && inDigits ? "decimal" : style };
}

// Take the labels out of a list of our own, and read the first.
function takeLabel(list) {
  const labels = [...list.children].map((item) => item.querySelector(".item-label"));
  for (const label of labels) label?.remove();
  return readLabel(/^\(([^()]+)\)$/.exec(labels[0]?.textContent.trim() ?? "")?.[1] ?? "");
}

function namedStyle(list) {
  const said = /list-style(?:-type)?:\s*((?:lower|upper)-(?:alpha|latin|roman))/i;
  const [own, first] = [list, list.children[0]].map((one) => one && said.exec(styleOf(one))?.[1].toLowerCase());
  return TYPES[list.getAttribute("type")] ?? (own ?? first)?.replace("latin", "alpha") ?? "decimal";
}
