import { EditorState } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { canTakeOver, HandoverGate, handOver } from "./form-handover.js";

let page: EventTarget;
let form: EventTarget;

beforeEach(() => {
  vi.useFakeTimers();
  [page, form] = [new EventTarget(), new EventTarget()];
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const gate = () => new HandoverGate(form as HTMLElement);
const fire = (target: EventTarget, name: string) => target.dispatchEvent(new Event(name));

test("an idle page hands over at once", () => {
  const action = vi.fn();
  gate().whenIdle(action);
  expect(action).toHaveBeenCalledTimes(1);
});

test("a word that is being composed is finished first", () => {
  const action = vi.fn();
  const waiting = gate();
  fire(form, "compositionstart");
  waiting.whenIdle(action);
  fire(form, "compositionend");
  expect(action).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(action).toHaveBeenCalledTimes(1);
});

test.each(["pointerup", "pointercancel"])("a button that is held down is let go first: %s", (end) => {
  const action = vi.fn();
  const waiting = gate();
  fire(page, "pointerdown");
  waiting.whenIdle(action);
  fire(page, end);
  vi.advanceTimersByTime(0);
  expect(action).toHaveBeenCalledTimes(1);
});

test("a press that never ends counts for 3 seconds", () => {
  const action = vi.fn();
  const waiting = gate();
  fire(page, "pointerdown");
  waiting.whenIdle(action);
  vi.advanceTimersByTime(2999);
  expect(action).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(action).toHaveBeenCalledTimes(1);
});

test("of several actions that wait only the last is done", () => {
  const [first, last] = [vi.fn(), vi.fn()];
  const waiting = gate();
  fire(page, "pointerdown");
  waiting.whenIdle(first);
  waiting.whenIdle(last);
  vi.runAllTimers();
  expect([first.mock.calls.length, last.mock.calls.length]).toEqual([0, 1]);
});

const fieldOf = (value: string, defaultValue: string, selectionStart = 0, selectionEnd = selectionStart) =>
  ({ value, defaultValue, selectionStart, selectionEnd }) as HTMLTextAreaElement;

test.each([
  ["a", "a", "other", false, true],
  ["ab", "a", "a", true, true],
  ["ab", "a", "a", false, false],
  ["ab", "a", "other", true, false],
])("field %s (was %s), text %s, writable %s: %s", (value, was, text, writable, expected) => {
  expect(canTakeOver(fieldOf(value, was), text, writable)).toBe(expected);
});

/** An editor without a page: it applies what is dispatched. */
function editorOf(doc: string) {
  const editor = {
    state: EditorState.create({ doc }),
    focus: vi.fn(),
    dispatch(spec: object) {
      editor.state = editor.state.update(spec).state;
    },
  };
  return editor;
}

test("what was typed and the selection go over, and the focus where the field had it", async () => {
  const editor = editorOf("نحن هنا");
  const field = fieldOf("نحن 🙂 هنا", "نحن هنا", 4, 6);
  handOver(field, editor as unknown as EditorView, true);
  await Promise.resolve();
  expect(editor.state.doc.toString()).toBe("نحن 🙂 هنا");
  expect(editor.state.selection.main).toMatchObject({ anchor: 4, head: 6 });
  expect(editor.focus).toHaveBeenCalledTimes(1);
  expect(field.value).toBe("نحن هنا");
});

test("without the focus the selection stays, and one beyond the end is at the end", async () => {
  const editor = editorOf("abc");
  handOver(fieldOf("abc", "abc", 2), editor as unknown as EditorView, false);
  await Promise.resolve();
  expect([editor.state.selection.main.head, editor.focus.mock.calls.length]).toEqual([0, 0]);
  handOver(fieldOf("abc", "abc", 9), editor as unknown as EditorView, true);
  expect(editor.state.selection.main.head).toBe(3);
});

test("whatever was typed, the editor has it, by one change", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "ن", "🙂", "aa", " "), maxLength: 12 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const editor = editorOf(before);
      const dispatch = vi.spyOn(editor, "dispatch");
      handOver(fieldOf(after, before), editor as unknown as EditorView, false);
      expect(editor.state.doc.toString()).toBe(after);
      expect(dispatch).toHaveBeenCalledTimes(before === after ? 0 : 1);
    }),
  );
});
