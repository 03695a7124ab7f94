// Find and replace, in the page's own words.
import { SearchQuery, closeSearchPanel, findNext, findPrevious, getSearchQuery, replaceAll, openSearchPanel, replaceNext, search, setSearchQuery } from "@codemirror/search";
import { type Extension, Prec } from "@codemirror/state";
import { type EditorView, type KeyBinding, type Panel, keymap, runScopeHandlers } from "@codemirror/view";

import type { Words } from "./words.js";

const HERE = "editor search-panel";

const KEYS: readonly KeyBinding[] = [
  { key: "Mod-f", run: openSearchPanel, scope: HERE },
  { key: "Mod-h", run: openSearchPanel, scope: HERE, preventDefault: true },
  { key: "F3", run: findNext, shift: findPrevious, scope: HERE, preventDefault: true },
  { key: "Mod-g", run: findNext, shift: findPrevious, scope: HERE, preventDefault: true },
  { key: "Escape", run: closeSearchPanel, scope: HERE },
];

export function finding(words: Words): Extension {
  return [search({ top: true, createPanel: (view) => new Finder(view, words) }), Prec.high(keymap.of(KEYS))];
}

class Finder implements Panel {
  readonly dom = document.createElement("form");
  readonly top = true;
  private readonly sought: HTMLInputElement;
  private readonly instead: HTMLInputElement;
  private readonly exact: HTMLInputElement;

  constructor(
    private readonly view: EditorView,
    private readonly words: Words,
  ) {
    this.dom.className = "ed-find";
    this.dom.setAttribute("role", "search");
    this.sought = this.field("find");
    this.sought.setAttribute("main-field", "true");
    this.instead = this.field("replace_with");
    this.exact = document.createElement("input");
    this.exact.type = "checkbox";
    const label = document.createElement("label");
    label.append(this.exact, words.say("match_case"));
    const seek = [this.button("find_next", findNext, "submit"), this.button("find_previous", findPrevious)];
    const put = [this.button("replace", replaceNext), this.button("replace_all", replaceAll)];
    this.dom.append(row(this.sought, ...seek, label), row(this.instead, ...put, this.button("close", closeSearchPanel)));
    this.dom.addEventListener("input", () => this.seek());
    this.dom.addEventListener("submit", (event) => {
      event.preventDefault();
      findNext(view);
    });
    this.dom.addEventListener("keydown", (event) => runScopeHandlers(view, event, "search-panel") && event.preventDefault());
    this.fill();
  }

  mount(): void {
    this.sought.select();
  }

  update(): void {
    if (!this.dom.contains(document.activeElement)) this.fill();
  }

  private fill(): void {
    const query = getSearchQuery(this.view.state);
    this.sought.value = query.search;
    this.instead.value = query.replace;
    this.exact.checked = query.caseSensitive;
  }

  private seek(): void {
    const query = new SearchQuery({ search: this.sought.value, replace: this.instead.value, caseSensitive: this.exact.checked, literal: true });
    this.view.dispatch({ effects: setSearchQuery.of(query) });
  }

  private field(name: string): HTMLInputElement {
    const field = document.createElement("input");
    field.className = "in";
    field.dir = "auto";
    field.autocomplete = "off";
    field.placeholder = this.words.say(name);
    field.setAttribute("aria-label", this.words.say(name));
    return field;
  }

  private button(name: string, act: (view: EditorView) => boolean, type: "button" | "submit" = "button"): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = type;
    button.className = "btn btn--quiet";
    button.textContent = this.words.say(name);
    if (type === "button") button.addEventListener("click", () => act(this.view));
    return button;
  }
}

function row(...held: Node[]): HTMLElement {
  const line = document.createElement("div");
  line.className = "row";
  line.append(...held);
  return line;
}
