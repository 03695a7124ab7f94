import fc from "fast-check";
import { expect, test } from "vitest";

import { type DiffPiece, wordDiff } from "./word-diff.js";

const text = (pieces: readonly DiffPiece[], side: "mine" | "theirs") =>
  pieces
    .filter((piece) => piece.kind === "same" || piece.kind === side)
    .map((piece) => piece.text)
    .join("");

test("one changed word in the middle", () => {
  expect(wordDiff("نحن نؤيّد البيان", "نحن نرفض البيان")).toEqual([
    { kind: "same", text: "نحن " },
    { kind: "theirs", text: "نؤيّد" },
    { kind: "mine", text: "نرفض" },
    { kind: "same", text: " البيان" },
  ]);
});

test("equal texts have one piece, and empty texts none", () => {
  expect(wordDiff("a 🙂 b", "a 🙂 b")).toEqual([{ kind: "same", text: "a 🙂 b" }]);
  expect(wordDiff("", "")).toEqual([]);
});

test("an insertion and a deletion", () => {
  expect(wordDiff("a c", "a b c")).toEqual([
    { kind: "same", text: "a " },
    { kind: "mine", text: "b " },
    { kind: "same", text: "c" },
  ]);
  expect(wordDiff("a b c", "a c").map((piece) => piece.kind)).toEqual(["same", "theirs", "same"]);
});

test("what is common at the ends is shortened, on whole characters", () => {
  const long = "🙂".repeat(200);
  const [before, , , after] = wordDiff(`${long} x ${long}`, `${long} y ${long}`);
  expect(before?.text).toBe(`… ${"🙂".repeat(159)} `);
  expect(after?.text).toBe(` ${"🙂".repeat(159)} …`);
});

test("what is common is not shortened below its limit", () => {
  const context = `${"x".repeat(159)} `;
  expect(wordDiff(`${context}a`, `${context}b`)[0]?.text).toBe(context);
});

test("texts too large for a table are replaced as a whole", () => {
  const words = (letter: string) => Array.from({ length: 1500 }, (_, index) => `${letter}${index}`).join(" ");
  const pieces = wordDiff(words("a"), words("b"));
  expect(pieces.map((piece) => piece.kind)).toEqual(["theirs", "mine"]);
});

const WORDS = fc
  .array(fc.constantFrom("المادة", "نحن", "🙂", "article", "١٢", "\n", "نصّ"), { maxLength: 15 })
  .map((words) => words.join(" "));

/** The length of the longest common subsequence, by its definition. */
function longest(one: readonly string[], other: readonly string[]): number {
  const [first, ...rest] = one;
  if (first === undefined || !other.length) return 0;
  const at = other.indexOf(first);
  return Math.max(longest(rest, other), at < 0 ? 0 : 1 + longest(rest, other.slice(at + 1)));
}

test("as much as possible is common", () => {
  const words = fc.array(fc.constantFrom("أ", "ب", "🙂"), { maxLength: 7 });
  fc.assert(
    fc.property(words, words, (theirs, mine) => {
      const pieces = wordDiff(theirs.join("\n"), mine.join("\n")).filter((piece) => piece.kind === "same");
      const tokens = (text: string) => text.match(/\s+|\S+/g) ?? [];
      const common = pieces.flatMap((piece) => tokens(piece.text)).length;
      expect(common).toBe(longest(tokens(theirs.join("\n")), tokens(mine.join("\n"))));
    }),
  );
});

test("the pieces make up both texts, and no two neighbours are of one kind", () => {
  fc.assert(
    fc.property(WORDS, WORDS, (theirs, mine) => {
      const pieces = wordDiff(theirs, mine);
      expect(text(pieces, "mine")).toBe(mine);
      expect(text(pieces, "theirs")).toBe(theirs);
      pieces.forEach((piece, index) => {
        expect(piece.text).not.toBe("");
        expect(piece.kind).not.toBe(pieces[index - 1]?.kind);
      });
    }),
  );
});
