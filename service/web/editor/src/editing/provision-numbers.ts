// Automatic numbers of provisions, for display only: the server's rules decide.
import { Facet } from "@codemirror/state";

import type { TextDirection } from "./text-direction.js";

/** The ordinal words of the first numbers, by unit, in the style of the edition. Units numbered in digits have none. */
export interface NumberingScheme {
  readonly ordinals: Readonly<Record<string, readonly string[]>>;
  readonly formatNumber: (value: number) => string;
}

export const numberingScheme = Facet.define<NumberingScheme | null, NumberingScheme | null>({
  combine: (given) => given[0] ?? null,
});
export const baseDirection = Facet.define<TextDirection, TextDirection>({ combine: (given) => given[0] ?? "ltr" });

export function parseScheme(json: string | undefined, formatNumber: (value: number) => string): NumberingScheme | null {
  if (!json) return null;
  const { lists, units } = JSON.parse(json) as { lists: string[][]; units: Record<string, number> };
  return {
    ordinals: Object.fromEntries(Object.entries(units).map(([unit, index]) => [unit, lists[index] ?? []])),
    formatNumber,
  };
}

export function numberFormatter(lang: string, digits = "latn"): (value: number) => string {
  const format = new Intl.NumberFormat(`${lang}-u-nu-${digits}`, { useGrouping: false });
  return (value) => format.format(value);
}

const ARABIC_UNITS: Readonly<Record<string, string>> = {
  جزء: "book",
  باب: "part",
  فصل: "chapter",
  قسم: "section",
  مادة: "article",
  فقرة: "paragraph",
  بند: "clause",
  ملحق: "annex",
};
const ENGLISH_UNITS = ["book", "part", "chapter", "section", "article", "paragraph", "clause", "annex"];
const CONTINUOUS_UNITS = new Set(["book", "part", "article", "annex"]);

const UNIT_NAME = new RegExp(
  `^(?:\\*\\*|__)?((?:ال)?(?:${Object.keys(ARABIC_UNITS).join("|")})|${ENGLISH_UNITS.join("|")})(?!\\p{L})`,
  "iu",
);
const HEADING_REST = /^[ \t]*(?:$|[:.،,–—-]|\*\*|__|\{#|#+[ \t]*$|\[\^)/u;
const TYPED_DIGITS = /^[ \t]*[(]?(\p{Nd}+)/u;
const TYPED_WORDS = /^[ \t]+([\p{L}\p{M}-]+(?: [\p{L}\p{M}]+){0,3})/u;

export interface AutoNumber {
  /** The offset into the heading's content at which the number is shown, and its text. UTF-16 code units. */
  readonly offset: number;
  readonly text: string;
}

/** Numbers the headings of a text, which are passed in document order. */
export class ProvisionCounter {
  private readonly last = new Map<string, { level: number; number: number }>();

  constructor(private readonly scheme: NumberingScheme) {}

  /** The automatic number of the next heading; null where the number is typed or the heading names no unit. */
  next(level: number, title: string): AutoNumber | null {
    for (const [unit, entry] of this.last)
      if (!CONTINUOUS_UNITS.has(unit) && entry.level > level) this.last.delete(unit);
    const match = UNIT_NAME.exec(title);
    if (!match?.[1]) return null;
    const name = match[1].toLowerCase();
    const unit = ARABIC_UNITS[name.replace(/^ال/u, "")] ?? name;
    const rest = title.slice(match[0].length);
    const before = this.last.get(unit)?.number ?? 0;
    if (!HEADING_REST.test(rest)) {
      this.last.set(unit, { level, number: Math.max(before, this.typedNumber(unit, rest)) });
      return null;
    }
    this.last.set(unit, { level, number: before + 1 });
    return {
      offset: match[0].length,
      text: ` ${this.scheme.ordinals[unit]?.[before] ?? this.scheme.formatNumber(before + 1)}`,
    };
  }

  private typedNumber(unit: string, rest: string): number {
    const digits = TYPED_DIGITS.exec(rest)?.[1];
    if (digits) return Number(digits.replace(/\p{Nd}/gu, (one) => String(digitValue(one))));
    const typed = TYPED_WORDS.exec(rest)?.[1] ?? "";
    const ordinals = this.scheme.ordinals[unit] ?? [];
    return ordinals.reduce(
      (most, word, index) => (typed === word || typed.startsWith(`${word} `) ? index + 1 : most),
      0,
    );
  }
}

/** The value of a decimal digit of any script: Unicode encodes each set of digits as ten consecutive code points. */
function digitValue(digit: string): number {
  const point = digit.codePointAt(0) ?? 48;
  let zero = point;
  while (point - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return point - zero;
}
