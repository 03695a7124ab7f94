// The column of comment cards, aligned with their passages.
import type { EditorView } from "@codemirror/view";
import type { EditorBridge } from "../ui/bundle-bridge.js";
import { requirePart } from "../ui/dom.js";
import type { I18n } from "../ui/i18n.js";
import { requirePagePart } from "../ui/status-line.js";
import { layoutCards } from "./card-layout.js";
import type { ThreadFilter } from "./thread-filter.js";

export interface ColumnCard {
  readonly id: string;
  readonly dom: HTMLElement;
  /** The start of its passage; null where the passage was deleted. */
  readonly from: number | null;
}

interface ColumnHandlers {
  readonly filtered: () => void;
  readonly close: () => void;
  readonly leave: () => void;
}

const SHEET_MARGIN = 120;
const wideScreen = matchMedia("(min-width: 60.01rem)");

export class CommentColumn {
  private readonly box: HTMLElement;
  private readonly list: HTMLElement;
  private readonly filterSelect: HTMLSelectElement;
  private readonly badge: HTMLElement;
  private readonly i18n: I18n;
  private cards: readonly ColumnCard[] = [];
  private active = "";
  private frameRequest = 0;
  private view: EditorView | null = null;
  /** Cards grow while somebody types in them, and the legend above them is shown and hidden. */
  private readonly resizeObserver = new ResizeObserver(() => this.view && this.scheduleLayout(this.view));

  constructor(bridge: EditorBridge, handlers: ColumnHandlers) {
    this.box = requirePart(bridge.root, "notes");
    this.list = requirePart(this.box, "cards");
    this.filterSelect = requirePart(this.box, "filter") as HTMLSelectElement;
    this.badge = requirePagePart(bridge.root, "open");
    this.i18n = bridge.i18n;
    this.resizeObserver.observe(requirePart(bridge.root, "legend"));
    this.filterSelect.addEventListener("change", handlers.filtered);
    requirePart(this.box, "shut").addEventListener("click", handlers.close);
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && handlers.leave());
  }

  get filter(): ThreadFilter {
    return this.filterSelect.value as ThreadFilter;
  }

  /** Where to scroll a passage: to the centre, or above the bottom sheet on a phone. */
  get scrollOptions(): { y: "start" | "center"; yMargin?: number } {
    return wideScreen.matches ? { y: "center" } : { y: "start", yMargin: SHEET_MARGIN };
  }

  count(open: number, resolved: number): void {
    this.badge.textContent = open ? this.i18n.formatNumber(open) : "";
    const counts = [this.i18n.n("open_comments", open), this.i18n.n("resolved_comments", resolved)];
    requirePart(this.box, "tally").textContent = open + resolved ? this.i18n.formatList(counts) : "";
  }

  focus(): void {
    this.filterSelect.focus({ preventScroll: true });
  }

  show(cards: readonly ColumnCard[], active: string, view: EditorView): void {
    [this.active, this.view] = [active, view];
    this.cards = [...cards].sort((a, b) => (a.from ?? Infinity) - (b.from ?? Infinity));
    const now = [...this.list.children];
    const wanted = this.cards.map((card) => card.dom);
    if (wanted.length !== now.length || wanted.some((dom, index) => dom !== now[index])) this.arrange(wanted);
    requirePart(this.box, "none").hidden = wanted.length > 0;
    this.scheduleLayout(view);
  }

  /** Reorder the cards without moving the focused one, which would lose the focus. */
  private arrange(wanted: readonly HTMLElement[]): void {
    const focused = document.activeElement;
    for (const child of [...this.list.children]) if (!wanted.includes(child as HTMLElement)) this.remove(child);
    wanted.forEach((dom, index) => {
      const current = this.list.children[index];
      if (current !== dom) this.list.insertBefore(dom, current ?? null);
      this.resizeObserver.observe(dom);
    });
    if (focused instanceof HTMLElement && focused !== document.activeElement && this.list.contains(focused))
      focused.focus({ preventScroll: true });
  }

  private remove(child: Element): void {
    this.resizeObserver.unobserve(child);
    child.remove();
  }

  /** Scroll the card and its passage into view on a phone, where the sheet would cover the passage. */
  reveal(id: string): void {
    const one = wideScreen.matches ? undefined : this.cards.find((shown) => shown.id === id);
    one?.dom.scrollIntoView({ block: "nearest" });
    if (one && one.from !== null && this.view) scrollBy(0, topOf(this.view, one.from) - SHEET_MARGIN);
  }

  scheduleLayout(view: EditorView, positionOf?: (id: string) => number | null): void {
    if (positionOf) this.cards = this.cards.map((card) => ({ ...card, from: positionOf(card.id) }));
    this.frameRequest ||= requestAnimationFrame(() => {
      this.frameRequest = 0;
      this.layout(view);
    });
  }

  private layout(view: EditorView): void {
    const doms = this.cards.map((card) => card.dom);
    if (!wideScreen.matches) {
      for (const dom of doms) dom.style.top = "";
      this.list.style.height = "";
      return;
    }
    const base = this.list.getBoundingClientRect().top;
    const wanted = this.cards.map((card) => ({
      top: card.from === null ? 0 : topOf(view, card.from) - base,
      height: card.dom.offsetHeight,
    }));
    const orphanStart = this.cards.filter((card) => card.from !== null).length;
    const tops = layoutCards(
      wanted,
      this.cards.findIndex((card) => card.id === this.active && card.from !== null),
      orphanStart,
    );
    for (const [index, dom] of doms.entries()) dom.style.top = `${tops[index] ?? 0}px`;
    const last = tops.length - 1;
    this.list.style.height = `${(tops[last] ?? 0) + (wanted[last]?.height ?? 0)}px`;
  }
}

function topOf(view: EditorView, at: number): number {
  const position = Math.min(at, view.state.doc.length);
  const { from, to } = view.viewport;
  const coords = position >= from && position <= to ? view.coordsAtPos(position) : null;
  return coords ? coords.top : view.documentTop + view.lineBlockAt(position).top;
}
