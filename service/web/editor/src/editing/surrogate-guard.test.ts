import { EditorState, Text, type TransactionSpec } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import fc from "fast-check";
import { expect, test } from "vitest";
import { YSyncConfig, ySyncAnnotation } from "y-codemirror.next";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";

import { joinTypedHalves, surrogateGuard, widenToPairs } from "./surrogate-guard.js";

const LONE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
const stateOf = (doc: string) =>
  EditorState.create({ doc, extensions: [surrogateGuard, EditorState.allowMultipleSelections.of(true)] });

const after = (doc: string, ...changes: { from: number; to?: number; insert?: string }[]) =>
  stateOf(doc).update({ changes }).state.doc.toString();

test("a deletion of half a pair deletes the character", () => {
  expect(after("a🙂b", { from: 1, to: 2 })).toBe("ab");
  expect(after("a🙂b", { from: 2, to: 3 })).toBe("ab");
  expect(after("🙂😃", { from: 0, to: 3 })).toBe("");
});

test("the halves that a deletion leaves make one character again", () => {
  expect(after("🙂🙂", { from: 1, to: 3 })).toBe("🙂");
});

test("an insertion inside a pair goes behind it", () => {
  expect(after("a🙂b", { from: 2, insert: "نصّ" })).toBe("a🙂نصّb");
});

test("half a pair replaced by another half makes the other character", () => {
  expect(after("🙂", { from: 1, to: 2, insert: "\uDE03" })).toBe("😃");
  expect(after("🙂", { from: 0, to: 1, insert: "\uD835" })).toBe("\uD835\uDE42");
});

test("a character typed as two halves arrives whole", () => {
  const state = EditorState.create({
    doc: "ab",
    selection: { anchor: 1 },
    extensions: [surrogateGuard, joinTypedHalves()],
  });
  const typed: TransactionSpec[] = [];
  const view = { state, dispatch: (change: TransactionSpec) => typed.push(change) } as unknown as EditorView;
  const type = (text: string): boolean =>
    state.facet(EditorView.inputHandler).some((handle) => handle(view, 1, 1, text, () => state.update({})));
  expect([type("\uD83D"), type("\uDE42"), type("c"), type("\uDE42")]).toEqual([true, true, false, false]);
  expect([type("\uD83D"), type("c"), type("\uDE42")]).toEqual([true, true, false]);
  expect(typed.map((change) => state.update(change).state.doc.toString())).toEqual(["a🙂b", "acb"]);
});

test("two changes inside one character are one", () => {
  expect(after("a🙂b", { from: 1, to: 2, insert: "x" }, { from: 2, to: 3, insert: "y" })).toBe("axyb");
});

test.each([
  ["a\uD83Db", "ab"],
  ["\uDE42", ""],
  ["a\r\nb\rc", "a\nb\nc"],
  ["a\u2028b\u2029c\u0085d", "a\nb\nc\nd"],
  ["a\u0000\u0007\u001Bb\u007F\u009F", "ab"],
  ["\u202Bنصّ\u202C \u2067x\u2069\uFEFF", "نصّ x"],
  ["\uFFFE\uFFFF\uFDD0", ""],
  ["\u200Fلا\u200Cيمكن\u200E\u200D\t", "\u200Fلا\u200Cيمكن\u200E\u200D\t"],
])("%j is inserted as %j", (insert, kept) => {
  expect(widenToPairs(Text.of([""]), { from: 0, to: 0, insert })).toEqual({ from: 0, to: 0, insert: kept });
});

test("whole characters pass as they are, with their selection", () => {
  const transaction = stateOf("a🙂b").update({
    changes: { from: 1, to: 3, insert: "👩‍👩‍👧" },
    selection: { anchor: 2, head: 4 },
    userEvent: "input.type",
  });
  expect(transaction.state.doc.toString()).toBe("a👩‍👩‍👧b");
  expect(transaction.state.selection.main).toMatchObject({ anchor: 2, head: 4 });
  expect(transaction.isUserEvent("input.type")).toBe(true);
});

test("after a widened change the caret is behind it", () => {
  const { state } = stateOf("a🙂b").update({ changes: { from: 1, to: 2, insert: "نص" } });
  expect([state.doc.toString(), state.selection.main.head]).toEqual(["aنصb", 3]);
});

test("a selection alone passes", () => {
  expect(stateOf("🙂").update({ selection: { anchor: 1 } }).state.selection.main.head).toBe(1);
});

test("what comes from others is not touched: it was checked when it was written", () => {
  const doc = new Y.Doc();
  const sync = new YSyncConfig(doc.getText("t"), new Awareness(doc));
  const annotations = [ySyncAnnotation.of(sync)];
  const changed = stateOf("a").update({ changes: { from: 1, insert: "\u2067b" }, annotations });
  expect(changed.state.doc.toString()).toBe("a\u2067b");
  sync.awareness.destroy();
});

const UNITS = fc.string({ unit: fc.constantFrom("a", "ن", "🙂", "👩‍👧", "é", "\n"), maxLength: 12 });
const ANYTHING = fc.string({
  unit: fc.constantFrom("a", "ن", "🙂", "\uD83D", "\uDE42", "\r\n", "\u202E"),
  maxLength: 4,
});

test("no change whatever leaves half a character, and characters outside of it stay", () => {
  fc.assert(
    fc.property(UNITS, ANYTHING, fc.nat(), fc.nat(), (doc, insert, one, other) => {
      const [from = 0, to = 0] = [one % (doc.length + 1), other % (doc.length + 1)].sort((a, b) => a - b);
      const text = after(doc, { from, to, insert });
      expect(text).not.toMatch(LONE);
      expect(text).not.toContain("\u202E");
      const head = doc.slice(0, from).replace(/[\uD800-\uDBFF]$/, "");
      const tail = doc.slice(to).replace(/^[\uDC00-\uDFFF]/, "");
      expect(text.startsWith(head)).toBe(true);
      expect(text.endsWith(tail)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
