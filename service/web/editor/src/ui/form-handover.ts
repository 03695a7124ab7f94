// The handover from the plain form to the editor, without losing input, clicks or the caret.
import type { EditorView } from "@codemirror/view";

/** Milliseconds. A press that opens a native control may never report a pointerup. */
const MAX_PRESS = 3000;

/** Defers an action while an input method composes or a pointer button is down. */
export class HandoverGate {
  private composing = false;
  private pressed = false;
  private action: (() => void) | null = null;

  constructor(form: HTMLElement) {
    form.addEventListener("compositionstart", () => (this.composing = true));
    form.addEventListener("compositionend", () => setTimeout(() => this.release("composing")));
    addEventListener("pointerdown", () => this.press(), true);
    for (const end of ["pointerup", "pointercancel"])
      addEventListener(end, () => setTimeout(() => this.release("pressed")), true);
  }

  /** Run `action` as soon as the page is idle. A later call replaces an earlier one that still waits. */
  whenIdle(action: () => void): void {
    this.action = action;
    this.runIfIdle();
  }

  private press(): void {
    this.pressed = true;
    setTimeout(() => this.release("pressed"), MAX_PRESS);
  }

  private release(what: "composing" | "pressed"): void {
    this[what] = false;
    this.runIfIdle();
  }

  private runIfIdle(): void {
    if (this.composing || this.pressed) return;
    const action = this.action;
    this.action = null;
    action?.();
  }
}

/** Whether the editor can take over from the field: input typed there must be based on exactly this text. */
export function canTakeOver(field: HTMLTextAreaElement, text: string, writable: boolean): boolean {
  return field.value === field.defaultValue || (writable && field.defaultValue === text);
}

/** Move input and selection from the field to the editor. `focused`: the field had the focus before it was hidden. */
export function handOver(field: HTMLTextAreaElement, view: EditorView, focused: boolean): void {
  const { value, selectionStart, selectionEnd } = field;
  if (value !== field.defaultValue)
    view.dispatch({ changes: minimalChange(view.state.doc.toString(), value), userEvent: "input" });
  field.value = field.defaultValue;
  if (!focused) return;
  const length = view.state.doc.length;
  view.dispatch({
    selection: { anchor: Math.min(selectionStart, length), head: Math.min(selectionEnd, length) },
    scrollIntoView: true,
  });
  queueMicrotask(() => view.focus());
}

function minimalChange(before: string, after: string): { from: number; to: number; insert: string } {
  let [head, tail] = [0, 0];
  const shorter = Math.min(before.length, after.length);
  while (head < shorter && before[head] === after[head]) head += 1;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) };
}
