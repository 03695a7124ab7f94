// The inline content of a paragraph: runs of one style between their markers, with syntax characters escaped.

const SIGNS = /[\\*`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|\[(?=\^|[^[\]]*(?:\][({]|$))|<(?=[a-z][a-z0-9+.-]*:)/giu;
export const START = /^(?:#{1,6}(?=\s|$)|>|[-=]{2,}(?=\s*$)|~{3,})/gm;
const LETTER = /[\p{L}\p{N}\p{M}]/u;
export const PLAIN = { strong: false, emphasis: false };

export const styleOf = (element) => element.dataset?.s ?? "";

// Bold and italic, by the element or by its style: word processors may override an element by its style.
export function styled(element, style) {
  const said = styleOf(element);
  const weight = /(?:^|;)\s*font-weight:\s*([a-z0-9]+)/i.exec(said)?.[1].toLowerCase();
  const slant = /(?:^|;)\s*font-style:\s*([a-z]+)/i.exec(said)?.[1].toLowerCase();
  const bold = element.matches("b,strong,th") || style.strong;
  const italic = element.matches("i,em,cite") || style.emphasis;
  return {
    strong: !element.matches("th") && (weight ? weight.startsWith("bold") || Number(weight) >= 600 : bold),
    emphasis: slant ? slant === "italic" || slant === "oblique" : italic,
  };
}

export const escaped = (text) => text.replace(SIGNS, "\\$&");

// One paragraph: adjacent runs of one style are joined, each between its markers.
export function written(run) {
  const runs = [];
  for (const one of run) {
    const last = runs.at(-1);
    if (last && last.strong === one.strong && last.emphasis === one.emphasis) last.text += one.text;
    else runs.push({ ...one });
  }
  const marked = runs.map((one, place) => set(one, runs[place - 1]?.text ?? "", runs[place + 1]?.text ?? ""));
  return marked
    .join("")
    .replace(/[ \t]{2,}/g, " ")
    .replace(/ *\n */g, "\n")
    .trim()
    .replace(START, "\\$&");
}

// Put a run between its markers. Whitespace stays outside, and so does punctuation at the ends with a letter next to
// it: CommonMark would not read the markers (left- and right-flanking delimiter runs).
function set(run, before, after) {
  const mark = (run.strong ? "**" : "") + (run.emphasis ? "*" : "");
  const signs = [...run.text];
  const out = (sign, neighbour) => /\s/.test(sign) || (!LETTER.test(sign) && LETTER.test(neighbour ?? ""));
  let [start, end] = [0, signs.length];
  while (start < end && out(signs[start], start ? signs[start - 1] : [...before].at(-1))) start += 1;
  while (start < end && out(signs[end - 1], end < signs.length ? signs[end] : [...after][0])) end -= 1;
  const [head, words, tail] = [[0, start], [start, end], [end]].map(([from, to]) => signs.slice(from, to).join(""));
  return words ? `${head}${mark}${words}${mark}${tail}` : run.text;
}
