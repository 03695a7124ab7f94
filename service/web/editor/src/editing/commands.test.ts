import { EditorSelection, EditorState, type StateCommand, type Transaction } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { expect, test } from "vitest";

import {
  continueList,
  formattingKeys,
  hasStyle,
  headingLevel,
  insertFootnote,
  insertLink,
  listKind,
  setHeading,
  toggleEmphasis,
  toggleList,
  toggleStrong,
} from "./commands.js";
import { dialect } from "./dialect.js";

/** A text with its selection between « and », or its caret at |. */
function stateOf(marked: string, readOnly = false): EditorState {
  const anchor = marked.search(/[|«]/);
  const doc = marked.replace(/[|«»]/g, "");
  const head = marked.includes("»") ? marked.indexOf("»") - 1 : anchor;
  const extensions = [dialect.extension, EditorState.readOnly.of(readOnly)];
  return EditorState.create({ doc, selection: EditorSelection.range(anchor, head), extensions });
}

function marked({ doc, selection: { main } }: EditorState): string {
  const text = doc.toString();
  if (main.empty) return `${text.slice(0, main.head)}|${text.slice(main.head)}`;
  return `${text.slice(0, main.from)}«${text.slice(main.from, main.to)}»${text.slice(main.to)}`;
}

function run(command: StateCommand, text: string): string | null {
  let state = stateOf(text);
  const done = command({ state, dispatch: (transaction: Transaction) => (state = transaction.state) });
  return done ? marked(state) : null;
}

test.each([
  ["نصّ «مهمّ» هنا", "نصّ **«مهمّ»** هنا"],
  ["نصّ **«مهمّ»** هنا", "نصّ «مهمّ» هنا"],
  ["a« 🙂 »b", "a **«🙂»** b"],
  ["كلم|ة أخرى", "**كلم|ة** أخرى"],
  ["**كلم|ة** أخرى", "كلم|ة أخرى"],
  ["a | b", "a **|** b"],
])("strong: %s", (before, after) => {
  expect(run(toggleStrong, before)).toBe(after);
});

test("emphasis has one marker, and does not take strong text for itself", () => {
  expect(run(toggleEmphasis, "«a»")).toBe("*«a»*");
  expect(run(toggleEmphasis, "*«a»*")).toBe("«a»");
  expect([hasStyle(stateOf("**a|**"), "StrongEmphasis"), hasStyle(stateOf("**a|**"), "Emphasis")]).toEqual([
    true,
    false,
  ]);
});

test.each([
  [2, "عن|وان", "## عن|وان"],
  [3, "# عن|وان", "### عن|وان"],
  [0, "# عن|وان", "عن|وان"],
  [0, "- بند|", "- بند|"],
  [1, "- بند|", "# بند|"],
  [1, "«a\n\nb»", "# «a\n\n# b»"],
])("heading level %i: %s", (level, before, after) => {
  expect(run(setHeading(level), before)).toBe(after);
});

test("the level of the line at the caret", () => {
  expect([headingLevel(stateOf("### a|")), headingLevel(stateOf("a|")), headingLevel(stateOf("#a|"))]).toEqual([
    3, 0, 0,
  ]);
});

test.each([
  ["bullets", "أ|", "- أ|"],
  ["bullets", "- أ|", "أ|"],
  ["numbers", "«أ\nب»", "1. «أ\n2. ب»"],
  ["numbers", "«- أ\n- ب»", "«1. أ\n2. ب»"],
  ["bullets", "  1) أ|", "  - أ|"],
  ["bullets", "## أ|", "- أ|"],
  ["numbers", "«أ\n\nب»", "1. «أ\n\n2. ب»"],
] as const)("list of %s: %s", (kind, before, after) => {
  expect(run(toggleList(kind), before)).toBe(after);
});

test("the kind of the list at the caret", () => {
  expect([listKind(stateOf("- a|")), listKind(stateOf("3) a|")), listKind(stateOf("a|"))]).toEqual([
    "bullets",
    "numbers",
    null,
  ]);
});

test.each([
  ["- أ|", "- أ\n- |"],
  ["9. أ|ب", "9. أ\n10. |ب"],
  ["  3) أ|", "  3) أ\n  4) |"],
  ["- أ\n- |", "- أ\n|"],
  ["أ|", null],
  ["|- أ", null],
  ["- «أ»", null],
  ["(أ) أ|", "(أ) أ\n(ب) |"],
  ["  (غ) أ|", "  (غ) أ\n  (أأ) |"],
  ["(i) a|", "(i) a\n(ii) |"],
  ["(h) a\n(i) a|", "(h) a\n(i) a\n(j) |"],
  ["(a) a\n(x) a|", "(a) a\n(x) a\n(xi) |"],
  ["(see) a|", null],
  ["(b) |", "|"],
])("Enter in %s", (before, after) => {
  expect(run(continueList, before)).toBe(after);
});

test.each([
  ["نصّ|", "نصّ[^1]\n\n[^1]: |"],
  ["نصّ| آخر", "نصّ[^1] آخر\n\n[^1]: |"],
  ["a[^1] b|c\n\n[^1]: x\n", "a[^1] b[^2]c\n\n[^1]: x\n[^2]: |"],
  ["a[^2]|b\n", "a[^2][^1]b\n\n[^1]: |"],
])("a footnote in %j", (before, after) => {
  expect(run(insertFootnote, before)).toBe(after);
});

test("a text that is only read is not changed", () => {
  for (const command of [toggleStrong, setHeading(1), toggleList("bullets"), continueList, insertFootnote]) {
    const dispatch = () => expect.unreachable();
    expect(command({ state: stateOf("- a|", true), dispatch })).toBe(false);
  }
});

test.each([
  ["انظر «هنا»", "https://example.org/a", "انظر [هنا](https://example.org/a)|"],
  ["|", "https://example.org", "[https://example.org](https://example.org)|"],
  ["«a\n b»", "#equality", "[a b](#equality)|"],
  ["«a»", "https://example.org/(x)", "[a](<https://example.org/(x)>)|"],
])("a link in %j", (before, address, after) => {
  let state = stateOf(before);
  const dispatch = (spec: Parameters<EditorState["update"]>[0]) => {
    state = state.update(spec as object).state;
  };
  insertLink({ state, dispatch } as unknown as EditorView, address);
  expect(marked(state)).toBe(after);
});

test("every key has a command, and only Enter leaves the browser its own", () => {
  expect(formattingKeys.filter((binding) => !binding.run)).toEqual([]);
  expect(formattingKeys.filter((binding) => !binding.preventDefault).map((binding) => binding.key)).toEqual(["Enter"]);
});
