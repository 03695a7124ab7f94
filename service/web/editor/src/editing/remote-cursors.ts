// Remote cursors: carets and selections of the other users, drawn in layers beside the text and never in it.
import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import {
  type EditorView,
  type LayerMarker,
  layer,
  RectangleMarker,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { ySyncAnnotation } from "y-codemirror.next";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { type AwarenessState, isPosition, personFromState } from "../sync/awareness-states.js";
import type { Person } from "../sync/protocol.js";
import type { Replica } from "../sync/replica.js";

export interface RemoteCursor {
  readonly id: number;
  readonly person: Person;
  readonly anchor: number;
  readonly head: number;
  readonly moved: number;
}

const NAME_SHOWN = 2000;

const setCursors = StateEffect.define<readonly RemoteCursor[]>();

const cursorsField = StateField.define<readonly RemoteCursor[]>({
  create: () => [],
  update(now, change) {
    for (const effect of change.effects) if (effect.is(setCursors)) return effect.value;
    if (!change.docChanged) return now;
    return now.map((cursor) => ({
      ...cursor,
      anchor: change.changes.mapPos(cursor.anchor, -1),
      head: change.changes.mapPos(cursor.head, -1),
    }));
  },
});

class CaretMarker implements LayerMarker {
  constructor(
    private readonly cursor: RemoteCursor,
    private readonly left: number,
    private readonly top: number,
    private readonly height: number,
    private readonly atEnd: boolean,
    private readonly nameShown: boolean,
  ) {}

  eq(other: LayerMarker): boolean {
    return (
      other instanceof CaretMarker &&
      other.cursor.id === this.cursor.id &&
      other.left === this.left &&
      other.top === this.top &&
      other.height === this.height &&
      other.nameShown === this.nameShown &&
      other.atEnd === this.atEnd
    );
  }

  draw(): HTMLElement {
    const caret = document.createElement("div");
    const name = document.createElement("bdi");
    name.textContent = this.cursor.person.name;
    caret.append(name);
    this.position(caret);
    return caret;
  }

  update(caret: HTMLElement, before: LayerMarker): boolean {
    if (!(before instanceof CaretMarker) || before.cursor.id !== this.cursor.id) return false;
    this.position(caret);
    return true;
  }

  private position(caret: HTMLElement): void {
    caret.className = `ed-caret who${this.cursor.person.colour}${this.atEnd ? " is-end" : ""}${this.nameShown ? " is-named" : ""}`;
    caret.style.left = `${this.left}px`;
    caret.style.top = `${this.top}px`;
    caret.style.height = `${this.height}px`;
  }
}

function caretMarkers(view: EditorView): LayerMarker[] {
  const base = layerOrigin(view);
  return view.state.field(cursorsField).flatMap((cursor) => {
    const at = view.coordsAtPos(cursor.head, cursor.head > cursor.anchor ? -1 : 1);
    if (!at) return [];
    const middle = base.left + view.scrollDOM.clientWidth * 0.5;
    return [
      new CaretMarker(
        cursor,
        at.left - base.left,
        at.top - base.top,
        at.bottom - at.top,
        at.left > middle,
        Date.now() - cursor.moved < NAME_SHOWN,
      ),
    ];
  });
}

function layerOrigin(view: EditorView): { left: number; top: number } {
  const box = view.scrollDOM.getBoundingClientRect();
  return { left: box.left - view.scrollDOM.scrollLeft, top: box.top - view.scrollDOM.scrollTop };
}

const selectionMarkers = (view: EditorView): LayerMarker[] =>
  view.state.field(cursorsField).flatMap((cursor) => {
    if (cursor.anchor === cursor.head) return [];
    const range = { from: Math.min(cursor.anchor, cursor.head), to: Math.max(cursor.anchor, cursor.head) };
    const { main } = view.state.update({ selection: { anchor: range.from, head: range.to } }).newSelection;
    return RectangleMarker.forRange(view, `ed-range who${cursor.person.colour}`, main);
  });

const needsRedraw = (update: ViewUpdate): boolean =>
  update.docChanged ||
  update.viewportChanged ||
  update.geometryChanged ||
  update.transactions.some((transaction) => transaction.effects.some((effect) => effect.is(setCursors)));

export const cursorsIn = (state: EditorState): readonly RemoteCursor[] => state.field(cursorsField, false) ?? [];

/**
 * The extension that publishes the own selection and draws those of others. `onPresence` is called on every change of
 * the awareness states.
 */
export function remoteCursors(replica: Replica, onPresence: (awareness: Awareness) => void): Extension {
  const awarenessPlugin = ViewPlugin.fromClass(
    class {
      private fadeTimer = 0;
      private published = false;

      constructor(private readonly view: EditorView) {
        replica.awareness.on("change", this.refresh);
        this.refresh();
      }

      update(update: ViewUpdate): void {
        const own = !update.transactions.some((transaction) => transaction.annotation(ySyncAnnotation));
        if (update.focusChanged || update.selectionSet || (update.docChanged && own)) this.publishSelection();
      }

      destroy(): void {
        replica.awareness.off("change", this.refresh);
        clearTimeout(this.fadeTimer);
      }

      private publishSelection(): void {
        const { main } = this.view.state.selection;
        const at = (index: number) =>
          Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(replica.text, index));
        const cursor = this.view.hasFocus ? { anchor: at(main.anchor), head: at(main.head) } : null;
        if (!this.published && !cursor) return;
        this.published = true;
        queueMicrotask(() => replica.awareness.setLocalStateField("cursor", cursor));
      }

      private readonly refresh = (): void => {
        const before = new Map(cursorsIn(this.view.state).map((cursor) => [cursor.id, cursor]));
        const now = listRemoteCursors(replica, before);
        queueMicrotask(() => this.view.dispatch({ effects: setCursors.of(now) }));
        clearTimeout(this.fadeTimer);
        this.fadeTimer = window.setTimeout(
          () => this.view.dispatch({ effects: setCursors.of(cursorsIn(this.view.state)) }),
          NAME_SHOWN + 50,
        );
        onPresence(replica.awareness);
      };
    },
  );
  return [
    cursorsField,
    awarenessPlugin,
    layer({ above: true, class: "ed-carets", update: needsRedraw, markers: caretMarkers }),
    layer({ above: false, class: "ed-ranges", update: needsRedraw, markers: selectionMarkers }),
  ];
}

/** The cursors of the others. `before`: those drawn now, by client. */
export function listRemoteCursors(replica: Replica, before: ReadonlyMap<number, RemoteCursor>): RemoteCursor[] {
  return [...replica.awareness.getStates()].flatMap(([id, state]) =>
    toRemoteCursor(replica, id, state as AwarenessState, before.get(id)),
  );
}

function toRemoteCursor(
  replica: Replica,
  id: number,
  state: AwarenessState,
  before: RemoteCursor | undefined,
): RemoteCursor[] {
  const person = personFromState(state);
  const cursor = state.cursor as { anchor?: unknown; head?: unknown } | null | undefined;
  if (id === replica.awareness.clientID || !person || !cursor) return [];
  const [anchor, head] = [resolvePosition(replica, cursor.anchor), resolvePosition(replica, cursor.head)];
  if (anchor === null || head === null) return [];
  const unmoved = before && before.anchor === anchor && before.head === head;
  return [{ id, person, anchor, head, moved: unmoved ? before.moved : Date.now() }];
}

/** The index of a relative position in the text; null where it is malformed or its item is not known. */
export function resolvePosition(replica: Replica, anchor: unknown): number | null {
  if (!isPosition(anchor)) return null;
  const position = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(anchor), replica.doc);
  return position && position.type === replica.text ? position.index : null;
}

export function remotePeople(awareness: Awareness): Person[] {
  const people = new Map<string, Person>();
  for (const [id, state] of awareness.getStates()) {
    const person = id === awareness.clientID ? null : personFromState(state);
    if (person) people.set(person.id || String(id), person);
  }
  return [...people.values()].sort((a, b) => a.name.localeCompare(b.name));
}
