// The places of suggested changes: from the code points of the server to the offsets of the editor.
export interface Place {
  readonly kind: "clean" | "present" | "conflict";
  readonly numbers: readonly number[];
  readonly start: number;
  readonly end: number;
  /** What the passage would become, and what it is in the draft. */
  readonly text: string;
  readonly live: string;
}

const SURROGATE = /[\ud800-\udbff]/;

/** Return a function that maps code points of a text to UTF-16 offsets; positions are asked for in any order. */
export function codePointOffsets(text: string): (point: number) => number {
  if (!SURROGATE.test(text)) return (point) => Math.min(point, text.length);
  const offsets: number[] = [];
  let offset = 0;
  for (const character of text) {
    offsets.push(offset);
    offset += character.length;
  }
  return (point) => offsets[point] ?? text.length;
}

/** The same place without the words that its start and its end have in common in both texts. */
export function trimmed({ text, live }: Pick<Place, "text" | "live">): {
  readonly skip: number;
  readonly gone: string;
  readonly added: string;
} {
  const shortest = Math.min(text.length, live.length);
  let skip = 0;
  while (skip < shortest && text[skip] === live[skip]) skip += 1;
  let tail = 0;
  while (tail < shortest - skip && text.at(-1 - tail) === live.at(-1 - tail)) tail += 1;
  const [gone, added] = [live.slice(skip, live.length - tail), text.slice(skip, text.length - tail)];
  const splits = (pattern: RegExp) => pattern.test(gone) || pattern.test(added);
  const wordStart = splits(/^\S/) ? lastBoundary(live.slice(0, skip)) : skip;
  const wordEnd = splits(/\S$/) ? tail - firstBoundary(live.slice(live.length - tail)) : tail;
  return {
    skip: wordStart,
    gone: live.slice(wordStart, live.length - wordEnd),
    added: text.slice(wordStart, text.length - wordEnd),
  };
}

/** The length of a text without the letters of the word at its end. */
const lastBoundary = (text: string): number => text.length - (/[^\s]*$/.exec(text)?.[0].length ?? 0);

/** The number of letters of the word at the start of a text. */
const firstBoundary = (text: string): number => /^[^\s]*/.exec(text)?.[0].length ?? 0;
