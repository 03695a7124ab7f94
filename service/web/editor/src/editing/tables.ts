// Renders tables as widgets, except where the selection touches their source.
import { type EditorState, type Extension, type Range, StateField, type Transaction } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import { baseDirection } from "./provision-numbers.js";
import { lineDirection, type TextDirection } from "./text-direction.js";

const DELIMITER_ROW = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
const FENCE = /^(?:```|~~~)/;
const INLINE_STYLE = /(\*\*[^*]+\*\*|\*[^*]+\*)/;

interface TableRange {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly string[];
}

class TableWidget extends WidgetType {
  constructor(
    private readonly rows: readonly string[],
    private readonly direction: TextDirection,
  ) {
    super();
  }

  override eq(other: TableWidget): boolean {
    return other.direction === this.direction && other.rows.join("\n") === this.rows.join("\n");
  }

  override get estimatedHeight(): number {
    return this.rows.length * 40;
  }

  toDOM(): HTMLElement {
    const [box, table] = [document.createElement("div"), document.createElement("table")];
    box.className = "ed-tabled";
    table.dir = this.direction;
    const alignments = splitCells(this.rows[1] ?? "").map(alignmentClass);
    for (const [index, row] of this.rows.entries()) {
      if (index !== 1) table.append(this.renderRow(row, index ? "td" : "th", alignments));
    }
    box.append(table);
    return box;
  }

  override ignoreEvent(): boolean {
    return false;
  }

  private renderRow(source: string, kind: "td" | "th", alignments: readonly string[]): HTMLElement {
    const row = document.createElement("tr");
    splitCells(source).forEach((one, index) => {
      const [cell, content] = [document.createElement(kind), document.createElement("bdi")];
      content.dir = lineDirection(one, this.direction);
      content.append(...one.split(INLINE_STYLE).map(renderInline));
      cell.className = alignments[index] ?? "";
      cell.append(content);
      row.append(cell);
    });
    return row;
  }
}

function renderInline(source: string): Node {
  const strong = source.startsWith("**");
  if (!INLINE_STYLE.test(source)) return document.createTextNode(stripMarkup(source));
  const element = document.createElement(strong ? "strong" : "em");
  element.textContent = stripMarkup(source.slice(strong ? 2 : 1, strong ? -2 : -1));
  return element;
}

const stripMarkup = (source: string): string =>
  source.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\\(?=\p{P})/gu, "");

const splitCells = (row: string): string[] =>
  row
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "")
    .split(/(?<!\\)\|/)
    .map((one) => one.trim());

function alignmentClass(delimiter: string): string {
  if (delimiter.endsWith(":")) return delimiter.startsWith(":") ? "is-middle" : "is-end";
  return "";
}

function findTables(state: EditorState): TableRange[] {
  const tables: TableRange[] = [];
  let [offset, fenced, from, rows]: [number, boolean, number, string[]] = [0, false, 0, []];
  const close = () => {
    if (rows.length > 1 && DELIMITER_ROW.test(rows[1] ?? "")) tables.push({ from, to: offset - 1, rows });
    rows = [];
  };
  for (const line of state.doc.iterLines()) {
    if (FENCE.test(line)) fenced = !fenced;
    if (line.startsWith("|") && !fenced) {
      if (!rows.length) from = offset;
      rows.push(line);
    } else if (rows.length) close();
    offset += line.length + 1;
  }
  if (rows.length) close();
  return tables;
}

const tablesField = StateField.define<readonly TableRange[]>({
  create: findTables,
  update: (now, change) => (change.docChanged ? findTables(change.state) : now),
});

function buildDecorations(state: EditorState): DecorationSet {
  const touched = ({ from, to }: TableRange) =>
    state.selection.ranges.some((range) => range.from <= to && range.to >= from);
  const direction = state.facet(baseDirection);
  const decorations: Range<Decoration>[] = [];
  for (const table of state.field(tablesField)) {
    if (!touched(table))
      decorations.push(
        Decoration.replace({ widget: new TableWidget(table.rows, direction), block: true }).range(table.from, table.to),
      );
  }
  return Decoration.set(decorations);
}

const decorationsField = StateField.define<DecorationSet>({
  create: buildDecorations,
  update: (now, change: Transaction) => (change.docChanged || change.selection ? buildDecorations(change.state) : now),
  provide: (field) => EditorView.decorations.from(field),
});

export const tables: Extension = [tablesField, decorationsField];
