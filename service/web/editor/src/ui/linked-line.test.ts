import { Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { expect, test, vi } from "vitest";

import { linkedLine, selectLinkedLine } from "./linked-line.js";

const doc = Text.of(["# عنوان", "", "سطر فيه كلمة لا تُطبع", "آخر سطر"]);

test("an address names a line of the text", () => {
  expect(linkedLine(doc, "#line-3")).toEqual(doc.line(3));
  expect(linkedLine(doc, "#line-1")).toEqual(doc.line(1));
});

test("a line that is gone is the last one", () => {
  expect(linkedLine(doc, "#line-900")).toEqual(doc.line(4));
});

test.each(["", "#", "#line-0", "#line-", "#line-2x", "#cmt_4"])("%s names no line", (hash) => {
  expect(linkedLine(doc, hash)).toBeNull();
});

test("the line is selected, and without one the selection stays", async () => {
  const view = { state: { doc }, dispatch: vi.fn(), focus: vi.fn() };
  selectLinkedLine(view as unknown as EditorView, "#cmt_4");
  expect(view.dispatch).not.toHaveBeenCalled();
  selectLinkedLine(view as unknown as EditorView, "#line-3");
  expect(view.dispatch.mock.calls[0]?.[0].selection).toEqual({ anchor: doc.line(3).from, head: doc.line(3).to });
  await Promise.resolve();
  expect(view.focus).toHaveBeenCalledOnce();
});
