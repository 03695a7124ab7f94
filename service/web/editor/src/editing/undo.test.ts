// @vitest-environment happy-dom
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { afterEach, beforeEach, expect, test } from "vitest";
import { YSyncConfig, ySync, ySyncFacet } from "y-codemirror.next";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";

import { undoSupport } from "./undo.js";

let doc: Y.Doc;
let history: Y.UndoManager;
let view: EditorView;

beforeEach(() => {
  doc = new Y.Doc();
  doc.getText("t").insert(0, "نحن 🙂 هنا");
  const sync = new YSyncConfig(doc.getText("t"), new Awareness(doc));
  history = new Y.UndoManager(doc.getText("t"), { trackedOrigins: new Set([sync]), captureTimeout: 0 });
  const extensions = [undoSupport(history, doc.getText("t")), ySyncFacet.of(sync), ySync];
  const state = EditorState.create({ doc: doc.getText("t").toString(), extensions });
  view = new EditorView({ state, parent: document.body });
});

afterEach(() => {
  view.destroy();
  doc.destroy();
});

const text = () => view.state.doc.toString();
const select = (anchor: number, head = anchor) => view.dispatch({ selection: { anchor, head } });

function type(insert: string): void {
  view.dispatch(view.state.replaceSelection(insert));
}

function beforeInput(inputType: string): Event {
  const event = new Event("beforeinput", { bubbles: true, cancelable: true });
  view.contentDOM.dispatchEvent(Object.assign(event, { inputType }));
  return event;
}

const caretIsWithin = (from: number, to: number) => {
  const { head, empty } = view.state.selection.main;
  expect(empty).toBe(true);
  expect(head).toBeGreaterThanOrEqual(from);
  expect(head).toBeLessThanOrEqual(to);
};

test("undo restores the text, and puts the caret back where the change was", () => {
  select(0, 3);
  type("هم");
  select(text().length);
  history.undo();
  expect(text()).toBe("نحن 🙂 هنا");
  caretIsWithin(0, 3);
});

test("redo brings it back", () => {
  select(4);
  type("الآن ");
  history.undo();
  history.redo();
  expect(text()).toBe("نحن الآن 🙂 هنا");
});

test("what others wrote stays, and moves the caret that is put back", () => {
  select(4, 6);
  type("😃");
  doc.transact(() => doc.getText("t").insert(0, "كلّنا "), "remote");
  history.undo();
  expect(text()).toBe("كلّنا نحن 🙂 هنا");
  caretIsWithin(10, 12);
});

test("the browser's own undo and redo are ours", () => {
  select(0);
  type("a");
  expect(beforeInput("historyUndo").defaultPrevented).toBe(true);
  expect(text()).toBe("نحن 🙂 هنا");
  expect(beforeInput("historyRedo").defaultPrevented).toBe(true);
  expect(text()).toBe("aنحن 🙂 هنا");
  expect(beforeInput("insertText").defaultPrevented).toBe(false);
});

test("an undo with nothing to undo changes nothing", () => {
  select(2);
  history.undo();
  expect([text(), view.state.selection.main.head]).toEqual(["نحن 🙂 هنا", 2]);
});

test("a destroyed editor listens no more", () => {
  type("a");
  view.destroy();
  history.undo();
  expect(doc.getText("t").toString()).toBe("نحن 🙂 هنا");
  expect(text()).toBe("aنحن 🙂 هنا");
});
