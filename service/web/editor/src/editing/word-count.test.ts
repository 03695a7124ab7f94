import { expect, test } from "vitest";

import { countWords } from "./word-count.js";

test.each([
  ["", 0],
  ["🙂 — …", 0],
  ["one two", 2],
  ["it's well-known", 2],
  ["كَتَبَ الكِتابَ", 2],
  ["المادة ١٢: لا‌يجوز", 3],
  ["مرحبًا🙂بكم", 2],
])("%s has %i words", (text, count) => {
  expect(countWords(text)).toBe(count);
});
