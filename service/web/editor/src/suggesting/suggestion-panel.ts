// The list of pending suggested changes beside the text, with what a person may do about each, and their marks in it.
import type { EditorView } from "@codemirror/view";

import type { DraftEditor } from "../editing/editor.js";
import { ApiError, newIdempotencyKey, request } from "../sync/api-client.js";
import type { EditorBridge } from "../ui/bundle-bridge.js";
import { createElement, requirePart } from "../ui/dom.js";
import { requirePagePart } from "../ui/status-line.js";
import { codePointOffsets, type Place, trimmed } from "./places.js";
import { type SuggestionMark, SuggestionMarks } from "./suggestion-marks.js";

interface Suggestion {
  readonly id: string;
  readonly reason: string;
  readonly by: {
    readonly names: Readonly<Record<string, string>>;
    readonly organisation: Readonly<Record<string, string>>;
    readonly colour: number;
  };
  readonly is_own: boolean;
  readonly places: readonly Place[];
}

interface Placed {
  readonly epoch: number;
  readonly seq: number;
  readonly can_decide: boolean;
  readonly items: readonly Suggestion[];
}

const NOTHING: Placed = { epoch: 0, seq: 0, can_decide: false, items: [] };
const REFETCH_DELAY = 2500;
/** Milliseconds between two looks for what others suggested or decided, while the page is visible. */
const LOOK_INTERVAL = 60_000;
const SETTLE_DELAY = 700;
const UNREACHABLE = new Set(["out", "gone", "offline", "connecting"]);

export class SuggestionPanel {
  private on = false;
  private placed: Placed = NOTHING;
  private view: EditorView | null = null;
  private timer = 0;
  private status = "";
  private readonly box: HTMLElement;
  private readonly marks: SuggestionMarks;
  private readonly address: string;

  constructor(
    private readonly bridge: EditorBridge,
    private readonly onToggle: (on: boolean) => void,
  ) {
    this.box = requirePart(bridge.root, "suggestions");
    this.marks = new SuggestionMarks(bridge.cm);
    this.address = bridge.root.dataset.edition ?? "";
    requirePart(this.box, "shut-suggestions").addEventListener("click", () => this.toggle());
    addEventListener("focus", () => this.scheduleFetch());
    setInterval(() => document.visibilityState === "visible" && this.view && void this.fetch(), LOOK_INTERVAL);
  }

  attach({ view }: DraftEditor): void {
    this.view = view;
    const { cm } = this.bridge;
    const listener = cm.EditorView.updateListener.of((update) => update.docChanged && this.scheduleFetch());
    view.dispatch({ effects: cm.StateEffect.appendConfig.of([this.marks.extension, listener]) });
    void this.fetch();
  }

  onStatus(status: string): void {
    const cameBack = UNREACHABLE.has(this.status) && !UNREACHABLE.has(status);
    this.status = status;
    if (status === "out" || status === "gone") this.show(NOTHING);
    else if (cameBack) void this.fetch();
  }

  toggle(): void {
    this.on = !this.on;
    this.box.hidden = !this.on;
    this.onToggle(this.on);
    if (this.on) void this.fetch();
    else this.view?.focus();
  }

  private scheduleFetch(delay = REFETCH_DELAY): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.fetch(), delay);
  }

  private async fetch(): Promise<void> {
    clearTimeout(this.timer);
    if (UNREACHABLE.has(this.bridge.room.status)) return;
    const placed = await request<Placed>(`${this.address}/suggestions`).catch(() => null);
    if (placed) this.show(placed);
  }

  private show(placed: Placed): void {
    this.placed = placed;
    const badge = requirePagePart(this.bridge.root, "suggested-count");
    badge.textContent = placed.items.length ? this.bridge.i18n.formatNumber(placed.items.length) : "";
    const list = requirePart(this.box, "suggestion-cards");
    list.replaceChildren(...placed.items.map((one) => this.renderCard(one)));
    requirePart(this.box, "no-suggestions").hidden = placed.items.length > 0;
    this.mark();
  }

  /** Mark the places in the text. They are exact at the position of the response; else they are fetched again. */
  private mark(): void {
    const { view, placed } = this;
    if (!view) return;
    const position = this.bridge.room.settledPosition;
    const isExact = position?.epoch === placed.epoch && position.seq === placed.seq;
    if (placed.items.length && !isExact) {
      if (position) this.scheduleFetch(SETTLE_DELAY);
      return;
    }
    const at = codePointOffsets(view.state.doc.toString());
    const marks = placed.items.flatMap((one) => one.places.map((place) => this.markOf(one, place, at)));
    view.dispatch({ effects: this.marks.update(marks.filter((mark) => mark.from < mark.to || mark.added)) });
  }

  private markOf({ by }: Suggestion, place: Place, at: (point: number) => number): SuggestionMark {
    const { skip, gone, added } = trimmed(place);
    const from = at(place.start) + skip;
    return { from, to: from + gone.length, added, colour: by.colour, author: localized(by.names) };
  }

  private renderCard(one: Suggestion): HTMLElement {
    const organisation = localized(one.by.organisation);
    const head = createElement(
      "p",
      {},
      createElement("b", {}, localized(one.by.names)),
      ...(organisation ? [" ", createElement("span", { class: "soft" }, organisation)] : []),
    );
    const reason = one.reason ? [createElement("p", { class: "sug-reason", dir: "auto" }, one.reason)] : [];
    const places = one.places.map((place) => this.renderPlace(one, place));
    return createElement(
      "li",
      { class: `ed-sug who${one.by.colour}` },
      head,
      ...reason,
      ...places,
      ...this.allButton(one),
    );
  }

  private renderPlace(one: Suggestion, place: Place): HTMLElement {
    const { i18n, root } = this.bridge;
    const { gone, added } = trimmed(place);
    const words = createElement("p", { class: "ed-sug-words", lang: root.dataset.lang ?? "", dir: "auto" });
    if (gone.trim()) words.append(createElement("del", {}, gone.trim()), " ");
    if (added.trim()) words.append(createElement("ins", {}, added.trim()));
    const row = createElement("p", { class: "row" });
    if (place.kind === "conflict") row.append(this.pageLink(one));
    else if (this.placed.can_decide) row.append(this.button(i18n.t("sug_accept"), one, place, "acceptance", "btn"));
    if (this.placed.can_decide || one.is_own) {
      const name = i18n.t(this.placed.can_decide ? "sug_dismiss" : "sug_withdraw");
      row.append(this.button(name, one, place, "dismissal", "btn btn--quiet"));
    }
    return createElement("div", { class: "ed-sug-place" }, words, row);
  }

  /** The button that accepts all changes of a suggestion, where more than one fits. */
  private allButton(one: Suggestion): HTMLElement[] {
    const numbers = one.places.filter((place) => place.kind !== "conflict").flatMap((place) => place.numbers);
    if (!this.placed.can_decide || numbers.length < 2) return [];
    return [this.button(this.bridge.i18n.t("sug_accept_all"), one, { numbers }, "acceptance", "btn")];
  }

  private pageLink({ id }: Suggestion): HTMLElement {
    const document = /documents\/[^/]+/.exec(this.address)?.[0] ?? "";
    return createElement(
      "a",
      { class: "btn", href: `/${document}/suggestions/${id}` },
      this.bridge.i18n.t("sug_choice"),
    );
  }

  private button(
    name: string,
    one: Suggestion,
    place: Pick<Place, "numbers">,
    act: string,
    className: string,
  ): HTMLElement {
    const button = createElement("button", { type: "button", class: className }, name);
    button.addEventListener("click", () => void this.decide(one, place, act));
    return button;
  }

  private async decide({ id }: Suggestion, { numbers: hunks }: Pick<Place, "numbers">, act: string): Promise<void> {
    const address = this.address.replace(/editions\/[^/]+$/, `suggestions/${id}/${act}`);
    try {
      await request(address, JSON.stringify({ hunks }), newIdempotencyKey());
      this.bridge.statusLine.announce(this.bridge.i18n.t("done"));
    } catch (error) {
      this.bridge.statusLine.show((error instanceof ApiError && error.sentence) || this.bridge.i18n.t("not_done"), []);
    }
    await this.fetch();
  }
}

const localized = (names: Readonly<Record<string, string>>): string =>
  names[document.documentElement.lang] ?? Object.values(names)[0] ?? "";
