// The offer to comment, beside what is chosen.
import type { EditorState } from "@codemirror/state";
import type { EditorView, ViewUpdate } from "@codemirror/view";

import type { Lent } from "../ui/bundle-bridge.js";
import { inside, made } from "../ui/dom.js";

export class Offer {
  private readonly button: HTMLButtonElement;
  private readonly tool: Element | null;
  private allowed = false;

  constructor(lent: Lent, act: () => void) {
    this.button = made("button", { type: "button", class: "btn ed-offer", tabindex: "-1" }, lent.words.say("remark"));
    this.button.hidden = true;
    this.tool = lent.place.querySelector("[data-act=comment]");
    this.button.addEventListener("pointerdown", (event) => event.preventDefault());
    this.button.addEventListener("click", () => {
      this.button.hidden = true;
      act();
    });
    inside(lent.place, "text").append(this.button);
  }

  may(comment: boolean, view: EditorView | null): void {
    this.allowed = comment;
    this.tool?.toggleAttribute("hidden", !comment);
    if (view) this.place(view);
  }

  follow(update: ViewUpdate): void {
    if (update.selectionSet || update.docChanged || update.focusChanged || update.geometryChanged)
      this.place(update.view);
  }

  private place(view: EditorView): void {
    const { main } = view.state.selection;
    const offered = this.allowed && !main.empty && view.hasFocus;
    if (!offered) {
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

// What is chosen without the blanks around it; where nothing is, the word at the caret, else its line.
export function chosen(state: EditorState): { from: number; to: number } | null {
  const { main } = state.selection;
  const { from, to } = main.empty ? (state.wordAt(main.head) ?? state.doc.lineAt(main.head)) : main;
  const words = state.sliceDoc(from, to);
  const start = from + words.length - words.trimStart().length;
  const end = from + words.trimEnd().length;
  return start < end ? { from: start, to: end } : null;
}
