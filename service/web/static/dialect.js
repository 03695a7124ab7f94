// Converts HTML from a clipboard to text of the dialect. It is parsed in an inert document: nothing in it runs or loads.
import { letterLabel, readLabel } from "./list-labels.js";
import { begun, goesOn, numberingOf } from "./list-numbering.js";
import { CALL, count, labelOf, labelsOf, noteOf, takeNotes } from "./notes.js";
import { escaped, PLAIN, START, styled, styleOf, written } from "./words.js";

const BLOCK =
  "address,article,aside,blockquote,center,dd,details,div,dl,dt,figcaption,figure,footer,form,h1,h2,h3,h4,h5,h6," +
  "header,hr,li,main,nav,ol,p,pre,section,table,tr,td,th,ul,caption";
const SILENT = "script,style,template,noscript,title,img,svg,object,iframe,video,audio,canvas,button,input,select,del";
const COMMENTS =
  "[data-s*='mso-element:comment-list'],[data-s*='mso-comment-reference'],.msocomanchor,.MsoCommentReference";
const LINKED = /^(?:https?:\/\/[^\s/?#<>][^\s<>]*|mailto:[^\s@<>]+@[^\s@<>]+)$/i;

// Returns the text, the number of elements found by kind, and whether it is inline content only. `before` is the text
// into which it is pasted: its footnote labels are not reused.
export function fromHtml(html, before = "") {
  const page = new DOMParser().parseFromString(inert(html), "text/html");
  for (const one of page.querySelectorAll(`${SILENT},${COMMENTS}`)) one.remove();
  const reading = { counts: {}, notes: new Map(), labels: new Map(), taken: labelsOf(before) };
  takeNotes(page, reading);
  const found = blocks(page.body, PLAIN, reading);
  const notes = [...reading.labels].map(([name, label]) => noted(label, reading.notes.get(name), reading));
  return {
    text: [...found.map((one) => one.text), ...notes].join("\n\n"),
    counts: reading.counts,
    inline: found.length < 2 && !notes.length && (found[0]?.kind ?? "words") === "words",
    blocks: found.length,
  };
}

// Rename style attributes and event handlers: the browser would report each as a violation of the content security
// policy.
const inert = (html) =>
  html
    .replace(/<[a-z][^<>]*>/gi, (tag) =>
      tag.replace(/\sstyle(?=\s*=)/gi, " data-s").replace(/\son(?=[a-z]+\s*=)/gi, " data-"),
    )
    .replace(/<(\/?)style\b/gi, "<$1template");

// ---- footnotes

function noted(label, body, reading) {
  const words = blocks(body, PLAIN, reading).map((one) => one.text);
  return `[^${label}]: ${indented(words.join("\n\n"), 4)}`;
}

// ---- blocks

function blocks(node, style, reading) {
  const found = [];
  let run = [];
  const flush = () => {
    const words = written(run);
    if (words) found.push(...words.split(/\n{2,}/).map((text) => ({ kind: "words", text })));
    run = [];
  };
  for (const child of node.childNodes) {
    if (child.nodeType === Node.ELEMENT_NODE && (child.matches(BLOCK) || child.querySelector(BLOCK))) {
      flush();
      found.push(...block(child, styled(child, style), reading));
    } else {
      run.push(...pieces(child, style, reading));
    }
  }
  flush();
  return gathered(found, reading);
}

function block(element, style, reading) {
  const kind = element.localName;
  const level = levelOf(element);
  if (level !== null) return heading(element, level, style, reading);
  const item = itemOf(element, style, reading);
  if (item) return [item];
  if (kind === "ol" || kind === "ul") return [listOf(element, style, reading)];
  if (kind === "table") return tableOf(element, style, reading);
  if (kind === "hr") return [{ kind: "rule", text: "---" }];
  if (kind === "pre") return [{ kind: "words", text: escaped(element.textContent.trimEnd()).replace(START, "\\$&") }];
  const inner = blocks(element, style, reading);
  if (kind !== "blockquote" || !inner.length) return inner;
  const quoted = inner.map((one) => one.text).join("\n\n");
  return [{ kind: "quote", text: quoted.replace(/^/gm, "> ").replace(/ $/gm, "") }];
}

// The level of a heading: 0 for a title, 1 to 6 for a heading, null for anything else, and within tables and lists.
function levelOf(element) {
  if (element.closest("td,th,li")) return null;
  if (element.matches(".MsoTitle,p.title")) return 0;
  const named = /^h([1-6])$/.exec(element.localName) ?? /mso-outline-level:\s*([1-6])/i.exec(styleOf(element));
  return named ? Number(named[1]) : null;
}

function heading(element, level, style, reading) {
  const run = pieces(element, style, reading).map((one) => ({ ...one, ...PLAIN }));
  const words = written(run).replace(/\s*\n\s*/g, " ");
  if (!words) return [];
  count(reading, "headings");
  return [{ kind: "heading", text: `${"#".repeat(Math.min(level + 1, 6))} ${words}` }];
}

// ---- lists

// A paragraph that Word formatted as a list item: its level, its number if it has one, and the letter or Roman numeral
// that labels it, else "". Null for other paragraphs.
function itemOf(element, style, reading) {
  const level = /mso-list:\s*l\d+\s+level(\d)/i.exec(styleOf(element));
  const mark = element.querySelector("[data-s*='mso-list:Ignore' i]");
  const sign = mark?.textContent.replace(/\s+/g, " ").trim() ?? "";
  if (!level || !sign || /\p{L}{2}.*\p{Nd}/u.test(sign)) return null;
  mark.remove();
  const digits = sign.match(/\p{Nd}+/gu)?.at(-1);
  const letters = digits ? "" : (/^\(?([\p{L}ـ]+)[.)\-–]/u.exec(sign)?.[1] ?? "");
  const label = readLabel(letters).length ? letters : "";
  const ordered = digits !== undefined || letters !== "";
  const text = blocks(element, style, reading)
    .map((one) => one.text)
    .join("\n");
  return { kind: "item", level: Number(level[1]), ordered, number: digits ? numberOf(digits) : null, label, text };
}

// The value of a number in the decimal digits of any script.
function numberOf(digits) {
  const zero = (sign) => {
    let at = sign.codePointAt(0);
    while (/\p{Nd}/u.test(String.fromCodePoint(at - 1)) && sign.codePointAt(0) - at < 9) at -= 1;
    return at;
  };
  return Number([...digits].map((sign) => sign.codePointAt(0) - zero(sign)).join(""));
}

// Group consecutive Word list items into lists. Adjacent lists use different markers, so that they stay separate.
function gathered(found, reading) {
  const out = [];
  for (let place = 0; place < found.length; place += 1) {
    const items = [];
    while (found[place]?.kind === "item") items.push(found[place++]);
    if (items.length) out.push(...nested(items, reading));
    if (found[place]) out.push(found[place]);
  }
  return out.map((one, place) => withDistinctMarker(one, out[place - 1]));
}

function nested(items, reading) {
  const level = Math.min(...items.map((one) => one.level));
  const lists = [];
  for (const one of items) {
    const last = lists.at(-1);
    if (last && one.level > level) last.items.at(-1).deeper.push(one);
    else if (last && goesOn(last, one)) last.items.push({ text: one.text, deeper: [] });
    else lists.push({ ...begun(one), items: [{ text: one.text, deeper: [] }] });
  }
  return lists.map((one) => {
    count(reading, "lists");
    const held = one.items.map((item) => [
      { kind: "words", text: item.text },
      ...(item.deeper.length ? gathered(item.deeper, reading) : []),
    ]);
    return asList(one, held);
  });
}

function listOf(element, style, reading) {
  const held = [];
  const numbering = numberingOf(element);
  for (const child of element.children) {
    const inner = blocks(child.localName === "li" ? child : wrapped(child, numbering), styled(child, style), reading);
    if (child.localName === "li" || !held.length) held.push(inner);
    else held.at(-1).push(...inner);
  }
  count(reading, "lists");
  return asList(numbering, held);
}

function wrapped(element, { ordered, style }) {
  const holder = element.ownerDocument.createElement("div");
  if (ordered && style === "decimal") holder.dataset.digits = "";
  holder.append(element.cloneNode(true));
  return holder;
}

// Rendered with both markers, so that of two adjacent lists one can use the other marker. Lists of letters have one.
function asList(numbering, held) {
  const { ordered, start, style } = numbering;
  const signs = style !== "decimal" ? ["()", "()"] : ordered ? [".", ")"] : ["-", "*"];
  const [usual, other] = signs.map((sign) => listed(numbering, held, sign));
  return { kind: "list", ordered, start, text: usual, usual, other };
}

const withDistinctMarker = (one, before) =>
  one.kind === "list" && before?.kind === "list" && before.ordered === one.ordered && before.text === before.usual
    ? { ...one, text: one.other }
    : one;

function listed({ ordered, start, style }, held, sign) {
  const tight = held.every((inner) =>
    inner.every((one, place) =>
      place === 0 ? one.kind === "words" : one.kind === "list" && (!one.ordered || one.start === 1),
    ),
  );
  const items = held.map((inner, place) => {
    const number = start + place;
    const mark = style !== "decimal" ? `(${letterLabel(number, style)}) ` : ordered ? `${number}${sign} ` : `${sign} `;
    return mark + indented(inner.map((one) => one.text).join(tight ? "\n" : "\n\n"), mark.length);
  });
  return items.join(tight ? "\n" : "\n\n");
}

const indented = (text, by) => text.replace(/\n(?=[^\n])/g, `\n${" ".repeat(by)}`);

// ---- tables

function tableOf(table, style, reading) {
  const rows = [...table.rows].map((row) => [...row.cells]);
  const caption = table.caption ? blocks(table.caption, style, reading) : [];
  if (table.getAttribute("role") === "presentation" || rows.every((row) => row.length < 2)) {
    return [...caption, ...rows.flat().flatMap((cell) => blocks(cell, style, reading))];
  }
  const lines = rows.map((row) => row.flatMap((cell) => spread(cell, style, reading)));
  const width = Math.max(...lines.map((line) => line.length));
  const full = lines.map((line) => [...line, ...Array(width - line.length).fill("")]);
  const drawn = [full[0], Array(width).fill("---"), ...full.slice(1)].map((line) => `| ${line.join(" | ")} |`);
  count(reading, "tables");
  return [...caption, { kind: "table", text: drawn.join("\n") }];
}

function spread(cell, style, reading) {
  const inner = { ...reading, counts: {} };
  const words = blocks(cell, style, inner)
    .map((one) => one.text)
    .join(" ");
  for (const name of ["strong", "links", "notes"]) {
    if (inner.counts[name]) reading.counts[name] = (reading.counts[name] ?? 0) + inner.counts[name];
  }
  const empty = Array(Math.min(Math.max(cell.colSpan, 1), 50) - 1).fill("");
  return [words.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|"), ...empty];
}

// ---- words

function pieces(node, style, reading) {
  if (node.nodeType === Node.TEXT_NODE) {
    return [{ ...style, text: escaped(node.nodeValue.replace(/[^\S\u2028\u2029]+/g, " ")) }];
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  if (node.localName === "br") return [{ ...PLAIN, text: "\n" }];
  const inner = styled(node, style);
  const each = [...node.childNodes].flatMap((child) => pieces(child, inner, reading));
  if (node.localName === "a") return linked(node, each, reading);
  if (node.matches(BLOCK)) return [...each, { ...PLAIN, text: " " }];
  if (inner.strong && !style.strong && node.textContent.trim()) count(reading, "strong");
  return each;
}

function linked(anchor, each, reading) {
  const href = (anchor.getAttribute("href") ?? "").trim();
  const name = noteOf(anchor, CALL);
  if (reading.notes.has(name)) return [{ ...PLAIN, text: `[^${labelOf(name, reading)}]` }];
  const words = written(each).replaceAll("\n", " ");
  if (!words || !LINKED.test(href)) return each;
  count(reading, "links");
  return [{ ...PLAIN, text: `[${words}](${/[()]/.test(href) ? `<${href}>` : href})` }];
}
