// Mentions: an autocomplete list (WAI-ARIA listbox) for @ and the first letters of a name.
import { findMatches } from "../editing/matching.js";
import { createElement, isolate } from "../ui/dom.js";
import type { Reader } from "./comment-api.js";

const MAX_SUGGESTIONS = 4;
const REGEXP_SYNTAX = /[$()*+.?[\\\]^{|}/-]/gu;
const MENTION_START = /(?:^|[\s(«"])@([^\s@]{0,30}(?: [^\s@]{1,30})?)$/;

export class MentionPicker {
  readonly list = createElement("ul", { class: "ed-names", role: "listbox" });
  private readonly picked = new Map<string, string>();
  private suggestions: Reader[] = [];
  private activeIndex = 0;

  constructor(
    private readonly field: HTMLTextAreaElement,
    id: string,
    label: string,
    private readonly candidates: () => readonly Reader[],
    private readonly onSuggestions: (count: number) => void,
  ) {
    this.list.id = id;
    this.list.hidden = true;
    this.list.setAttribute("aria-label", label);
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("input", () => this.refresh());
    field.addEventListener("blur", () => this.close());
    field.addEventListener("keydown", (event) => this.onKeydown(event));
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const item = (event.target as Element).closest("li");
      if (item) this.pick([...this.list.children].indexOf(item));
    });
  }

  /** The ids of the people who were picked and whose names are still in the text. */
  get people(): string[] {
    return [...this.picked].filter(([, name]) => mentionPattern(name).test(this.field.value)).map(([id]) => id);
  }

  clear(): void {
    this.picked.clear();
    this.close();
  }

  private refresh(): void {
    const match = MENTION_START.exec(this.field.value.slice(0, this.field.selectionStart));
    const query = match?.[1];
    const fits = (reader: Reader) =>
      !query || [reader.organisation, ...reader.names].some((name) => findMatches(name, query, false).length > 0);
    this.suggestions = query === undefined ? [] : this.candidates().filter(fits).slice(0, MAX_SUGGESTIONS);
    // After a bare @ nothing is preselected: Enter must not mention somebody by accident.
    this.activeIndex = query ? 0 : -1;
    this.render();
    if (this.suggestions.length) this.onSuggestions(this.suggestions.length);
  }

  private render(): void {
    const items = this.suggestions.map((reader, index) => {
      const item = createElement("li", {
        id: `${this.list.id}-${index}`,
        role: "option",
        "aria-selected": String(index === this.activeIndex),
      });
      item.append(createElement("bdi", {}, reader.name), createElement("small", {}, isolate(reader.organisation)));
      return item;
    });
    this.list.replaceChildren(...items);
    this.list.hidden = !items.length;
    const active = items[this.activeIndex];
    if (active) this.field.setAttribute("aria-activedescendant", active.id);
    else this.field.removeAttribute("aria-activedescendant");
    if (items.length) this.list.scrollIntoView({ block: "nearest" });
  }

  private close(): void {
    this.suggestions = [];
    this.render();
  }

  private onKeydown(event: KeyboardEvent): void {
    if (!this.suggestions.length || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const from = this.activeIndex < 0 && step < 0 ? 0 : this.activeIndex;
      this.activeIndex = (from + step + this.suggestions.length) % this.suggestions.length;
      this.render();
    } else if (this.activeIndex >= 0 && (event.key === "Enter" || event.key === "Tab")) this.pick(this.activeIndex);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private pick(index: number): void {
    const one = this.suggestions[index];
    if (!one) return;
    const at = this.field.selectionStart;
    const from = this.field.value.lastIndexOf("@", at - 1);
    this.field.setRangeText(`@${one.name} `, from, at, "end");
    this.picked.set(one.id, one.name);
    this.close();
    this.field.focus();
  }
}

/** Matches a mention of exactly this name, not of a longer one that begins with it. */
export const mentionPattern = (name: string): RegExp =>
  new RegExp(`@${name.replace(REGEXP_SYNTAX, "\\$&")}(?![\\p{L}\\p{M}\\p{N}])`, "u");
