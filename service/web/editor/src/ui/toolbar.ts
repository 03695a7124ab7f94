// The tools above the text: one stop for the Tab key, arrows from tool to tool.
import type { StateCommand } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

import {
  toggleEmphasis,
  insertFootnote,
  setHeading,
  hasStyle,
  headingLevel,
  insertLink,
  toggleList,
  listKind,
  toggleStrong,
} from "../editing/commands.js";
import type { DraftEditor } from "../editing/editor.js";
import { part } from "./status-line.js";

const LINKED = /^(?:https?:\/\/[^\s/?#<>][^\s<>]*|mailto:[^\s@<>]+@[^\s@<>]+|#[^\s<>()]+)$/i;
const BARE = /^[^\s/@:]+\.[^\s@:]+$/;

const COMMANDS: Readonly<Record<string, StateCommand>> = {
  toggleStrong,
  toggleEmphasis,
  bullets: toggleList("bullets"),
  numbers: toggleList("numbers"),
  insertFootnote,
};

const MARGIN = new Set(["comment", "comments", "who"]);
const ALWAYS = new Set(["find", "focus", "beside", ...MARGIN]);

export class Tools {
  private readonly bar: HTMLElement;

  constructor(
    private readonly place: HTMLElement,
    private readonly surface: () => DraftEditor | null,
    private readonly ways: { find(view: EditorView): boolean; beside(): boolean; margin(act: string): void },
  ) {
    this.bar = part(place, "tools");
    this.bar.addEventListener("click", (event) => this.use((event.target as Element).closest("button")?.dataset.act));
    this.bar.addEventListener("keydown", (event) => this.step(event));
    this.level.addEventListener("change", () => this.run(setHeading(Number(this.level.value))));
    this.form.addEventListener("submit", (event) => this.linked(event));
    part(place, "dismiss").addEventListener("click", () => this.dialog.close());
    this.stops.forEach((one, number) => (one.tabIndex = number ? -1 : 0));
    addEventListener(
      "keydown",
      (event) => event.key === "Escape" && document.body.classList.contains("is-focused") && this.focus(),
    );
  }

  mark(): void {
    const view = this.surface()?.view;
    if (!view) return;
    const { state } = view;
    this.press("strong", hasStyle(state, "StrongEmphasis"));
    this.press("emphasis", hasStyle(state, "Emphasis"));
    this.press("bullets", listKind(state) === "bullets");
    this.press("numbers", listKind(state) === "numbers");
    this.level.value = String(Math.min(headingLevel(state), 4));
  }

  may(write: boolean): void {
    for (const one of this.stops) {
      const act = one.dataset.act ?? "";
      one.toggleAttribute("disabled", !write && !ALWAYS.has(act));
    }
    this.land(this.stops.find((one) => one.tabIndex === 0 && !one.hasAttribute("disabled")) ?? this.reachable[0]);
  }

  askForLink(): boolean {
    const field = this.form.elements.namedItem("address") as HTMLInputElement;
    field.setCustomValidity("");
    this.form.reset();
    this.dialog.showModal();
    return true;
  }

  private get stops(): HTMLElement[] {
    return [...this.bar.querySelectorAll<HTMLElement>("button, select")];
  }

  private get reachable(): HTMLElement[] {
    return this.stops.filter((one) => !one.hasAttribute("disabled") && !one.hidden);
  }

  private get level(): HTMLSelectElement {
    return part(this.place, "level") as HTMLSelectElement;
  }

  private get dialog(): HTMLDialogElement {
    return part(this.place, "link") as HTMLDialogElement;
  }

  private get form(): HTMLFormElement {
    return part(this.place, "address") as HTMLFormElement;
  }

  private use(act: string | undefined): void {
    const surface = this.surface();
    if (!act || !surface) return;
    const command = COMMANDS[act];
    if (command) return this.run(command);
    if (act === "undo") surface.undoManager.undo();
    if (act === "redo") surface.undoManager.redo();
    if (act === "link") this.askForLink();
    if (act === "find") this.ways.find(surface.view);
    if (act === "beside") this.press("beside", this.ways.beside());
    if (act === "focus") this.focus();
    if (MARGIN.has(act)) this.ways.margin(act);
    if (act === "undo" || act === "redo") surface.view.focus();
  }

  private run(command: StateCommand): void {
    const view = this.surface()?.view;
    if (!view) return;
    command(view);
    view.focus();
  }

  private focus(): void {
    const on = document.body.classList.toggle("is-focused");
    this.press("focus", on);
    this.surface()?.view.requestMeasure();
    this.surface()?.view.focus();
  }

  private press(act: string, on: boolean): void {
    this.bar.querySelector(`[data-act=${act}]`)?.setAttribute("aria-pressed", String(on));
  }

  private linked(event: SubmitEvent): void {
    event.preventDefault();
    const field = this.form.elements.namedItem("address") as HTMLInputElement;
    const given = field.value.trim();
    const address = BARE.test(given) ? `https://${given}` : given;
    if (!LINKED.test(address)) {
      field.setCustomValidity(this.form.dataset.odd ?? "");
      field.reportValidity();
      field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
      return;
    }
    this.dialog.close();
    const view = this.surface()?.view;
    if (view && !view.state.readOnly) insertLink(view, address);
    view?.focus();
  }

  private step(event: KeyboardEvent): void {
    const tools = this.reachable;
    const at = tools.indexOf(document.activeElement as HTMLElement);
    const forward = getComputedStyle(this.bar).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const to = { [forward]: at + 1, [back]: at - 1, Home: 0, End: tools.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = tools[(to + tools.length) % tools.length];
    this.land(next);
    next?.focus();
  }

  private land(tool: HTMLElement | undefined): void {
    for (const one of this.stops) one.tabIndex = one === tool ? 0 : -1;
  }
}
