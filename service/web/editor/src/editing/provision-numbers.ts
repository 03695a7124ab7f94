// Numbers of provisions that nobody types, as they will read. The rules are the server's; here they are for looks only.
import { Facet } from "@codemirror/state";

import type { Side } from "./text-direction.js";

// The words of the first numbers, by unit, as the edition's style has them; units that are counted in digits have none.
export interface Scheme {
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly own: (value: number) => string;
}

export const scheme = Facet.define<Scheme | null, Scheme | null>({ combine: (given) => given[0] ?? null });
export const usualSide = Facet.define<Side, Side>({ combine: (given) => given[0] ?? "ltr" });

export function schemeOf(given: string | undefined, own: (value: number) => string): Scheme | null {
  if (!given) return null;
  const { lists, units } = JSON.parse(given) as { lists: string[][]; units: Record<string, number> };
  return { words: Object.fromEntries(Object.entries(units).map(([unit, place]) => [unit, lists[place] ?? []])), own };
}

export function digitsOf(lang: string, digits = "latn"): (value: number) => string {
  const own = new Intl.NumberFormat(`${lang}-u-nu-${digits}`, { useGrouping: false });
  return (value) => own.format(value);
}

const UNITS: Readonly<Record<string, string>> = {
  جزء: "book",
  باب: "part",
  فصل: "chapter",
  قسم: "section",
  مادة: "article",
  فقرة: "paragraph",
  بند: "clause",
  ملحق: "annex",
};
const ENGLISH = ["book", "part", "chapter", "section", "article", "paragraph", "clause", "annex"];
const THROUGHOUT = new Set(["book", "part", "article", "annex"]);

const NAMED = new RegExp(
  `^(?:\\*\\*|__)?((?:ال)?(?:${Object.keys(UNITS).join("|")})|${ENGLISH.join("|")})(?!\\p{L})`,
  "iu",
);
const END = /^[ \t]*(?:$|[:.،,–—-]|\*\*|__|\{#|#+[ \t]*$|\[\^)/u;
const DIGITS = /^[ \t]*[(]?(\p{Nd}+)/u;
const WORDED = /^[ \t]+([\p{L}\p{M}-]+(?: [\p{L}\p{M}]+){0,3})/u;

export interface Numbered {
  // How far behind the signs of the heading the number reads, and what it says.
  readonly after: number;
  readonly words: string;
}

// Counts the headings of a text in their order.
export class Count {
  private readonly last = new Map<string, { level: number; number: number }>();

  constructor(private readonly by: Scheme) {}

  // The number of the next heading, where nobody typed it.
  next(level: number, words: string): Numbered | null {
    for (const [unit, one] of this.last) if (!THROUGHOUT.has(unit) && one.level > level) this.last.delete(unit);
    const found = NAMED.exec(words);
    if (!found?.[1]) return null;
    const name = found[1].toLowerCase();
    const unit = UNITS[name.replace(/^ال/u, "")] ?? name;
    const rest = words.slice(found[0].length);
    const before = this.last.get(unit)?.number ?? 0;
    if (!END.test(rest)) {
      this.last.set(unit, { level, number: Math.max(before, this.typed(unit, rest)) });
      return null;
    }
    this.last.set(unit, { level, number: before + 1 });
    return { after: found[0].length, words: ` ${this.by.words[unit]?.[before] ?? this.by.own(before + 1)}` };
  }

  private typed(unit: string, rest: string): number {
    const digits = DIGITS.exec(rest)?.[1];
    if (digits) return Number(digits.replace(/\p{Nd}/gu, (one) => String(valueOf(one))));
    const said = WORDED.exec(rest)?.[1] ?? "";
    const words = this.by.words[unit] ?? [];
    return words.reduce((most, word, place) => (said === word || said.startsWith(`${word} `) ? place + 1 : most), 0);
  }
}

// Decimal digits stand in runs of ten.
function valueOf(digit: string): number {
  const point = digit.codePointAt(0) ?? 48;
  let zero = point;
  while (point - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return point - zero;
}
