// The writing surface over a shared text.
import { deleteLine, moveLineDown, moveLineUp, standardKeymap } from "@codemirror/commands";
import { type Extension, Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView, type KeyBinding, drawSelection, keymap } from "@codemirror/view";
import { YSyncConfig, ySync, ySyncFacet } from "y-codemirror.next";
import * as Y from "yjs";

import { keys } from "./commands.js";
import { dialect } from "./dialect.js";
import type { Side } from "./text-direction.js";
import { finding } from "./find-replace.js";
import { outlined } from "./outline.js";
import { type Scheme, scheme, usualSide } from "./provision-numbers.js";
import { numbering, preview } from "./preview.js";
import { RESTORED_ORIGIN, type Replica } from "../sync/replica.js";
import { tables } from "./tables.js";
import { undoing } from "./undo.js";
import { whole } from "./surrogate-guard.js";
import type { Words } from "../ui/i18n.js";

// Pixels above and below the text under which bars lie.
const BAR = 72;

export interface Surface {
  readonly view: EditorView;
  readonly undoing: Y.UndoManager;
  may(write: boolean): void;
}

export interface Manner {
  readonly id: string;
  readonly lang: string;
  readonly side: Side;
  readonly label: string;
  readonly nonce: string;
  readonly words: Words;
  readonly own: (value: number) => string;
  readonly scheme: Scheme | null;
}

export function surface(parent: HTMLElement, replica: Replica, manner: Manner, more: Extension): Surface {
  const sync = new YSyncConfig(replica.text, replica.awareness);
  const history = new Y.UndoManager(replica.text, {
    trackedOrigins: new Set<unknown>([sync, RESTORED_ORIGIN]),
    captureTimeout: 600,
  });
  const permission = new Compartment();
  const state = EditorState.create({
    doc: replica.text.toString(),
    extensions: [
      EditorState.lineSeparator.of("\n"),
      EditorView.cspNonce.of(manner.nonce),
      EditorView.lineWrapping,
      EditorView.scrollMargins.of(() => ({ top: BAR, bottom: BAR })),
      EditorView.contentAttributes.of(named(manner)),
      permission.of(allowed(false)),
      usualSide.of(manner.side),
      numbering.of(manner.own),
      scheme.of(manner.scheme),
      drawSelection(),
      dialect.extension,
      outlined,
      preview,
      tables,
      whole,
      finding(manner.words),
      undoing(history, replica.text),
      ySyncFacet.of(sync),
      ySync,
      Prec.high(keymap.of([...keys, ...undoKeys(history)])),
      keymap.of([...standardKeymap, ...LINES]),
      more,
    ],
  });
  const view = new EditorView({ state, parent });
  let writes = false;
  const may = (write: boolean) => {
    if (write === writes) return;
    writes = write;
    queueMicrotask(() => view.dispatch({ effects: permission.reconfigure(allowed(write)) }));
  };
  return { view, undoing: history, may };
}

const LINES: readonly KeyBinding[] = [
  { key: "Alt-ArrowUp", run: moveLineUp },
  { key: "Alt-ArrowDown", run: moveLineDown },
  { key: "Shift-Mod-k", run: deleteLine },
];

function undoKeys(history: Y.UndoManager): KeyBinding[] {
  const undo = () => (history.undo(), true);
  const redo = () => (history.redo(), true);
  return [
    { key: "Mod-z", run: undo, preventDefault: true },
    { key: "Mod-y", mac: "Mod-Shift-z", run: redo, preventDefault: true },
    { key: "Mod-Shift-z", run: redo, preventDefault: true },
  ];
}

// Whoever may not write may still read, choose and copy.
const allowed = (write: boolean): Extension => [
  EditorState.readOnly.of(!write),
  EditorView.editable.of(write),
  write ? [] : EditorView.contentAttributes.of({ tabindex: "0", "aria-readonly": "true" }),
];

const named = ({ id, lang, side, label }: Manner) => ({
  id,
  lang,
  dir: side,
  spellcheck: "true",
  autocorrect: "on",
  autocapitalize: "sentences",
  "aria-label": label,
});
