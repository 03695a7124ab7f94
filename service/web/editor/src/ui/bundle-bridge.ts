// What the first script lends the second, which carries no library of its own.
import type { Decoration, EditorView, ViewPlugin } from "@codemirror/view";
import type { StateEffect, StateField } from "@codemirror/state";

import type { DraftEditor } from "../editing/editor.js";
import type { News } from "./status-line.js";
import type { Room } from "../sync/room.js";
import type { Replica } from "../sync/replica.js";
import type { Words } from "./i18n.js";
import type { Person } from "../sync/protocol.js";

export interface Lent {
  readonly place: HTMLElement;
  readonly room: Room;
  readonly words: Words;
  readonly news: News;
  readonly personOf: (state: object) => Person | null;
  readonly cm: {
    readonly Decoration: typeof Decoration;
    readonly EditorView: typeof EditorView;
    readonly StateEffect: typeof StateEffect;
    readonly StateField: typeof StateField;
    readonly ViewPlugin: typeof ViewPlugin;
  };
  readonly placed: (replica: Replica, anchor: unknown) => number | null;
}

export interface Margin {
  // A surface over a copy of the draft stands in the page.
  begun(surface: DraftEditor, replica: Replica): void;
  use(act: string): void;
  // Somebody remarked on the text.
  heard(): void;
  // Something else takes its place.
  close(): void;
  // The room stands otherwise.
  stood(): void;
}

interface Script {
  margin(lent: Lent): Margin;
}

export async function fetched(address: string, lent: Lent): Promise<Margin> {
  return ((await import(address)) as Script).margin(lent);
}
