// Live preview: the markup of the dialect is hidden, except where the selection touches it.
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
import { ADDRESS, CODE, DIRECTION_RUN, EMPHASIS, HIDDEN, LINK, STRONG, SYNTAX, TextWidget } from "./decorations.js";
import { DIRECTION_SPAN, FOOTNOTE_DEFINITION, FOOTNOTE_REFERENCE, HEADING_ID, listItem } from "./dialect.js";
import { printedLabel } from "./list-labels.js";
import { footnoteNumbers, headings } from "./outline.js";
import { baseDirection } from "./provision-numbers.js";
import { lineDirection, type TextDirection } from "./text-direction.js";

export const numberFormat = Facet.define<(value: number) => string, (value: number) => string>({
  combine: (given) => given[0] ?? String,
});

class PreviewBuilder {
  private readonly decorations: Range<Decoration>[] = [];
  private readonly isolates: Range<Decoration>[] = [];
  private readonly lineClasses = new Map<number, Set<string>>();
  private readonly codeRanges: { from: number; to: number }[] = [];

  constructor(private readonly view: EditorView) {
    for (const { from, to } of view.visibleRanges) this.decorate(from, to);
    for (const { number } of headings(view.state)) {
      if (number && number.at >= view.viewport.from && number.at <= view.viewport.to)
        this.insertNumber(number.at, number.text);
    }
  }

  get decorationSet(): DecorationSet {
    return Decoration.set(this.decorations, true);
  }

  get isolateSet(): DecorationSet {
    return Decoration.set(this.isolates, true);
  }

  private get state(): EditorState {
    return this.view.state;
  }

  private decorate(from: number, to: number): void {
    syntaxTree(this.state).iterate({ from, to, enter: (node) => this.decorateNode(node) });
    for (let at = from; at <= to; ) {
      const line = this.state.doc.lineAt(at);
      this.decorateLine(line.from, line.text);
      at = line.to + 1;
    }
  }

  private decorateNode(node: SyntaxNodeRef): boolean | undefined {
    const level = /^(?:ATX|Setext)Heading(\d)$/.exec(node.name)?.[1];
    if (level) this.addClassToLines(node, `ed-h ed-h${level}`);
    switch (node.name) {
      case "HeaderMark":
      case "QuoteMark":
        this.hideSyntax(node.from, this.skipBlanks(node.to), this.isOnSelectedLine(node.from));
        return;
      case "StrongEmphasis":
        this.addMark(STRONG, node.from, node.to);
        return;
      case "Emphasis":
        this.addMark(EMPHASIS, node.from, node.to);
        return;
      case "EmphasisMark":
      case "CodeMark":
        this.hideSyntax(node.from, node.to, this.touchesSelection(node.node.parent ?? node));
        return;
      case "Escape":
        this.hideSyntax(node.from, node.from + 1, this.touchesSelection(node));
        return;
      case "InlineCode":
        this.addMark(CODE, node.from, node.to);
        this.isolates.push(CODE.range(node.from, node.to));
        this.codeRanges.push({ from: node.from, to: node.to });
        return;
      case "Link":
        return this.decorateLink(node);
      case "ListMark":
        this.decorateListItem(node);
        return;
      case "Blockquote":
        this.addClassToLines(node, "ed-quote");
        return;
      case "FencedCode":
      case "CodeBlock":
        this.addClassToLines(node, "ed-pre");
        this.codeRanges.push({ from: node.from, to: node.to });
        return false;
      case "HorizontalRule":
        this.addClassToLines(node, "ed-rule");
        return;
      default:
        return;
    }
  }

  private decorateLink(node: SyntaxNodeRef): boolean {
    const text = this.state.sliceDoc(node.from, node.to);
    const end = text.indexOf("](");
    if (end < 0) return false;
    const revealed = this.touchesSelection(node);
    if (revealed) {
      this.addMark(ADDRESS, node.from + end + 1, node.to);
      this.isolates.push(ADDRESS.range(node.from + end + 1, node.to));
    } else if (end === 1) {
      this.replace(node.from, node.to, new TextWidget(this.referenceLabel(text.slice(3, -1)), "ed-ref"));
    } else {
      this.hideSyntax(node.from, node.from + 1, false);
      this.hideSyntax(node.from + end, node.to, false);
    }
    this.addMark(LINK, node.from, node.to);
    return end > 1;
  }

  private referenceLabel(target: string): string {
    const heading = headings(this.state).find((heading) => `#${heading.id}` === target);
    return heading ? heading.label : target.replace(/^ref:/, "");
  }

  private decorateListItem(node: SyntaxNodeRef): void {
    const list = node.node.parent?.parent?.name;
    const line = this.state.doc.lineAt(node.from);
    this.addLineClass(line.from, "ed-li");
    if (this.touchesSelection(node)) return;
    const marker = list === "OrderedList" ? this.itemLabel(node) : "•";
    this.replace(node.from, Math.min(this.skipBlanks(node.to), line.to), new TextWidget(marker, "ed-bullet"));
  }

  /** The label that the text prints: numbers follow the first one, and digits inside digits become letters. */
  private itemLabel({ node }: SyntaxNodeRef): string {
    const list = node.parent?.parent;
    const rtl = this.state.facet(baseDirection) === "rtl";
    let depth = 0;
    for (let around = list?.parent; around; around = around.parent) depth += Number(around.name === "OrderedList");
    let number = parseInt(this.state.sliceDoc(list?.from ?? node.from, node.to), 10);
    for (let item = node.parent?.prevSibling; item; item = item.prevSibling) number += Number(item.name === "ListItem");
    const style = depth % 2 === 0 || number < 1 ? "decimal" : rtl ? "abjad" : "lower-alpha";
    return printedLabel(number, style, rtl, this.state.facet(numberFormat));
  }

  private decorateLine(from: number, text: string): void {
    const direction = lineDirection(text, this.state.facet(baseDirection));
    const footnote = FOOTNOTE_DEFINITION.exec(text);
    const revealed = this.isOnSelectedLine(from);
    if (footnote) {
      this.addLineClass(from, "ed-note");
      if (!revealed)
        this.replace(
          from,
          from + footnote[0].length,
          new TextWidget(this.footnoteNumber(footnote[1] ?? ""), "ed-bullet"),
        );
    }
    if (listItem(text)?.[5] && !this.isInCode(from)) this.addLineClass(from, "ed-li");
    if (text.startsWith("|")) this.addLineClass(from, "ed-table");
    const headingId = HEADING_ID.exec(text);
    if (headingId && text.startsWith("#")) this.hideSyntax(from + headingId.index, from + text.length, revealed);
    for (const call of text.matchAll(FOOTNOTE_REFERENCE))
      this.decorateFootnoteReference(from + call.index, call[0], call[1] ?? "");
    for (const span of text.matchAll(DIRECTION_SPAN))
      this.decorateDirectionSpan(from + span.index, span[0], span[1] ?? "", span[2] as TextDirection);
    const classes = [...(this.lineClasses.get(from) ?? [])].join(" ");
    this.decorations.push(
      Decoration.line({ attributes: { dir: direction, ...(classes && { class: classes }) } }).range(from),
    );
  }

  private decorateFootnoteReference(from: number, text: string, label: string): void {
    const to = from + text.length;
    if (this.isInCode(from) || this.touchesSelection({ from, to })) return;
    this.replace(from, to, new TextWidget(this.footnoteNumber(label), "ed-call"));
  }

  private decorateDirectionSpan(from: number, text: string, content: string, direction: TextDirection): void {
    const to = from + text.length;
    if (this.isInCode(from)) return;
    this.addMark(DIRECTION_RUN[direction], from, to);
    this.isolates.push(DIRECTION_RUN[direction].range(from, to));
    const revealed = this.touchesSelection({ from, to });
    this.hideSyntax(from, from + 1, revealed);
    this.hideSyntax(from + 1 + content.length, to, revealed);
  }

  /** Footnotes are numbered by the order of their references, not by their labels. */
  private footnoteNumber(label: string): string {
    const number = footnoteNumbers(this.state).get(label);
    return number === undefined ? label : this.state.facet(numberFormat)(number);
  }

  private addClassToLines(node: { from: number; to: number }, className: string): void {
    for (let at = node.from; at <= node.to; ) {
      const line = this.state.doc.lineAt(at);
      this.addLineClass(line.from, className);
      at = line.to + 1;
    }
  }

  private addLineClass(line: number, className: string): void {
    const classes = this.lineClasses.get(line) ?? new Set();
    this.lineClasses.set(line, classes.add(className));
  }

  private addMark(mark: Decoration, from: number, to: number): void {
    if (from < to) this.decorations.push(mark.range(from, to));
  }

  private hideSyntax(from: number, to: number, revealed: boolean): void {
    this.addMark(revealed ? SYNTAX : HIDDEN, from, to);
  }

  private replace(from: number, to: number, widget: WidgetType): void {
    this.addMark(Decoration.replace({ widget }), from, to);
  }

  private insertNumber(at: number, text: string): void {
    this.decorations.push(Decoration.widget({ widget: new TextWidget(text, "ed-auto"), side: 1 }).range(at));
  }

  private skipBlanks(at: number): number {
    const line = this.state.doc.lineAt(at);
    return at + (/^[ \t]*/.exec(line.text.slice(at - line.from))?.[0].length ?? 0);
  }

  private isInCode(at: number): boolean {
    return this.codeRanges.some((one) => one.from <= at && at < one.to);
  }

  private isOnSelectedLine(at: number): boolean {
    return this.touchesSelection(this.state.doc.lineAt(at));
  }

  private touchesSelection({ from, to }: { from: number; to: number }): boolean {
    return this.view.hasFocus && this.state.selection.ranges.some((range) => range.from <= to && range.to >= from);
  }
}

const previewPlugin = ViewPlugin.fromClass(
  class {
    builder: PreviewBuilder;
    tree: unknown;
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.builder = new PreviewBuilder(view);
      this.decorations = this.builder.decorationSet;
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
      this.builder = new PreviewBuilder(update.view);
      this.decorations = this.builder.decorationSet;
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

export const preview: Extension = [
  previewPlugin,
  EditorView.perLineTextDirection.of(true),
  EditorView.bidiIsolatedRanges.of((view) => view.plugin(previewPlugin)?.builder.isolateSet ?? RangeSet.empty),
];
