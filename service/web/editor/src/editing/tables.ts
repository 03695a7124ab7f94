// Tables as they will read. Where the caret is, the rows stand as they are written.
import { type EditorState, type Extension, type Range, StateField, type Transaction } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";

import { type Side, sideOf } from "./text-direction.js";
import { usualSide } from "./provision-numbers.js";

const RULE = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
const FENCE = /^(?:```|~~~)/;
const STYLED = /(\*\*[^*]+\*\*|\*[^*]+\*)/;

interface Found {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly string[];
}

class Drawn extends WidgetType {
  constructor(
    private readonly rows: readonly string[],
    private readonly side: Side,
  ) {
    super();
  }

  override eq(other: Drawn): boolean {
    return other.side === this.side && other.rows.join("\n") === this.rows.join("\n");
  }

  override get estimatedHeight(): number {
    return this.rows.length * 40;
  }

  toDOM(): HTMLElement {
    const [box, table] = [document.createElement("div"), document.createElement("table")];
    box.className = "ed-tabled";
    table.dir = this.side;
    const ends = cells(this.rows[1] ?? "").map(endOf);
    this.rows.forEach((row, number) => number !== 1 && table.append(this.row(row, number ? "td" : "th", ends)));
    box.append(table);
    return box;
  }

  override ignoreEvent(): boolean {
    return false;
  }

  private row(words: string, kind: "td" | "th", ends: readonly string[]): HTMLElement {
    const row = document.createElement("tr");
    cells(words).forEach((one, place) => {
      const [cell, said] = [document.createElement(kind), document.createElement("bdi")];
      said.dir = sideOf(one, this.side);
      said.append(...one.split(STYLED).map(styled));
      cell.className = ends[place] ?? "";
      cell.append(said);
      row.append(cell);
    });
    return row;
  }
}

function styled(words: string): Node {
  const strong = words.startsWith("**");
  if (!STYLED.test(words)) return document.createTextNode(plain(words));
  const piece = document.createElement(strong ? "strong" : "em");
  piece.textContent = plain(words.slice(strong ? 2 : 1, strong ? -2 : -1));
  return piece;
}

const plain = (words: string): string => words.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\\(?=\p{P})/gu, "");

const cells = (row: string): string[] =>
  row
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "")
    .split(/(?<!\\)\|/)
    .map((one) => one.trim());

function endOf(rule: string): string {
  if (rule.endsWith(":")) return rule.startsWith(":") ? "is-middle" : "is-end";
  return "";
}

function found(state: EditorState): Found[] {
  const all: Found[] = [];
  let [at, fenced, from, rows]: [number, boolean, number, string[]] = [0, false, 0, []];
  const close = () => {
    if (rows.length > 1 && RULE.test(rows[1] ?? "")) all.push({ from, to: at - 1, rows });
    rows = [];
  };
  for (const line of state.doc.iterLines()) {
    if (FENCE.test(line)) fenced = !fenced;
    if (line.startsWith("|") && !fenced) {
      if (!rows.length) from = at;
      rows.push(line);
    } else if (rows.length) close();
    at += line.length + 1;
  }
  if (rows.length) close();
  return all;
}

const all = StateField.define<readonly Found[]>({
  create: found,
  update: (now, change) => (change.docChanged ? found(change.state) : now),
});

function drawn(state: EditorState): DecorationSet {
  const touched = ({ from, to }: Found) => state.selection.ranges.some((one) => one.from <= to && one.to >= from);
  const side = state.facet(usualSide);
  const set: Range<Decoration>[] = [];
  for (const one of state.field(all)) {
    if (!touched(one))
      set.push(Decoration.replace({ widget: new Drawn(one.rows, side), block: true }).range(one.from, one.to));
  }
  return Decoration.set(set);
}

const drawing = StateField.define<DecorationSet>({
  create: drawn,
  update: (now, change: Transaction) => (change.docChanged || change.selection ? drawn(change.state) : now),
  provide: (field) => EditorView.decorations.from(field),
});

export const tables: Extension = [all, drawing];
