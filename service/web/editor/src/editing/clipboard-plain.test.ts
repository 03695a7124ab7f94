import fc from "fast-check";
import { expect, test } from "vitest";
import { fromPlain, withArticleHeadings } from "./clipboard-plain.js";

const lines = (...all: string[]) => all.join("\n");

test("a first line that repeats the title is left out, whatever its marks", () => {
  const pasted = lines("بيان: البيوتُ لأصحابها", "", "نصّ.");
  expect(fromPlain(pasted, { title: "بيان البيوت لأصحابها" })).toEqual({
    text: "نصّ.",
    counts: { title: 1 },
    articles: 0,
  });
  expect(fromPlain(pasted, { title: "عنوان آخر" }).text).toBe(pasted);
  expect(fromPlain("Title", { title: "Title" }).text).toBe("Title");
});

test("sub-bullets keep their level, by sign and by indentation", () => {
  const pasted = lines("Needs:", "•\tWater", "o\tclean", "▪\tdaily", "•\tBread", "\t•\twhite", "After.");
  const wanted = lines("Needs:", "", "- Water", "  - clean", "    - daily", "- Bread", "  - white", "", "After.");
  expect(fromPlain(pasted)).toEqual({ text: wanted, counts: { lists: 1 }, articles: 0 });
  expect(fromPlain(lines("1. One", "  o below", "2. Two")).text).toBe(lines("1. One", "   - below", "2. Two"));
  expect(fromPlain("o brave new world").text).toBe("o brave new world");
});

test("letters with a bracket become a lettered list, words in brackets do not", () => {
  expect(fromPlain(lines("a) one", "b) two")).text).toBe(lines("(a) one", "(b) two"));
  expect(fromPlain(lines("أ) أوّل", "ب) ثانٍ")).text).toBe(lines("(أ) أوّل", "(ب) ثانٍ"));
  for (const kept of ["a) alone", lines("a) one", "c) three"), lines("- a", "- b")])
    expect(fromPlain(kept)).toEqual({ text: kept, counts: {}, articles: 0 });
});

test("lines of tabs become a table", () => {
  const pasted = lines("Shares", "Name\tShare", "Sindyan\t40|60", "", "End.");
  const wanted = lines("Shares", "", "| Name | Share |", "| --- | --- |", "| Sindyan | 40\\|60 |", "", "End.");
  expect(fromPlain(pasted)).toEqual({ text: wanted, counts: { tables: 1 }, articles: 0 });
  expect(fromPlain("one\ttab").text).toBe("one\ttab");
});

test("numbers in brackets become notes where both ends are there, with labels that are free", () => {
  const pasted = lines("A claim [1] and a year [2024].", "", "[1] Its source.");
  expect(fromPlain(pasted, { before: "Known.[^1]" })).toEqual({
    text: lines("A claim [^2] and a year [2024].", "", "[^2]: Its source."),
    counts: { notes: 1 },
    articles: 0,
  });
  expect(fromPlain("[1] Only a list.").text).toBe("[1] Only a list.");
});

test("lines that name articles become headings on request", () => {
  const pasted = lines("المادة ١", "نصّها.", "المادة الثانية: الأرض", "نصّ.", "المادة ٣: لكلّ شخص حقّ في بيته.");
  expect(fromPlain(pasted)).toEqual({ text: pasted, counts: {}, articles: 3 });
  expect(withArticleHeadings(pasted)).toBe(
    lines(
      "## المادة ١",
      "",
      "نصّها.",
      "",
      "## المادة الثانية: الأرض",
      "",
      "نصّ.",
      "",
      "## المادة ٣",
      "",
      "لكلّ شخص حقّ في بيته.",
    ),
  );
  expect(withArticleHeadings("Article 2 – Land", "### Article 1: Water")).toBe("### Article 2: Land\n");
  for (const kept of ["Article 1 of the law says so", "The article 1", "المادة الخام غالية"])
    expect(fromPlain(kept).articles).toBe(0);
});

test("text without signs stays as it is", () => {
  const words = fc
    .stringMatching(/^[\p{L} ,.]{0,40}$/u)
    .filter((line) => !/^\s*(?:o|(?:ال)?مادة|article)\b/iu.test(line));
  fc.assert(
    fc.property(fc.array(words), (all) => {
      const plain = all.map((line) => line.trim() || "x").join("\n");
      expect(fromPlain(plain).text).toBe(plain);
    }),
  );
});
