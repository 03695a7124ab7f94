// The floating button that offers to comment on the selection.
import type { EditorState } from "@codemirror/state";
import type { EditorView, ViewUpdate } from "@codemirror/view";

import type { EditorBridge } from "../ui/bundle-bridge.js";
import { createElement, requirePart } from "../ui/dom.js";
import { requirePagePart } from "../ui/status-line.js";

export class CommentButton {
  private readonly button: HTMLButtonElement;
  private readonly tool: Element | null;
  private allowed = false;

  constructor(bridge: EditorBridge, action: () => void) {
    this.button = createElement(
      "button",
      { type: "button", class: "btn ed-offer", tabindex: "-1" },
      bridge.i18n.t("remark"),
    );
    this.button.hidden = true;
    this.tool = requirePagePart(bridge.root, "tools").querySelector("[data-act=comment]");
    this.button.addEventListener("pointerdown", (event) => event.preventDefault());
    this.button.addEventListener("click", () => {
      this.button.hidden = true;
      action();
    });
    requirePart(bridge.root, "text").append(this.button);
  }

  setAllowed(allowed: boolean, view: EditorView | null): void {
    this.allowed = allowed;
    this.tool?.toggleAttribute("hidden", !allowed);
    if (view) this.position(view);
  }

  onUpdate(update: ViewUpdate): void {
    if (update.selectionSet || update.docChanged || update.focusChanged || update.geometryChanged)
      this.position(update.view);
  }

  private position(view: EditorView): void {
    const { main } = view.state.selection;
    const visible = this.allowed && !main.empty && view.hasFocus;
    if (!visible) {
      this.button.hidden = true;
      return;
    }
    view.requestMeasure({
      key: this,
      read: () => ({
        at: view.coordsAtPos(view.state.selection.main.to, -1),
        box: view.dom.parentElement?.getBoundingClientRect(),
      }),
      write: ({ at, box }) => {
        this.button.hidden = !at || !box;
        if (!at || !box) return;
        const left = Math.min(
          Math.max(at.left - box.left - this.button.offsetWidth / 2, 8),
          box.width - this.button.offsetWidth - 8,
        );
        this.button.style.left = `${left}px`;
        this.button.style.top = `${at.bottom - box.top + 6}px`;
      },
    });
  }
}

/** The selection without surrounding whitespace; where it is empty, the word at the caret, else its line. */
export function selectedPassage(state: EditorState): { from: number; to: number } | null {
  const { main } = state.selection;
  const { from, to } = main.empty ? (state.wordAt(main.head) ?? state.doc.lineAt(main.head)) : main;
  const text = state.sliceDoc(from, to);
  const start = from + text.length - text.trimStart().length;
  const end = from + text.trimEnd().length;
  return start < end ? { from: start, to: end } : null;
}
