// Where words stand in a text, however they are pointed: vowel signs, seats of hamza, capitals and systems of digits do
// not count, unless somebody asks for exactly these letters.
export interface Match {
  readonly from: number;
  readonly to: number;
}

const FOLDS: Readonly<Record<string, string>> = { أ: "ا", إ: "ا", آ: "ا", ٱ: "ا", ى: "ي", ئ: "ي", ؤ: "و", ة: "ه" };

export function matches(text: string, sought: string, exact: boolean): Match[] {
  if (exact) return places(text, sought).map((from) => ({ from, to: from + sought.length }));
  const { letters, at } = folded(text);
  const wanted = folded(sought).letters;
  return places(letters, wanted).map((from) => ({ from: at[from] ?? 0, to: at[from + wanted.length] ?? text.length }));
}

function places(text: string, sought: string): number[] {
  const found: number[] = [];
  if (!sought) return found;
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + sought.length)) found.push(at);
  return found;
}

function folded(text: string): { letters: string; at: Uint32Array } {
  const at = new Uint32Array(text.length + 1);
  const letters: string[] = [];
  for (let place = 0; place < text.length; place += 1) {
    const code = text.charCodeAt(place);
    if (isSilent(code)) continue;
    at[letters.length] = place;
    letters.push(letter(text.charAt(place), code));
  }
  at[letters.length] = text.length;
  return { letters: letters.join(""), at: at.subarray(0, letters.length + 1) };
}

function letter(sign: string, code: number): string {
  if (code >= 0x660 && code <= 0x669) return String.fromCharCode(code - 0x660 + 48);
  const small = FOLDS[sign] ?? sign.toLowerCase();
  return small.length === 1 ? small : sign;
}

// Vowel signs, other marks over and under letters, tatweel, signs of direction and joining.
const isSilent = (code: number): boolean =>
  (code >= 0x300 && code <= 0x36f) ||
  (code >= 0x610 && code <= 0x61a) ||
  code === 0x640 ||
  (code >= 0x64b && code <= 0x65f) ||
  code === 0x670 ||
  (code >= 0x6d6 && code <= 0x6ed && code !== 0x6dd && code !== 0x6de) ||
  (code >= 0x200c && code <= 0x200f);
