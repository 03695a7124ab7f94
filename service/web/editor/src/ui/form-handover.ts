// From the form to the editor: no letter, no click and no caret is lost on the way.
import type { EditorView } from "@codemirror/view";

// A button that opens something of the browser's own is never seen to be let go.
const LONGEST_HOLD = 3000;

// Waits while somebody composes a word in the field or holds a button down.
export class Handing {
  private composing = false;
  private held = false;
  private waiting: (() => void) | null = null;

  constructor(form: HTMLElement) {
    form.addEventListener("compositionstart", () => (this.composing = true));
    form.addEventListener("compositionend", () => setTimeout(() => this.free("composing")));
    addEventListener("pointerdown", () => this.hold(), true);
    for (const end of ["pointerup", "pointercancel"])
      addEventListener(end, () => setTimeout(() => this.free("held")), true);
  }

  // The last one asked for is done.
  whenFree(act: () => void): void {
    this.waiting = act;
    this.go();
  }

  private hold(): void {
    this.held = true;
    setTimeout(() => this.free("held"), LONGEST_HOLD);
  }

  private free(what: "composing" | "held"): void {
    this[what] = false;
    this.go();
  }

  private go(): void {
    if (this.composing || this.held) return;
    const act = this.waiting;
    this.waiting = null;
    act?.();
  }
}

// Whether the editor may go on from what stands in the field: what was typed there must have been typed into this text.
export function fits(field: HTMLTextAreaElement, text: string, writable: boolean): boolean {
  return field.value === field.defaultValue || (writable && field.defaultValue === text);
}

// `held`: the caret stood in the field, before that was hidden.
export function handOver(field: HTMLTextAreaElement, view: EditorView, held: boolean): void {
  const { value, selectionStart, selectionEnd } = field;
  if (value !== field.defaultValue)
    view.dispatch({ changes: change(view.state.doc.toString(), value), userEvent: "input" });
  field.value = field.defaultValue;
  if (!held) return;
  const most = view.state.doc.length;
  view.dispatch({
    selection: { anchor: Math.min(selectionStart, most), head: Math.min(selectionEnd, most) },
    scrollIntoView: true,
  });
  queueMicrotask(() => view.focus());
}

function change(before: string, after: string): { from: number; to: number; insert: string } {
  let [head, tail] = [0, 0];
  const most = Math.min(before.length, after.length);
  while (head < most && before[head] === after[head]) head += 1;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) };
}
