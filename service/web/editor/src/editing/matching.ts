// Search that folds Arabic vowel signs, hamza carriers, letter case and digit systems, unless an exact match is asked
// for. Offsets are UTF-16 code units of the text as it is.
export interface Match {
  readonly from: number;
  readonly to: number;
}

const FOLDED_LETTERS: Readonly<Record<string, string>> = {
  أ: "ا",
  إ: "ا",
  آ: "ا",
  ٱ: "ا",
  ى: "ي",
  ئ: "ي",
  ؤ: "و",
  ة: "ه",
};

export function findMatches(text: string, query: string, exact: boolean): Match[] {
  if (exact) return findAll(text, query).map((from) => ({ from, to: from + query.length }));
  const { letters, offsets } = fold(text);
  const foldedQuery = fold(query).letters;
  return findAll(letters, foldedQuery).map((from) => ({
    from: offsets[from] ?? 0,
    to: offsets[from + foldedQuery.length] ?? text.length,
  }));
}

function findAll(text: string, query: string): number[] {
  const positions: number[] = [];
  if (!query) return positions;
  for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length)) positions.push(at);
  return positions;
}

function fold(text: string): { letters: string; offsets: Uint32Array } {
  const offsets = new Uint32Array(text.length + 1);
  const letters: string[] = [];
  for (let offset = 0; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (isIgnorable(code)) continue;
    offsets[letters.length] = offset;
    letters.push(foldLetter(text.charAt(offset), code));
  }
  offsets[letters.length] = text.length;
  return { letters: letters.join(""), offsets: offsets.subarray(0, letters.length + 1) };
}

function foldLetter(character: string, code: number): string {
  if (code >= 0x660 && code <= 0x669) return String.fromCharCode(code - 0x660 + 48);
  const small = FOLDED_LETTERS[character] ?? character.toLowerCase();
  return small.length === 1 ? small : character;
}

/** Combining marks, Arabic vowel signs, tatweel, direction marks and joiners. */
const isIgnorable = (code: number): boolean =>
  (code >= 0x300 && code <= 0x36f) ||
  (code >= 0x610 && code <= 0x61a) ||
  code === 0x640 ||
  (code >= 0x64b && code <= 0x65f) ||
  code === 0x670 ||
  (code >= 0x6d6 && code <= 0x6ed && code !== 0x6dd && code !== 0x6de) ||
  (code >= 0x200c && code <= 0x200f);
