// Find and replace, in the page's own words.
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
  type Panel,
  ViewPlugin,
  type ViewUpdate,
  keymap,
  runScopeHandlers,
  showPanel,
} from "@codemirror/view";

import { type Match, matches } from "./matching.js";
import type { Words } from "../ui/i18n.js";

interface Search {
  readonly open: boolean;
  readonly sought: string;
  readonly instead: string;
  readonly exact: boolean;
  readonly found: readonly Match[];
}

const NOTHING: Search = { open: false, sought: "", instead: "", exact: false, found: [] };

const setting = StateEffect.define<Partial<Search>>();

const searching = StateField.define<Search>({
  create: () => NOTHING,
  update(now, change) {
    let next = now;
    for (const effect of change.effects) if (effect.is(setting)) next = { ...next, ...effect.value };
    if (!next.open || (next === now && !change.docChanged)) return next;
    return { ...next, found: matches(change.newDoc.toString(), next.sought, next.exact) };
  },
});

const MATCH = Decoration.mark({ class: "ed-match" });
const CHOSEN = Decoration.mark({ class: "ed-match is-chosen" });

const shown = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = drawn(view);
    }

    update(update: ViewUpdate): void {
      this.decorations = drawn(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function drawn(view: EditorView): DecorationSet {
  const { open, found } = view.state.field(searching);
  const { from, to } = view.viewport;
  const inView = open ? found.filter((one) => one.from < to && one.to > from) : [];
  const chosen = current(view.state);
  return Decoration.set(
    inView.map((one): Range<Decoration> => (one === chosen ? CHOSEN : MATCH).range(one.from, one.to)),
  );
}

function current(state: EditorState): Match | undefined {
  const { main } = state.selection;
  return state.field(searching).found.find((one) => one.from === main.from && one.to === main.to);
}

export function find(view: EditorView): boolean {
  const { main } = view.state.selection;
  const words = view.state.sliceDoc(main.from, Math.min(main.to, main.from + 200));
  view.dispatch({ effects: setting.of({ open: true, ...(words && !words.includes("\n") ? { sought: words } : {}) }) });
  take(document.querySelector(".ed-find input"));
  return true;
}

function take(field: HTMLInputElement | null): void {
  field?.focus();
  field?.select();
}

function close(view: EditorView): boolean {
  if (!view.state.field(searching).open) return false;
  view.dispatch({ effects: setting.of({ open: false }) });
  view.focus();
  return true;
}

const step =
  (way: 1 | -1) =>
  (view: EditorView): boolean => {
    const { found, open } = view.state.field(searching);
    const { main } = view.state.selection;
    const next =
      way > 0
        ? (found.find((one) => one.from >= main.to) ?? found[0])
        : (found.findLast((one) => one.to <= main.from) ?? found.at(-1));
    if (open && next) choose(view, next);
    return open;
  };

function choose(view: EditorView, match: Match): void {
  view.dispatch({
    selection: EditorSelection.range(match.from, match.to),
    effects: EditorView.scrollIntoView(match.from, { y: "center" }),
  });
}

function replace(view: EditorView): boolean {
  const match = current(view.state);
  if (!match) return step(1)(view);
  if (view.state.readOnly) return true;
  const { instead } = view.state.field(searching);
  view.dispatch({
    changes: { ...match, insert: instead },
    selection: { anchor: match.from + instead.length },
    userEvent: "input",
  });
  return step(1)(view);
}

function replaceAll(view: EditorView): boolean {
  const { found, instead } = view.state.field(searching);
  if (!view.state.readOnly)
    view.dispatch({ changes: found.map((one) => ({ ...one, insert: instead })), userEvent: "input" });
  return true;
}

const HERE = "editor search-panel";

const KEYS: readonly KeyBinding[] = [
  { key: "Mod-f", run: find, scope: HERE, preventDefault: true },
  { key: "Mod-h", run: find, scope: HERE, preventDefault: true },
  { key: "F3", run: step(1), shift: step(-1), scope: HERE, preventDefault: true },
  { key: "Mod-g", run: step(1), shift: step(-1), scope: HERE, preventDefault: true },
  { key: "Escape", run: close, scope: HERE },
];

export function finding(words: Words): Extension {
  const panel = (view: EditorView) => new Finder(view, words);
  return [searching, shown, showPanel.from(searching, ({ open }) => (open ? panel : null)), Prec.high(keymap.of(KEYS))];
}

class Finder implements Panel {
  readonly dom = document.createElement("form");
  readonly top = true;
  private readonly sought: HTMLInputElement;
  private readonly instead: HTMLInputElement;
  private readonly exact = document.createElement("input");
  private readonly counted = document.createElement("output");

  constructor(
    private readonly view: EditorView,
    private readonly words: Words,
  ) {
    this.dom.className = "ed-find";
    this.sought = this.field("find");
    this.instead = this.field("replace_with");
    this.dom.setAttribute("role", "search");
    this.exact.type = "checkbox";
    const label = document.createElement("label");
    label.append(this.exact, words.say("exactly"));
    const seek = [this.button("find_next", step(1), "submit"), this.button("find_previous", step(-1))];
    const put = [this.button("replace", replace), this.button("replace_all", replaceAll)];
    this.dom.append(
      row(this.sought, ...seek, this.counted, label),
      row(this.instead, ...put, this.button("close", close)),
    );
    this.dom.addEventListener("input", () => this.seek());
    this.dom.addEventListener("submit", (event) => {
      event.preventDefault();
      step(1)(view);
    });
    this.dom.addEventListener(
      "keydown",
      (event) => runScopeHandlers(view, event, "search-panel") && event.preventDefault(),
    );
    this.fill();
  }

  mount(): void {
    take(this.sought);
  }

  update(): void {
    this.fill();
  }

  private fill(): void {
    const { sought, instead, exact, found } = this.view.state.field(searching);
    if (this.sought.value !== sought) this.sought.value = sought;
    if (this.instead.value !== instead) this.instead.value = instead;
    this.exact.checked = exact;
    const chosen = current(this.view.state);
    const place = chosen ? found.indexOf(chosen) + 1 : 0;
    const places = { place: this.words.number(place), count: this.words.number(found.length) };
    this.counted.textContent = sought
      ? place
        ? this.words.say("place_of", places)
        : this.words.count("found", found.length)
      : "";
  }

  private seek(): void {
    this.view.dispatch({
      effects: setting.of({ sought: this.sought.value, instead: this.instead.value, exact: this.exact.checked }),
    });
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

  private button(
    name: string,
    act: (view: EditorView) => boolean,
    type: "button" | "submit" = "button",
  ): HTMLButtonElement {
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
