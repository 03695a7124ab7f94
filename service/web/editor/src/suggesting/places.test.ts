import { expect, test } from "vitest";

import { codePointOffsets, type Place, trimmed } from "./places.js";

const place = (live: string, text: string): Place => ({
  kind: "clean",
  numbers: [1],
  start: 0,
  end: live.length,
  text,
  live,
});

test("code points become offsets, also after a surrogate pair", () => {
  const at = codePointOffsets("a😀b");
  expect([0, 1, 2, 3, 9].map(at)).toEqual([0, 1, 3, 4, 4]);
  expect([0, 2, 9].map(codePointOffsets("abc"))).toEqual([0, 2, 3]);
});

test("words at both ends that stay are left out, whole words only", () => {
  expect(trimmed(place("one two three", "one 2 three"))).toEqual({ skip: 4, gone: "two", added: "2" });
  expect(trimmed(place("النصّ الأوّل", "النصّ الأولى"))).toEqual({ skip: 6, gone: "الأوّل", added: "الأولى" });
});

test("an insertion deletes nothing", () => {
  expect(trimmed(place("", "new "))).toEqual({ skip: 0, gone: "", added: "new " });
  expect(trimmed(place("one two", "one more two"))).toEqual({ skip: 4, gone: "", added: "more " });
});

test("both texts are put together again", () => {
  for (const [live, text] of [
    ["a b", "a b c"],
    ["aa", "a"],
    ["x y z", "z y x"],
    ["same", "same"],
  ] as const) {
    const { skip, gone, added } = trimmed(place(live, text));
    expect(live.slice(skip, skip + gone.length)).toBe(gone);
    expect(live.slice(0, skip) + added + live.slice(skip + gone.length)).toBe(text);
  }
});
