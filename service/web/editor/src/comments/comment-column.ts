// The column in which the cards stand.
import type { EditorView } from "@codemirror/view";

import type { Filter } from "./thread-filter.js";
import type { Lent } from "../ui/bundle-bridge.js";
import { inside } from "../ui/dom.js";
import { stacked } from "./card-layout.js";

export interface Shown {
  readonly id: string;
  readonly dom: HTMLElement;
  // Where its passage begins; null: nothing of it is left.
  readonly at: number | null;
}

interface Ways {
  readonly filtered: () => void;
  readonly close: () => void;
  readonly leave: () => void;
}

const ABOVE = 120;
const desk = matchMedia("(min-width: 60.01rem)");

export class Column {
  private readonly box: HTMLElement;
  private readonly list: HTMLElement;
  private readonly choice: HTMLSelectElement;
  private readonly badge: HTMLElement;
  private shown: readonly Shown[] = [];
  private active = "";
  private settling = 0;
  private view: EditorView | null = null;
  // Cards grow while somebody writes in them, and the legend above them comes and goes.
  private readonly growing = new ResizeObserver(() => this.view && this.settle(this.view));

  constructor(lent: Lent, ways: Ways) {
    this.box = inside(lent.place, "notes");
    this.list = inside(this.box, "cards");
    this.choice = inside(this.box, "filter") as HTMLSelectElement;
    this.badge = inside(lent.place, "open");
    this.numbered = (count) => lent.words.number(count);
    this.growing.observe(inside(lent.place, "legend"));
    this.choice.addEventListener("change", ways.filtered);
    inside(this.box, "shut").addEventListener("click", ways.close);
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && ways.leave());
  }

  private readonly numbered: (count: number) => string;

  get filter(): Filter {
    return this.choice.value as Filter;
  }

  // Under the tools at a desk; on a phone above the sheet.
  get way(): { y: "start" | "center"; yMargin?: number } {
    return desk.matches ? { y: "center" } : { y: "start", yMargin: ABOVE };
  }

  count(open: number): void {
    this.badge.textContent = open ? this.numbered(open) : "";
  }

  focus(): void {
    this.choice.focus({ preventScroll: true });
  }

  show(cards: readonly Shown[], active: string, view: EditorView): void {
    [this.active, this.view] = [active, view];
    this.shown = [...cards].sort((one, two) => (one.at ?? Infinity) - (two.at ?? Infinity));
    const now = [...this.list.children];
    const wanted = this.shown.map((one) => one.dom);
    if (wanted.length !== now.length || wanted.some((dom, number) => dom !== now[number])) this.place(wanted);
    inside(this.box, "none").hidden = wanted.length > 0;
    this.settle(view);
  }

  // Whoever writes in a card keeps their place in it when others come or go.
  private place(wanted: readonly HTMLElement[]): void {
    const held = document.activeElement;
    for (const child of [...this.list.children]) if (!wanted.includes(child as HTMLElement)) this.drop(child);
    wanted.forEach((dom, number) => {
      const there = this.list.children[number];
      if (there !== dom) this.list.insertBefore(dom, there ?? null);
      this.growing.observe(dom);
    });
    if (held instanceof HTMLElement && held !== document.activeElement && this.list.contains(held))
      held.focus({ preventScroll: true });
  }

  private drop(child: Element): void {
    this.growing.unobserve(child);
    child.remove();
  }

  // On a phone the sheet would hide the passage it speaks of.
  reveal(id: string): void {
    const one = desk.matches ? undefined : this.shown.find((shown) => shown.id === id);
    one?.dom.scrollIntoView({ block: "nearest" });
    if (one && one.at !== null && this.view) scrollBy(0, topOf(this.view, one.at) - ABOVE);
  }

  settle(view: EditorView, at?: (id: string) => number | null): void {
    if (at) this.shown = this.shown.map((one) => ({ ...one, at: at(one.id) }));
    this.settling ||= requestAnimationFrame(() => {
      this.settling = 0;
      this.set(view);
    });
  }

  private set(view: EditorView): void {
    const doms = this.shown.map((one) => one.dom);
    if (!desk.matches) {
      for (const dom of doms) dom.style.top = "";
      this.list.style.height = "";
      return;
    }
    const base = this.list.getBoundingClientRect().top;
    const wanted = this.shown.map((one) => ({
      top: one.at === null ? 0 : topOf(view, one.at) - base,
      height: one.dom.offsetHeight,
    }));
    const kept = this.shown.filter((one) => one.at !== null).length;
    const tops = stacked(
      wanted,
      this.shown.findIndex((one) => one.id === this.active && one.at !== null),
      kept,
    );
    doms.forEach((dom, number) => (dom.style.top = `${tops[number] ?? 0}px`));
    const last = tops.length - 1;
    this.list.style.height = `${(tops[last] ?? 0) + (wanted[last]?.height ?? 0)}px`;
  }
}

function topOf(view: EditorView, at: number): number {
  const place = Math.min(at, view.state.doc.length);
  const { from, to } = view.viewport;
  const seen = place >= from && place <= to ? view.coordsAtPos(place) : null;
  return seen ? seen.top : view.documentTop + view.lineBlockAt(place).top;
}
