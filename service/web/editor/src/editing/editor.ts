// The CodeMirror editor bound to a replica of the draft.
import { deleteLine, moveLineDown, moveLineUp, standardKeymap } from "@codemirror/commands";
import { Compartment, EditorState, type Extension, Prec } from "@codemirror/state";
import { drawSelection, EditorView, type KeyBinding, keymap } from "@codemirror/view";
import { YSyncConfig, ySync, ySyncFacet } from "y-codemirror.next";
import * as Y from "yjs";
import { RESTORED_ORIGIN, type Replica } from "../sync/replica.js";
import type { I18n } from "../ui/i18n.js";
import { formattingKeys } from "./commands.js";
import { dialect } from "./dialect.js";
import { findReplace } from "./find-replace.js";
import { outline } from "./outline.js";
import { numberFormat, preview } from "./preview.js";
import { baseDirection, type NumberingScheme, numberingScheme } from "./provision-numbers.js";
import { joinTypedHalves, surrogateGuard } from "./surrogate-guard.js";
import { tables } from "./tables.js";
import type { TextDirection } from "./text-direction.js";
import { undoSupport } from "./undo.js";

/** Pixels covered by bars above and below the text. */
const BAR_HEIGHT = 72;

export interface DraftEditor {
  readonly view: EditorView;
  readonly undoManager: Y.UndoManager;
  setWritable(write: boolean): void;
}

export interface EditorOptions {
  readonly id: string;
  readonly lang: string;
  readonly direction: TextDirection;
  readonly label: string;
  readonly nonce: string;
  readonly i18n: I18n;
  readonly formatNumber: (value: number) => string;
  readonly numbering: NumberingScheme | null;
}

export function createEditor(
  parent: HTMLElement,
  replica: Replica,
  options: EditorOptions,
  extensions: Extension,
): DraftEditor {
  const sync = new YSyncConfig(replica.text, replica.awareness);
  const undoManager = new Y.UndoManager(replica.text, {
    trackedOrigins: new Set<unknown>([sync, RESTORED_ORIGIN]),
    captureTimeout: 600,
  });
  const permission = new Compartment();
  const state = EditorState.create({
    doc: replica.text.toString(),
    extensions: [
      EditorState.lineSeparator.of("\n"),
      EditorView.cspNonce.of(options.nonce),
      EditorView.lineWrapping,
      EditorView.scrollMargins.of(() => ({ top: BAR_HEIGHT, bottom: BAR_HEIGHT })),
      EditorView.contentAttributes.of(contentAttributes(options)),
      permission.of(editability(false)),
      baseDirection.of(options.direction),
      numberFormat.of(options.formatNumber),
      numberingScheme.of(options.numbering),
      drawSelection(),
      dialect.extension,
      outline,
      preview,
      tables,
      surrogateGuard,
      joinTypedHalves(),
      findReplace(options.i18n),
      undoSupport(undoManager, replica.text),
      ySyncFacet.of(sync),
      ySync,
      Prec.high(keymap.of([...formattingKeys, ...undoKeys(undoManager)])),
      keymap.of([...standardKeymap, ...LINE_KEYS]),
      extensions,
    ],
  });
  const view = new EditorView({ state, parent });
  let writable = false;
  const setWritable = (write: boolean) => {
    if (write === writable) return;
    writable = write;
    queueMicrotask(() => view.dispatch({ effects: permission.reconfigure(editability(write)) }));
  };
  return { view, undoManager, setWritable };
}

const LINE_KEYS: readonly KeyBinding[] = [
  { key: "Alt-ArrowUp", run: moveLineUp },
  { key: "Alt-ArrowDown", run: moveLineDown },
  { key: "Shift-Mod-k", run: deleteLine },
];

function undoKeys(undoManager: Y.UndoManager): KeyBinding[] {
  const undo = () => {
    undoManager.undo();
    return true;
  };
  const redo = () => {
    undoManager.redo();
    return true;
  };
  return [
    { key: "Mod-z", run: undo, preventDefault: true },
    { key: "Mod-y", mac: "Mod-Shift-z", run: redo, preventDefault: true },
    { key: "Mod-Shift-z", run: redo, preventDefault: true },
  ];
}

/** A reader can still focus, select and copy. */
const editability = (writable: boolean): Extension => [
  EditorState.readOnly.of(!writable),
  EditorView.editable.of(writable),
  writable ? [] : EditorView.contentAttributes.of({ tabindex: "0", "aria-readonly": "true" }),
];

const contentAttributes = ({ id, lang, direction: dir, label }: EditorOptions) => ({
  id,
  lang,
  dir,
  spellcheck: "true",
  autocorrect: "on",
  autocapitalize: "sentences",
  "aria-label": label,
});
