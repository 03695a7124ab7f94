import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, WidgetType } from "@codemirror/view";
import { beforeEach, expect, test } from "vitest";
import * as Y from "yjs";

import { thread } from "../../testing/comments.js";
import { resolvePosition } from "../editing/remote-cursors.js";
import { createReplica, type Replica } from "../sync/replica.js";
import type { EditorBridge } from "../ui/bundle-bridge.js";
import { CommentAnchors, type Passage, resolvePassage } from "./anchors.js";

const cm = { Decoration, EditorView, StateEffect, StateField, ViewPlugin, WidgetType };
const bridge = { cm, resolvePosition } as unknown as EditorBridge;
const passage = (id: string, from: number, to: number, className = "is-open"): Passage => ({ id, from, to, className });

let anchors: CommentAnchors;
let state: EditorState;

beforeEach(() => {
  anchors = new CommentAnchors(cm);
  const doc = "نحن الموقّعين 🙂 أدناه";
  state = EditorState.create({ doc, extensions: [anchors.extension] });
  set(passage("com_1", 4, 13), passage("com_2", 8, 10), passage("com_3", 0, 3, ""));
});

function set(...passages: Passage[]): void {
  state = state.update({ effects: anchors.update(passages) }).state;
}

const places = () => anchors.passagesIn(state).map(({ from, to }) => [from, to]);

function classes(): string[] {
  const found: string[] = [];
  for (const source of state.facet(EditorView.decorations)) {
    if (typeof source === "function") continue;
    source.between(0, state.doc.length, (from, to, { spec }) => void found.push(`${from}-${to} ${spec.class}`));
  }
  return found;
}

test("the innermost visible passage is at a position", () => {
  expect(anchors.at(state, 9)?.id).toBe("com_2");
  expect(anchors.at(state, 5)?.id).toBe("com_1");
  expect(anchors.at(state, 1)).toBeUndefined();
  expect(anchors.at(state, 16)).toBeUndefined();
});

test("only passages with a class are drawn", () => {
  expect(classes()).toEqual(["4-13 ed-said is-open", "8-10 ed-said is-open"]);
});

test("passages move with what is written before them, and do not grow at their ends", () => {
  state = state.update({ changes: { from: 0, insert: "🙂 " } }).state;
  expect(places()).toEqual([
    [7, 16],
    [11, 13],
    [3, 6],
  ]);
  state = state.update({
    changes: [
      { from: 7, insert: "x" },
      { from: 16, insert: "y" },
    ],
  }).state;
  expect(places()[0]).toEqual([8, 17]);
  state = state.update({ selection: { anchor: 0 } }).state;
  expect(places()[0]).toEqual([8, 17]);
});

test("a passage whose text was deleted is not found, and may come back", () => {
  const threads = [thread("com_2")];
  expect(anchors.hasCollapsed(state, threads)).toBe(false);
  state = state.update({ changes: { from: 8, to: 10 } }).state;
  expect(anchors.find(state, "com_2")).toBeUndefined();
  expect(anchors.find(state, "com_1")?.to).toBe(11);
  expect(anchors.hasCollapsed(state, threads)).toBe(true);
  expect(anchors.hasCollapsed(state, [thread("com_2", { fate: "orphaned" })])).toBe(false);
});

test("an editor without the extension has no passages", () => {
  expect(anchors.passagesIn(EditorState.create())).toEqual([]);
  const plain = EditorState.create({ extensions: [anchors.extension] });
  expect(plain.update({ changes: { from: 0, insert: "a" } }).state.doc.toString()).toBe("a");
});

// ---- anchors in the CRDT

function write(): Replica {
  const replica = createReplica(
    () => undefined,
    () => undefined,
  );
  replica.text.insert(0, "نحن الموقّعين 🙂 أدناه");
  return replica;
}

const itemsOf = ({ doc }: Replica, from: number, to: number) => ({
  first: { client: doc.clientID, clock: from },
  last: { client: doc.clientID, clock: to - 1 },
});

test("a passage is where its items are, whatever was written around and inside", () => {
  const replica = write();
  const items = itemsOf(replica, 4, 13);
  expect(resolvePassage(thread("com_1", items), replica, bridge)).toEqual(passage("com_1", 4, 13, ""));
  replica.text.insert(8, "🙂");
  replica.text.insert(0, "* ");
  expect(resolvePassage(thread("com_1", items), replica, bridge)).toEqual(passage("com_1", 6, 17, ""));
});

test("a passage that was deleted or orphaned is nowhere", () => {
  const replica = write();
  const items = itemsOf(replica, 4, 13);
  expect(resolvePassage(thread("com_1", { ...items, fate: "orphaned" }), replica, bridge)).toMatchObject({
    from: 0,
    to: 0,
  });
  replica.text.delete(3, 11);
  expect(resolvePassage(thread("com_1", items), replica, bridge)).toMatchObject({ from: 0, to: 0 });
});

test("items of another document are nowhere", () => {
  const first = { client: new Y.Doc().clientID, clock: 4 };
  expect(resolvePassage(thread("com_1", { first, last: first }), write(), bridge)).toMatchObject({ from: 0, to: 0 });
});
