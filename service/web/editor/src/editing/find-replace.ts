// Find and replace: the search panel, with the page's own messages.
import {
  EditorSelection,
  type EditorState,
  type Extension,
  Prec,
  type Range,
  StateEffect,
  StateField,
} from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  type KeyBinding,
  keymap,
  type Panel,
  runScopeHandlers,
  showPanel,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import type { I18n } from "../ui/i18n.js";
import { findMatches, type Match } from "./matching.js";

interface Search {
  readonly open: boolean;
  readonly query: string;
  readonly replacement: string;
  readonly exact: boolean;
  readonly matches: readonly Match[];
}

const CLOSED: Search = { open: false, query: "", replacement: "", exact: false, matches: [] };

const updateSearch = StateEffect.define<Partial<Search>>();

const searchField = StateField.define<Search>({
  create: () => CLOSED,
  update(now, change) {
    let next = now;
    for (const effect of change.effects) if (effect.is(updateSearch)) next = { ...next, ...effect.value };
    if (!next.open || (next === now && !change.docChanged)) return next;
    return { ...next, matches: findMatches(change.newDoc.toString(), next.query, next.exact) };
  },
});

const MATCH = Decoration.mark({ class: "ed-match" });
const CURRENT_MATCH = Decoration.mark({ class: "ed-match is-chosen" });

const highlighter = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = highlights(view);
    }

    update(update: ViewUpdate): void {
      this.decorations = highlights(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function highlights(view: EditorView): DecorationSet {
  const { open, matches } = view.state.field(searchField);
  const { from, to } = view.viewport;
  const visible = open ? matches.filter((match) => match.from < to && match.to > from) : [];
  const selected = currentMatch(view.state);
  return Decoration.set(
    visible.map((match): Range<Decoration> => (match === selected ? CURRENT_MATCH : MATCH).range(match.from, match.to)),
  );
}

function currentMatch(state: EditorState): Match | undefined {
  const { main } = state.selection;
  return state.field(searchField).matches.find((match) => match.from === main.from && match.to === main.to);
}

export function openSearch(view: EditorView): boolean {
  const { main } = view.state.selection;
  const selected = view.state.sliceDoc(main.from, Math.min(main.to, main.from + 200));
  view.dispatch({
    effects: updateSearch.of({ open: true, ...(selected && !selected.includes("\n") ? { query: selected } : {}) }),
  });
  focusAndSelect(document.querySelector(".ed-find input"));
  return true;
}

function focusAndSelect(field: HTMLInputElement | null): void {
  field?.focus();
  field?.select();
}

function close(view: EditorView): boolean {
  if (!view.state.field(searchField).open) return false;
  view.dispatch({ effects: updateSearch.of({ open: false }) });
  view.focus();
  return true;
}

const goToMatch =
  (step: 1 | -1) =>
  (view: EditorView): boolean => {
    const { matches, open } = view.state.field(searchField);
    const { main } = view.state.selection;
    const next =
      step > 0
        ? (matches.find((match) => match.from >= main.to) ?? matches[0])
        : (matches.findLast((match) => match.to <= main.from) ?? matches.at(-1));
    if (open && next) selectMatch(view, next);
    return open;
  };

function selectMatch(view: EditorView, match: Match): void {
  view.dispatch({
    selection: EditorSelection.range(match.from, match.to),
    effects: EditorView.scrollIntoView(match.from, { y: "center" }),
  });
}

function replace(view: EditorView): boolean {
  const match = currentMatch(view.state);
  if (!match) return goToMatch(1)(view);
  if (view.state.readOnly) return true;
  const { replacement } = view.state.field(searchField);
  view.dispatch({
    changes: { ...match, insert: replacement },
    selection: { anchor: match.from + replacement.length },
    userEvent: "input",
  });
  return goToMatch(1)(view);
}

function replaceAll(view: EditorView): boolean {
  const { matches, replacement } = view.state.field(searchField);
  if (!view.state.readOnly)
    view.dispatch({ changes: matches.map((match) => ({ ...match, insert: replacement })), userEvent: "input" });
  return true;
}

const SCOPES = "editor search-panel";

const KEYS: readonly KeyBinding[] = [
  { key: "Mod-f", run: openSearch, scope: SCOPES, preventDefault: true },
  { key: "Mod-h", run: openSearch, scope: SCOPES, preventDefault: true },
  { key: "F3", run: goToMatch(1), shift: goToMatch(-1), scope: SCOPES, preventDefault: true },
  { key: "Mod-g", run: goToMatch(1), shift: goToMatch(-1), scope: SCOPES, preventDefault: true },
  { key: "Escape", run: close, scope: SCOPES },
];

export function findReplace(i18n: I18n): Extension {
  const panel = (view: EditorView) => new SearchPanel(view, i18n);
  return [
    searchField,
    highlighter,
    showPanel.from(searchField, ({ open }) => (open ? panel : null)),
    Prec.high(keymap.of(KEYS)),
  ];
}

class SearchPanel implements Panel {
  readonly dom = document.createElement("form");
  readonly top = true;
  private readonly query: HTMLInputElement;
  private readonly replacement: HTMLInputElement;
  private readonly exact = document.createElement("input");
  private readonly counter = document.createElement("output");

  constructor(
    private readonly view: EditorView,
    private readonly i18n: I18n,
  ) {
    this.dom.className = "ed-find";
    this.query = this.field("find");
    this.replacement = this.field("replace_with");
    this.dom.setAttribute("role", "search");
    this.exact.type = "checkbox";
    const label = document.createElement("label");
    label.append(this.exact, i18n.t("exactly"));
    const searchRow = [this.button("find_next", goToMatch(1), "submit"), this.button("find_previous", goToMatch(-1))];
    const replaceRow = [this.button("replace", replace), this.button("replace_all", replaceAll)];
    this.dom.append(
      row(this.query, ...searchRow, this.counter, label),
      row(this.replacement, ...replaceRow, this.button("close", close)),
    );
    this.dom.addEventListener("input", () => this.search());
    this.dom.addEventListener("submit", (event) => {
      event.preventDefault();
      goToMatch(1)(view);
    });
    this.dom.addEventListener(
      "keydown",
      (event) => runScopeHandlers(view, event, "search-panel") && event.preventDefault(),
    );
    this.render();
  }

  mount(): void {
    focusAndSelect(this.query);
  }

  update(): void {
    this.render();
  }

  private render(): void {
    const { query, replacement, exact, matches } = this.view.state.field(searchField);
    if (this.query.value !== query) this.query.value = query;
    if (this.replacement.value !== replacement) this.replacement.value = replacement;
    this.exact.checked = exact;
    const selected = currentMatch(this.view.state);
    const index = selected ? matches.indexOf(selected) + 1 : 0;
    const counts = { place: this.i18n.formatNumber(index), count: this.i18n.formatNumber(matches.length) };
    this.counter.textContent = query
      ? index
        ? this.i18n.t("place_of", counts)
        : this.i18n.n("found", matches.length)
      : "";
  }

  private search(): void {
    this.view.dispatch({
      effects: updateSearch.of({
        query: this.query.value,
        replacement: this.replacement.value,
        exact: this.exact.checked,
      }),
    });
  }

  private field(name: string): HTMLInputElement {
    const field = document.createElement("input");
    field.className = "in";
    field.dir = "auto";
    field.autocomplete = "off";
    field.placeholder = this.i18n.t(name);
    field.setAttribute("aria-label", this.i18n.t(name));
    return field;
  }

  private button(
    name: string,
    action: (view: EditorView) => boolean,
    type: "button" | "submit" = "button",
  ): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = type;
    button.className = "btn btn--quiet";
    button.textContent = this.i18n.t(name);
    if (type === "button") button.addEventListener("click", () => action(this.view));
    return button;
  }
}

function row(...children: Node[]): HTMLElement {
  const element = document.createElement("div");
  element.className = "row";
  element.append(...children);
  return element;
}
