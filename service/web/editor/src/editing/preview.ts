// The text as it will read. The signs of the dialect are shown where somebody writes, and nowhere else.
import { syntaxTree } from "@codemirror/language";
import { type EditorState, type Extension, Facet, type Range, RangeSet } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  ViewPlugin,
  type ViewUpdate,
  type WidgetType,
} from "@codemirror/view";
import type { SyntaxNodeRef } from "@lezer/common";

import { CALL, NAME, NOTE, SPAN } from "./dialect.js";
import { type Side, sideOf } from "./text-direction.js";
import { ADDRESS, CODE, EMPHASIS, HIDDEN, LINK, MARK, RUN, STRONG, Sign } from "./decorations.js";
import { usualSide } from "./provision-numbers.js";
import { called, headings } from "./outline.js";

export const numbering = Facet.define<(value: number) => string, (value: number) => string>({
  combine: (given) => given[0] ?? String,
});

// A dot beside an Arabic digit reads as another digit.
const SEPARATOR: Readonly<Record<Side, string>> = { rtl: " -", ltr: "." };

class Drawing {
  private readonly drawn: Range<Decoration>[] = [];
  private readonly isolates: Range<Decoration>[] = [];
  private readonly looks = new Map<number, Set<string>>();
  private readonly raw: { from: number; to: number }[] = [];

  constructor(private readonly view: EditorView) {
    for (const { from, to } of view.visibleRanges) this.draw(from, to);
    for (const { number } of headings(view.state)) {
      if (number && number.at >= view.viewport.from && number.at <= view.viewport.to)
        this.stands(number.at, number.words);
    }
  }

  get all(): DecorationSet {
    return Decoration.set(this.drawn, true);
  }

  get isolating(): DecorationSet {
    return Decoration.set(this.isolates, true);
  }

  private get state(): EditorState {
    return this.view.state;
  }

  private draw(from: number, to: number): void {
    syntaxTree(this.state).iterate({ from, to, enter: (node) => this.enter(node) });
    for (let at = from; at <= to; ) {
      const line = this.state.doc.lineAt(at);
      this.line(line.from, line.text);
      at = line.to + 1;
    }
  }

  private enter(node: SyntaxNodeRef): boolean | undefined {
    const level = /^(?:ATX|Setext)Heading(\d)$/.exec(node.name)?.[1];
    if (level) this.lines(node, `ed-h ed-h${level}`);
    switch (node.name) {
      case "HeaderMark":
      case "QuoteMark":
        this.hide(node.from, this.pastBlanks(node.to), this.atLine(node.from));
        return;
      case "StrongEmphasis":
        this.put(STRONG, node.from, node.to);
        return;
      case "Emphasis":
        this.put(EMPHASIS, node.from, node.to);
        return;
      case "EmphasisMark":
      case "CodeMark":
        this.hide(node.from, node.to, this.touches(node.node.parent ?? node));
        return;
      case "Escape":
        this.hide(node.from, node.from + 1, this.touches(node));
        return;
      case "InlineCode":
        this.put(CODE, node.from, node.to);
        this.isolates.push(CODE.range(node.from, node.to));
        this.raw.push({ from: node.from, to: node.to });
        return;
      case "Link":
        return this.link(node);
      case "ListMark":
        this.item(node);
        return;
      case "Blockquote":
        this.lines(node, "ed-quote");
        return;
      case "FencedCode":
      case "CodeBlock":
        this.lines(node, "ed-pre");
        this.raw.push({ from: node.from, to: node.to });
        return false;
      case "HorizontalRule":
        this.lines(node, "ed-rule");
        return;
      default:
        return;
    }
  }

  private link(node: SyntaxNodeRef): boolean {
    const text = this.state.sliceDoc(node.from, node.to);
    const end = text.indexOf("](");
    if (end < 0) return false;
    const shown = this.touches(node);
    if (shown) {
      this.put(ADDRESS, node.from + end + 1, node.to);
      this.isolates.push(ADDRESS.range(node.from + end + 1, node.to));
    } else if (end === 1) {
      this.replace(node.from, node.to, new Sign(this.labelOf(text.slice(3, -1)), "ed-ref"));
    } else {
      this.hide(node.from, node.from + 1, false);
      this.hide(node.from + end, node.to, false);
    }
    this.put(LINK, node.from, node.to);
    return end > 1;
  }

  private labelOf(target: string): string {
    const found = headings(this.state).find((one) => `#${one.name}` === target);
    return found ? found.label : target.replace(/^ref:/, "");
  }

  private item(node: SyntaxNodeRef): void {
    const list = node.node.parent?.parent?.name;
    const line = this.state.doc.lineAt(node.from);
    this.look(line.from, "ed-li");
    if (this.touches(node)) return;
    const number = parseInt(this.state.sliceDoc(node.from, node.to), 10);
    const words =
      list === "OrderedList" ? this.state.facet(numbering)(number) + SEPARATOR[this.state.facet(usualSide)] : "•";
    this.replace(node.from, Math.min(this.pastBlanks(node.to), line.to), new Sign(words, "ed-bullet"));
  }

  private line(from: number, text: string): void {
    const side = sideOf(text, this.state.facet(usualSide));
    const note = NOTE.exec(text);
    const shown = this.atLine(from);
    if (note) {
      this.look(from, "ed-note");
      if (!shown) this.replace(from, from + note[0].length, new Sign(this.noteNumber(note[1] ?? ""), "ed-bullet"));
    }
    if (text.startsWith("|")) this.look(from, "ed-table");
    const name = NAME.exec(text);
    if (name && text.startsWith("#")) this.hide(from + name.index, from + text.length, shown);
    for (const call of text.matchAll(CALL)) this.call(from + call.index, call[0], call[1] ?? "");
    for (const span of text.matchAll(SPAN)) this.span(from + span.index, span[0], span[1] ?? "", span[2] as Side);
    const looks = [...(this.looks.get(from) ?? [])].join(" ");
    this.drawn.push(Decoration.line({ attributes: { dir: side, ...(looks && { class: looks }) } }).range(from));
  }

  private call(from: number, text: string, label: string): void {
    const to = from + text.length;
    if (this.isRaw(from) || this.touches({ from, to })) return;
    this.replace(from, to, new Sign(this.noteNumber(label), "ed-call"));
  }

  private span(from: number, text: string, words: string, side: Side): void {
    const to = from + text.length;
    if (this.isRaw(from)) return;
    this.put(RUN[side], from, to);
    this.isolates.push(RUN[side].range(from, to));
    const shown = this.touches({ from, to });
    this.hide(from, from + 1, shown);
    this.hide(from + 1 + words.length, to, shown);
  }

  // Notes are numbered as they are called, whatever their labels.
  private noteNumber(label: string): string {
    const number = called(this.state).get(label);
    return number === undefined ? label : this.state.facet(numbering)(number);
  }

  private lines(node: { from: number; to: number }, look: string): void {
    for (let at = node.from; at <= node.to; ) {
      const line = this.state.doc.lineAt(at);
      this.look(line.from, look);
      at = line.to + 1;
    }
  }

  private look(line: number, look: string): void {
    const looks = this.looks.get(line) ?? new Set();
    this.looks.set(line, looks.add(look));
  }

  private put(mark: Decoration, from: number, to: number): void {
    if (from < to) this.drawn.push(mark.range(from, to));
  }

  private hide(from: number, to: number, shown: boolean): void {
    this.put(shown ? MARK : HIDDEN, from, to);
  }

  private replace(from: number, to: number, widget: WidgetType): void {
    this.put(Decoration.replace({ widget }), from, to);
  }

  private stands(at: number, words: string): void {
    this.drawn.push(Decoration.widget({ widget: new Sign(words, "ed-auto"), side: 1 }).range(at));
  }

  private pastBlanks(at: number): number {
    const line = this.state.doc.lineAt(at);
    return at + (/^[ \t]*/.exec(line.text.slice(at - line.from))?.[0].length ?? 0);
  }

  private isRaw(at: number): boolean {
    return this.raw.some((one) => one.from <= at && at < one.to);
  }

  private atLine(at: number): boolean {
    return this.touches(this.state.doc.lineAt(at));
  }

  private touches({ from, to }: { from: number; to: number }): boolean {
    return this.view.hasFocus && this.state.selection.ranges.some((one) => one.from <= to && one.to >= from);
  }
}

const drawing = ViewPlugin.fromClass(
  class {
    drawn: Drawing;
    tree: unknown;
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.drawn = new Drawing(view);
      this.decorations = this.drawn.all;
      this.tree = syntaxTree(view.state);
    }

    update(update: ViewUpdate): void {
      const tree = syntaxTree(update.state);
      if (
        !update.docChanged &&
        !update.viewportChanged &&
        !update.selectionSet &&
        !update.focusChanged &&
        tree === this.tree
      )
        return;
      this.tree = tree;
      this.drawn = new Drawing(update.view);
      this.decorations = this.drawn.all;
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

export const preview: Extension = [
  drawing,
  EditorView.perLineTextDirection.of(true),
  EditorView.bidiIsolatedRanges.of((view) => view.plugin(drawing)?.drawn.isolating ?? RangeSet.empty),
];
