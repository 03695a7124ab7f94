// Asking somebody by name: @ and the first letters, arrows, Enter.
import { findMatches } from "../editing/matching.js";
import { apart, made } from "../ui/dom.js";
import type { Reader } from "./comment-api.js";

const MOST = 4;
const SIGNS = /[$()*+.?[\\\]^{|}/-]/gu;
const BEGUN = /(?:^|[\s(«"])@([^\s@]{0,30}(?: [^\s@]{1,30})?)$/;

export class Mentions {
  readonly list = made("ul", { class: "ed-names", role: "listbox" });
  private readonly asked = new Map<string, string>();
  private found: Reader[] = [];
  private chosen = 0;

  constructor(
    private readonly field: HTMLTextAreaElement,
    id: string,
    label: string,
    private readonly among: () => readonly Reader[],
    private readonly told: (count: number) => void,
  ) {
    this.list.id = id;
    this.list.hidden = true;
    this.list.setAttribute("aria-label", label);
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("input", () => this.look());
    field.addEventListener("blur", () => this.close());
    field.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const item = (event.target as Element).closest("li");
      if (item) this.pick([...this.list.children].indexOf(item));
    });
  }

  // Those who were picked and whose names still stand in the words.
  get people(): string[] {
    return [...this.asked].filter(([, name]) => asking(name).test(this.field.value)).map(([id]) => id);
  }

  clear(): void {
    this.asked.clear();
    this.close();
  }

  private look(): void {
    const begun = BEGUN.exec(this.field.value.slice(0, this.field.selectionStart));
    const sought = begun?.[1];
    const fits = (one: Reader) =>
      !sought ||
      findMatches(one.name, sought, false).length > 0 ||
      findMatches(one.organisation, sought, false).length > 0;
    this.found = sought === undefined ? [] : this.among().filter(fits).slice(0, MOST);
    // Nobody is asked by a bare @ and the next key.
    this.chosen = sought ? 0 : -1;
    this.show();
    if (this.found.length) this.told(this.found.length);
  }

  private show(): void {
    const items = this.found.map((one, number) => {
      const item = made("li", {
        id: `${this.list.id}-${number}`,
        role: "option",
        "aria-selected": String(number === this.chosen),
      });
      item.append(made("bdi", {}, one.name), made("small", {}, apart(one.organisation)));
      return item;
    });
    this.list.replaceChildren(...items);
    this.list.hidden = !items.length;
    const active = items[this.chosen];
    if (active) this.field.setAttribute("aria-activedescendant", active.id);
    else this.field.removeAttribute("aria-activedescendant");
    if (items.length) this.list.scrollIntoView({ block: "nearest" });
  }

  private close(): void {
    this.found = [];
    this.show();
  }

  private key(event: KeyboardEvent): void {
    if (!this.found.length || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const from = this.chosen < 0 && step < 0 ? 0 : this.chosen;
      this.chosen = (from + step + this.found.length) % this.found.length;
      this.show();
    } else if (this.chosen >= 0 && (event.key === "Enter" || event.key === "Tab")) this.pick(this.chosen);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private pick(number: number): void {
    const one = this.found[number];
    if (!one) return;
    const at = this.field.selectionStart;
    const from = this.field.value.lastIndexOf("@", at - 1);
    this.field.setRangeText(`@${one.name} `, from, at, "end");
    this.asked.set(one.id, one.name);
    this.close();
    this.field.focus();
  }
}

// Where somebody is asked by this name, not by a longer one.
export const asking = (name: string): RegExp =>
  new RegExp(`@${name.replace(SIGNS, "\\$&")}(?![\\p{L}\\p{M}\\p{N}])`, "u");
