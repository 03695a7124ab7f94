// What editor.js exports for suggest.js.

export { StateEffect, StateField } from "@codemirror/state";
export { Decoration, EditorView, WidgetType } from "@codemirror/view";
export { createEditor } from "../editing/editor.js";
export { numberFormatter, parseScheme } from "../editing/provision-numbers.js";
export { createReplica } from "../sync/replica.js";
export { I18n } from "../ui/i18n.js";

import type * as library from "./library.js";

export type EditorLibrary = typeof library;
