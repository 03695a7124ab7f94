// The interface between the two bundles: editor.js passes margin.js what it needs, so that margin.js has no library.

import type { StateEffect, StateField } from "@codemirror/state";
import type { Decoration, EditorView, ViewPlugin, WidgetType } from "@codemirror/view";

import type { DraftEditor } from "../editing/editor.js";
import type { Person } from "../sync/protocol.js";
import type { Replica } from "../sync/replica.js";
import type { Room } from "../sync/room.js";
import type { I18n } from "./i18n.js";
import type { StatusLine } from "./status-line.js";

export interface EditorBridge {
  readonly root: HTMLElement;
  readonly room: Room;
  readonly i18n: I18n;
  readonly statusLine: StatusLine;
  readonly personFromState: (state: object) => Person | null;
  readonly cm: {
    readonly Decoration: typeof Decoration;
    readonly EditorView: typeof EditorView;
    readonly StateEffect: typeof StateEffect;
    readonly StateField: typeof StateField;
    readonly ViewPlugin: typeof ViewPlugin;
    readonly WidgetType: typeof WidgetType;
  };
  readonly resolvePosition: (replica: Replica, anchor: unknown) => number | null;
}

export interface MarginApi {
  /** Called for each new editor over a replica of the draft. */
  attach(editor: DraftEditor, replica: Replica): void;
  runTool(act: string): void;
  /** The comments of the draft changed. */
  reloadComments(): void;
  /** Close every panel: another view takes their place. */
  close(): void;
  /** The status of the room changed. */
  onStatus(): void;
}

interface MarginModule {
  createMargin(bridge: EditorBridge): MarginApi;
}

export async function loadMargin(address: string, bridge: EditorBridge): Promise<MarginApi> {
  return ((await import(address)) as MarginModule).createMargin(bridge);
}
