// Counts words. Apostrophes, hyphens and joiners (ZWNJ, ZWJ) are parts of a word, combining marks of their letter.
// biome-ignore lint/suspicious/noMisleadingCharacterClass: the class lists single code points, not joined characters
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}\u2019'\u200c\u200d-]*/gu;

export const countWords = (text: string): number => text.match(WORD)?.length ?? 0;
