// The toolbar, with a roving tabindex (WAI-ARIA toolbar pattern): one tab stop, arrow keys between the tools.
import type { StateCommand } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

import {
  hasStyle,
  headingLevel,
  insertFootnote,
  insertLink,
  listKind,
  setHeading,
  toggleEmphasis,
  toggleList,
  toggleStrong,
} from "../editing/commands.js";
import type { DraftEditor } from "../editing/editor.js";
import { requirePagePart } from "./status-line.js";
import { ToolOverflow } from "./tool-overflow.js";

const LINK_TARGET = /^(?:https?:\/\/[^\s/?#<>][^\s<>]*|mailto:[^\s@<>]+@[^\s@<>]+|#[^\s<>()]+)$/i;
const BARE_DOMAIN = /^[^\s/@:]+\.[^\s@:]+$/;

const COMMANDS: Readonly<Record<string, StateCommand>> = {
  strong: toggleStrong,
  emphasis: toggleEmphasis,
  bullets: toggleList("bullets"),
  numbers: toggleList("numbers"),
  footnote: insertFootnote,
};

const MARGIN_TOOLS = new Set(["comment", "comments", "who", "suggestions"]);
const READ_ONLY_TOOLS = new Set(["find", "focus", "beside", "keys", "more", ...MARGIN_TOOLS]);

export class Toolbar {
  private readonly bar: HTMLElement;
  private readonly overflow: ToolOverflow;

  constructor(
    private readonly root: HTMLElement,
    private readonly editor: () => DraftEditor | null,
    private readonly handlers: { find(view: EditorView): boolean; beside(): boolean; margin(act: string): void },
  ) {
    this.bar = requirePagePart(root, "tools");
    this.overflow = new ToolOverflow(this.bar);
    this.bar.addEventListener("click", (event) =>
      this.runTool((event.target as Element).closest("button")?.dataset.act),
    );
    this.bar.addEventListener("keydown", (event) => this.moveFocus(event));
    this.level.addEventListener("change", () => this.run(setHeading(Number(this.level.value))));
    this.form.addEventListener("submit", (event) => this.submitLink(event));
    requirePagePart(root, "dismiss").addEventListener("click", () => this.dialog.close());
    for (const [index, tool] of this.tools.entries()) tool.tabIndex = index ? -1 : 0;
    addEventListener(
      "keydown",
      (event) => event.key === "Escape" && document.body.classList.contains("is-focused") && this.toggleFocusMode(),
    );
  }

  refresh(): void {
    const view = this.editor()?.view;
    if (!view) return;
    const { state } = view;
    this.setPressed("strong", hasStyle(state, "StrongEmphasis"));
    this.setPressed("emphasis", hasStyle(state, "Emphasis"));
    this.setPressed("bullets", listKind(state) === "bullets");
    this.setPressed("numbers", listKind(state) === "numbers");
    this.level.value = String(Math.min(headingLevel(state), 4));
  }

  setWritable(writable: boolean): void {
    for (const element of this.tools) {
      const tool = element.dataset.act ?? "";
      element.toggleAttribute("disabled", !writable && !READ_ONLY_TOOLS.has(tool));
    }
    this.setTabStop(
      this.tools.find((element) => element.tabIndex === 0 && !element.hasAttribute("disabled")) ?? this.enabledTools[0],
    );
  }

  askForLink(): boolean {
    const field = this.form.elements.namedItem("address") as HTMLInputElement;
    field.setCustomValidity("");
    this.form.reset();
    this.dialog.showModal();
    return true;
  }

  showShortcuts(): boolean {
    (requirePagePart(this.root, "keys") as HTMLDialogElement).showModal();
    return true;
  }

  /** Move the focus from the text to the tools. */
  focus(): boolean {
    this.enabledTools.find((element) => element.tabIndex === 0)?.focus();
    return true;
  }

  private get tools(): HTMLElement[] {
    return [...this.bar.querySelectorAll<HTMLElement>("button, select")];
  }

  private get enabledTools(): HTMLElement[] {
    return this.tools.filter((element) => !element.hasAttribute("disabled") && !element.hidden);
  }

  private get level(): HTMLSelectElement {
    return requirePagePart(this.root, "level") as HTMLSelectElement;
  }

  private get dialog(): HTMLDialogElement {
    return requirePagePart(this.root, "link") as HTMLDialogElement;
  }

  private get form(): HTMLFormElement {
    return requirePagePart(this.root, "address") as HTMLFormElement;
  }

  private runTool(tool: string | undefined): void {
    const editor = this.editor();
    if (!tool || !editor) return;
    const command = COMMANDS[tool];
    if (command) this.run(command);
    if (tool === "undo") editor.undoManager.undo();
    if (tool === "redo") editor.undoManager.redo();
    if (tool === "link") this.askForLink();
    if (tool === "find") this.handlers.find(editor.view);
    if (tool === "beside") this.setPressed("beside", this.handlers.beside());
    if (tool === "focus") this.toggleFocusMode();
    if (tool === "keys") this.showShortcuts();
    if (tool === "more") this.overflow.toggle();
    else this.overflow.close();
    if (MARGIN_TOOLS.has(tool)) this.handlers.margin(tool);
    if (tool === "undo" || tool === "redo") editor.view.focus();
  }

  private run(command: StateCommand): void {
    const view = this.editor()?.view;
    if (!view) return;
    command(view);
    view.focus();
  }

  private toggleFocusMode(): void {
    const on = document.body.classList.toggle("is-focused");
    this.setPressed("focus", on);
    this.editor()?.view.requestMeasure();
    this.editor()?.view.focus();
  }

  private setPressed(tool: string, pressed: boolean): void {
    this.bar.querySelector(`[data-act=${tool}]`)?.setAttribute("aria-pressed", String(pressed));
  }

  private submitLink(event: SubmitEvent): void {
    event.preventDefault();
    const field = this.form.elements.namedItem("address") as HTMLInputElement;
    const input = field.value.trim();
    const address = BARE_DOMAIN.test(input) ? `https://${input}` : input;
    if (!LINK_TARGET.test(address)) {
      field.setCustomValidity(this.form.dataset.odd ?? "");
      field.reportValidity();
      field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
      return;
    }
    this.dialog.close();
    const view = this.editor()?.view;
    if (view && !view.state.readOnly) insertLink(view, address);
    view?.focus();
  }

  private moveFocus(event: KeyboardEvent): void {
    const tools = this.enabledTools;
    const at = tools.indexOf(document.activeElement as HTMLElement);
    const forward = getComputedStyle(this.bar).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const to = { [forward]: at + 1, [back]: at - 1, Home: 0, End: tools.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = tools[(to + tools.length) % tools.length];
    this.setTabStop(next);
    next?.focus();
  }

  private setTabStop(tool: HTMLElement | undefined): void {
    for (const element of this.tools) element.tabIndex = element === tool ? 0 : -1;
  }
}
