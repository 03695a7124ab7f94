// Labels of list items that are letters or Roman numerals, as the server reads and prints them: «ج», "c", "iii". Letters
// beyond the last are repeated: z, aa, bb.

const LETTERS = {
  abjad: "أ ب ج د هـ و ز ح ط ي ك ل م ن س ع ف ص ق ر ش ت ث خ ذ ض ظ غ".split(" "),
  alpha: [..."abcdefghijklmnopqrstuvwxyz"],
};
const NUMERALS = [
  [1000, "m"],
  [900, "cm"],
  [500, "d"],
  [400, "cd"],
  [100, "c"],
  [90, "xc"],
  [50, "l"],
  [40, "xl"],
  [10, "x"],
  [9, "ix"],
  [5, "v"],
  [4, "iv"],
  [1, "i"],
];
const ROMAN_LABEL = /^(?=[lxvi])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})$/;

const folded = (label) => label.replaceAll("أ", "ا").replaceAll("ـ", "");

// The label of an item, from 1 on. `style`: abjad, lower-alpha, upper-alpha, lower-roman or upper-roman.
export function letterLabel(number, style) {
  const label = style.endsWith("roman") ? roman(number) : repeated(LETTERS[style.replace(/^.*-/, "")], number);
  return style.startsWith("upper") ? label.toUpperCase() : label;
}

const repeated = (letters, number) => letters[(number - 1) % letters.length].repeat(Math.ceil(number / letters.length));

function roman(number) {
  let rest = number;
  return NUMERALS.map(([value, numeral]) => {
    const times = Math.floor(rest / value);
    rest %= value;
    return numeral.repeat(times);
  }).join("");
}

// Whether `label` is that of an item; «ه» and «هـ» are equal, and so are «ا» and «أ».
export const isLabel = (label, number, style) => folded(label) === folded(letterLabel(number, style));

// The styles and numbers that a list beginning with `label` can have, the likeliest first; none for words.
export function readLabel(label) {
  const plain = folded(label);
  if (!/^(?:[a-z]+|[A-Z]+|[\u0621-\u064A]+)$/.test(plain)) return [];
  const lower = plain.toLowerCase();
  const cased = plain === lower ? "lower" : "upper";
  const [style, letters] = /[a-z]/.test(lower) ? [`${cased}-alpha`, LETTERS.alpha] : ["abjad", LETTERS.abjad];
  const letter = letters.findIndex((one) => folded(one) === lower[0]) + 1;
  const same = letter && [...lower].every((one) => one === lower[0]);
  const asLetters = same ? [[style, letter + letters.length * (lower.length - 1)]] : [];
  const asNumeral = ROMAN_LABEL.test(lower) ? [[`${cased}-roman`, numeralOf(lower)]] : [];
  return /^[ivx]+$/.test(lower) ? [...asNumeral, ...asLetters] : [...asLetters, ...asNumeral];
}

function numeralOf(lower) {
  let number = 1;
  while (roman(number) !== lower) number += 1;
  return number;
}

// The label with its punctuation: «٣-» or "3." for digits, else «(ج)». `shown` writes a number in the text's digits.
export const printedLabel = (number, style, rtl, shown = String) =>
  style === "decimal" ? shown(number) + (rtl ? "-" : ".") : `(${letterLabel(number, style)})`;
