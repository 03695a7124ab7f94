// Where the others are: carets and selections in the colours of their people, drawn beside the text and never in it.
import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import {
  type EditorView,
  type LayerMarker,
  RectangleMarker,
  ViewPlugin,
  type ViewUpdate,
  layer,
} from "@codemirror/view";
import { ySyncAnnotation } from "y-codemirror.next";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";

import type { Replica } from "../sync/replica.js";
import type { Person } from "../sync/protocol.js";

export interface Other {
  readonly id: number;
  readonly person: Person;
  readonly anchor: number;
  readonly head: number;
  readonly moved: number;
}

interface Pointed {
  readonly user?: { person?: string; name?: string; organisation?: string; colour?: number };
  readonly cursor?: { anchor: unknown; head: unknown } | null;
}

const NAMED = 2000;

const seen = StateEffect.define<readonly Other[]>();

const others = StateField.define<readonly Other[]>({
  create: () => [],
  update(now, change) {
    for (const effect of change.effects) if (effect.is(seen)) return effect.value;
    if (!change.docChanged) return now;
    return now.map((one) => ({
      ...one,
      anchor: change.changes.mapPos(one.anchor, -1),
      head: change.changes.mapPos(one.head, -1),
    }));
  },
});

class Caret implements LayerMarker {
  constructor(
    private readonly other: Other,
    private readonly left: number,
    private readonly top: number,
    private readonly height: number,
    private readonly end: boolean,
    private readonly named: boolean,
  ) {}

  eq(other: LayerMarker): boolean {
    return (
      other instanceof Caret &&
      other.other.id === this.other.id &&
      other.left === this.left &&
      other.top === this.top &&
      other.height === this.height &&
      other.named === this.named &&
      other.end === this.end
    );
  }

  draw(): HTMLElement {
    const caret = document.createElement("div");
    const name = document.createElement("bdi");
    name.textContent = this.other.person.name;
    caret.append(name);
    this.place(caret);
    return caret;
  }

  update(caret: HTMLElement, before: LayerMarker): boolean {
    if (!(before instanceof Caret) || before.other.id !== this.other.id) return false;
    this.place(caret);
    return true;
  }

  private place(caret: HTMLElement): void {
    caret.className = `ed-caret who${this.other.person.colour}${this.end ? " is-end" : ""}${this.named ? " is-named" : ""}`;
    caret.style.left = `${this.left}px`;
    caret.style.top = `${this.top}px`;
    caret.style.height = `${this.height}px`;
  }
}

function carets(view: EditorView): LayerMarker[] {
  const base = baseOf(view);
  return view.state.field(others).flatMap((one) => {
    const at = view.coordsAtPos(one.head, one.head > one.anchor ? -1 : 1);
    if (!at) return [];
    const middle = base.left + view.scrollDOM.clientWidth * 0.5;
    return [
      new Caret(
        one,
        at.left - base.left,
        at.top - base.top,
        at.bottom - at.top,
        at.left > middle,
        Date.now() - one.moved < NAMED,
      ),
    ];
  });
}

function baseOf(view: EditorView): { left: number; top: number } {
  const box = view.scrollDOM.getBoundingClientRect();
  return { left: box.left - view.scrollDOM.scrollLeft, top: box.top - view.scrollDOM.scrollTop };
}

const ranges = (view: EditorView): LayerMarker[] =>
  view.state.field(others).flatMap((one) => {
    if (one.anchor === one.head) return [];
    const range = { from: Math.min(one.anchor, one.head), to: Math.max(one.anchor, one.head) };
    const { main } = view.state.update({ selection: { anchor: range.from, head: range.to } }).newSelection;
    return RectangleMarker.forRange(view, `ed-range who${one.person.colour}`, main);
  });

const changed = (update: ViewUpdate): boolean =>
  update.docChanged ||
  update.viewportChanged ||
  update.geometryChanged ||
  update.transactions.some((one) => one.effects.some((effect) => effect.is(seen)));

export const present = (state: EditorState): readonly Other[] => state.field(others, false) ?? [];

// `met` is told whenever somebody came, went or moved.
export function people(replica: Replica, met: (awareness: Awareness) => void): Extension {
  const pointing = ViewPlugin.fromClass(
    class {
      private fading = 0;
      private asked = false;

      constructor(private readonly view: EditorView) {
        replica.awareness.on("change", this.look);
        this.look();
      }

      update(update: ViewUpdate): void {
        const own = !update.transactions.some((one) => one.annotation(ySyncAnnotation));
        if (update.focusChanged || update.selectionSet || (update.docChanged && own)) this.tell();
      }

      destroy(): void {
        replica.awareness.off("change", this.look);
        clearTimeout(this.fading);
      }

      private tell(): void {
        const { main } = this.view.state.selection;
        const at = (place: number) =>
          Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(replica.text, place));
        const cursor = this.view.hasFocus ? { anchor: at(main.anchor), head: at(main.head) } : null;
        if (!this.asked && !cursor) return;
        this.asked = true;
        queueMicrotask(() => replica.awareness.setLocalStateField("cursor", cursor));
      }

      private readonly look = (): void => {
        const before = new Map(present(this.view.state).map((one) => [one.id, one]));
        const now = [...replica.awareness.getStates()].flatMap(([id, state]) =>
          other(replica, id, state as Pointed, before.get(id)),
        );
        queueMicrotask(() => this.view.dispatch({ effects: seen.of(now) }));
        clearTimeout(this.fading);
        this.fading = window.setTimeout(
          () => this.view.dispatch({ effects: seen.of(present(this.view.state)) }),
          NAMED + 50,
        );
        met(replica.awareness);
      };
    },
  );
  return [
    others,
    pointing,
    layer({ above: true, class: "ed-carets", update: changed, markers: carets }),
    layer({ above: false, class: "ed-ranges", update: changed, markers: ranges }),
  ];
}

function other(replica: Replica, id: number, state: Pointed, before: Other | undefined): Other[] {
  const person = personOf(state);
  if (id === replica.awareness.clientID || !person || !state.cursor) return [];
  const [anchor, head] = [placed(replica, state.cursor.anchor), placed(replica, state.cursor.head)];
  if (anchor === null || head === null) return [];
  const still = before && before.anchor === anchor && before.head === head;
  return [{ id, person, anchor, head, moved: still ? before.moved : Date.now() }];
}

export function placed(replica: Replica, anchor: unknown): number | null {
  const found = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(anchor), replica.doc);
  return found && found.type === replica.text ? found.index : null;
}

export function personOf(state: Pointed): Person | null {
  const { user } = state;
  if (!user?.name) return null;
  return {
    id: user.person ?? "",
    name: user.name,
    organisation: user.organisation ?? "",
    colour: (user.colour ?? 0) % 12,
  };
}

export function everybody(awareness: Awareness): Person[] {
  const met = new Map<string, Person>();
  for (const [id, state] of awareness.getStates()) {
    const person = id === awareness.clientID ? null : personOf(state as Pointed);
    if (person) met.set(person.id || String(id), person);
  }
  return [...met.values()].sort((one, two) => one.name.localeCompare(two.name));
}
