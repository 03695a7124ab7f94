// Reads pasted plain text: a title that repeats the document's, sub-bullets, lettered lists, tables of tabs and notes.
// Pure text in and out; what is not recognised stays as it is.
import { isLabel, readLabel } from "./list-labels.js";
import { labelsOf } from "./notes.js";

const ARTICLE_LINE =
  /^[ \t]*((?:(?:ال)?مادة|article)[ \t]+(?:\(?\p{Nd}+\)?|ال[\p{L}\p{M}]+(?:[ \t]+(?:عشرة|و?ال[\p{L}\p{M}]+))?))[ \t]*(?:$|[:.،–—-]+[ \t]*(.*)$)/iu;
const ARTICLE_HEADING = /^(#{1,4})[ \t]+(?:(?:ال)?مادة|article)(?!\p{L})/imu;
const MAX_TITLE = 80;

const BULLET = /^([ \t]*)([•·●▪■§◦‣*-]|o)[ \t]+(?=\S)/;
const NUMBER = /^([ \t]*)\p{Nd}{1,3}[.)-][ \t]+(?=\S)/u;
const LETTER = /^([ \t]*)\(?([a-z]{1,4}|[\u0621-\u064A]ـ?)\)[ \t]+(?=\S)/u;
const RANKS = { o: 1, "◦": 1, "▪": 2, "■": 2, "§": 2 };
const NOTE = /^[ \t]*\[(\d{1,3})\][ \t]+(?=\S)/;
const TAB_WIDTH = 4;

// The text to insert, what was recognised by kind, and whether it has lines that name articles. `before`: the text into
// which it is pasted, whose note labels are not reused; `title`: the title that is not repeated.
export function fromPlain(plain, { before = "", title = "" } = {}) {
  const counts = {};
  let lines = plain.split("\n");
  for (const step of [withoutTitle, withNotes, withTables, withLists]) lines = step(lines, counts, { before, title });
  const text = Object.keys(counts).length ? tidy(lines.join("\n")) : plain;
  return { text, counts, articles: lines.filter((line) => ARTICLE_LINE.test(line)).length };
}

// The same text with a heading for each line that names an article, at the level of those in `before`.
export function withArticleHeadings(text, before = "") {
  const mark = ARTICLE_HEADING.exec(before)?.[1] ?? "##";
  const lines = text.split("\n").flatMap((line) => {
    const found = ARTICLE_LINE.exec(line);
    if (!found) return [line];
    const [, name, rest = ""] = found;
    const isTitle = rest.length <= MAX_TITLE && !/[.؛;]$/.test(rest.trimEnd());
    if (isTitle) return ["", `${mark} ${rest ? `${name}: ${rest.trim()}` : name}`, ""];
    return ["", `${mark} ${name}`, "", rest];
  });
  return lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^\n+/, "");
}

const tidy = (text) => text.replace(/\n{3,}/g, "\n\n").replace(/\n+$/, "\n");
const count = (counts, kind, more = 1) => (counts[kind] = (counts[kind] ?? 0) + more);
const bare = (line) =>
  line
    .normalize("NFKD")
    .replace(/[^\p{L}\p{Nd}]/gu, "")
    .toLowerCase();

function withoutTitle(lines, counts, { title }) {
  const first = lines.findIndex((line) => line.trim());
  if (first < 0 || !bare(title) || bare(lines[first]) !== bare(title) || lines.length === 1) return lines;
  count(counts, "title");
  const rest = lines.slice(first + 1);
  return rest.slice(
    Math.max(
      0,
      rest.findIndex((line) => line.trim()),
    ),
  );
}

function withNotes(lines, counts, { before }) {
  const taken = labelsOf(before);
  const labels = new Map();
  const isCalled = (number, end) => lines.slice(0, end).some((line) => callsOf(line).includes(number));
  for (const [index, line] of lines.entries()) {
    const number = NOTE.exec(line)?.[1];
    if (!number || labels.has(number) || !isCalled(number, index)) continue;
    let label = 1;
    while (taken.has(String(label))) label += 1;
    taken.add(String(label));
    labels.set(number, label);
  }
  if (!labels.size) return lines;
  count(counts, "notes", labels.size);
  return lines.flatMap((line) => {
    const number = NOTE.exec(line)?.[1];
    const called = (text) =>
      text.replace(/\[(\d{1,3})\](?![(:])/g, (whole, one) => (labels.has(one) ? `[^${labels.get(one)}]` : whole));
    return labels.has(number) ? ["", `[^${labels.get(number)}]: ${line.replace(NOTE, "")}`] : [called(line)];
  });
}

const callsOf = (line) => (NOTE.test(line) ? [] : [...line.matchAll(/\[(\d{1,3})\](?![(:])/g)].map((one) => one[1]));

function withTables(lines, counts) {
  const columns = (line = "") => (/^\t|^\s*$/.test(line) || itemOf(line) ? 1 : line.split("\t").length);
  const made = [];
  for (let at = 0; at < lines.length; ) {
    const width = columns(lines[at]);
    let end = at + 1;
    while (width > 1 && columns(lines[end]) === width) end += 1;
    if (end - at < 2) made.push(lines[at]);
    else {
      const rows = lines.slice(at, end).map((line) => rowOf(line.split("\t")));
      made.push("", rows[0], rowOf(Array(width).fill("---")), ...rows.slice(1), "");
      count(counts, "tables");
    }
    at = end;
  }
  return made;
}

const rowOf = (cells) => `| ${cells.map((cell) => cell.trim().replaceAll("|", "\\|")).join(" | ")} |`;

// ---- lists

function withLists(lines, counts) {
  const made = [];
  for (let at = 0; at < lines.length; ) {
    let end = at;
    while (end < lines.length && itemOf(lines[end])) end += 1;
    if (end === at) {
      made.push(lines[at]);
      at += 1;
      continue;
    }
    const run = lines.slice(at, end);
    const written = writtenList(run);
    if (written) {
      count(counts, "lists");
      if (made.length && made.at(-1).trim()) made.push("");
      made.push(...written);
      if (lines[end]?.trim()) made.push("");
    } else made.push(...run);
    at = end;
  }
  return made;
}

function itemOf(line) {
  const found = BULLET.exec(line) ?? NUMBER.exec(line) ?? LETTER.exec(line);
  if (!found) return null;
  const [head, space, sign] = found;
  const indent = [...space].reduce((width, one) => width + (one === "\t" ? TAB_WIDTH : 1), 0);
  const kind = BULLET.test(line) ? "bullet" : NUMBER.test(line) ? "number" : "letter";
  return { kind, indent, sign, head: head.trim(), text: line.slice(head.length) };
}

// The lines of a list in the dialect; null where nothing would change, or where letters are words in brackets.
function writtenList(run) {
  const items = run.map(itemOf);
  if (items[0].sign === "o" || !lettersFollow(items)) return null;
  const stack = [];
  const written = items.map((item) => {
    const rank = RANKS[item.sign] ?? 0;
    while (
      stack.length &&
      (stack.at(-1).rank > rank || (stack.at(-1).rank === rank && stack.at(-1).indent >= item.indent))
    )
      stack.pop();
    const mark = item.kind === "bullet" ? "-" : item.kind === "letter" ? `(${item.sign})` : item.head;
    const prefix = stack.reduce((width, one) => width + one.width, 0);
    stack.push({ rank, indent: item.indent, width: item.kind === "bullet" ? 2 : mark.length + 1 });
    return `${" ".repeat(prefix)}${mark} ${item.text}`;
  });
  return written.some((line, index) => line !== run[index]) ? written : null;
}

function lettersFollow(items) {
  const letters = items.filter((item) => item.kind === "letter");
  if (!letters.length) return true;
  const readings = readLabel(letters[0].sign);
  return (
    letters.length > 1 &&
    readings.some(([style, first]) => letters.every(({ sign }, index) => isLabel(sign, first + index, style)))
  );
}
