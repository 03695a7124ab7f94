// The editor over a private copy of the text, for suggesting a change.
import type { EditorView } from "@codemirror/view";

import type { TextDirection } from "../editing/text-direction.js";
import type { Messages } from "../ui/i18n.js";
import { CopyStore, type KeptCopy } from "./kept-copy.js";
import type { EditorLibrary } from "./library.js";
import { ownChanges } from "./own-changes.js";
import { trimmed } from "./places.js";

const KEEP_DELAY = 400;

export function mountSuggesting(form: HTMLFormElement, library: EditorLibrary): void {
  const field = (name: string) => form.elements.namedItem(name) as HTMLTextAreaElement;
  const area = field("text");
  const store = new CopyStore(sessionStorage, `mithaq-suggest ${form.getAttribute("action")}`);
  const kept = store.read(form.dataset.rejected !== undefined);
  const base = kept?.base ?? area.defaultValue;
  const text = area.value === area.defaultValue ? (kept?.text ?? area.value) : area.value;
  if (kept) [field("epoch").value, field("seq").value] = [kept.epoch, kept.seq];
  const view = openEditor(form, library, base);
  if (text !== base) view.dispatch({ changes: changeBetween(base, text) });

  const copy = (sent: boolean): KeptCopy => ({
    base,
    text: view.state.doc.toString(),
    epoch: field("epoch").value,
    seq: field("seq").value,
    sent,
  });
  let timer = 0;
  view.dom.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => store.write(copy(false)), KEEP_DELAY);
  });
  addEventListener("pagehide", () => !submitted && store.write(copy(false)));
  let submitted = false;
  form.addEventListener("submit", () => {
    submitted = true;
    area.value = view.state.doc.toString();
    store.write(copy(true));
  });
  document.addEventListener("submit", ({ target }) => {
    if (new URL((target as HTMLFormElement).action).pathname !== "/sign-out") return;
    submitted = true;
    store.forget();
  });
  addEventListener("pageshow", () => (submitted = false));
}

function openEditor(form: HTMLFormElement, library: EditorLibrary, base: string): EditorView {
  const { lang = "ar", side = "rtl", label = "", digits = "arab", textDigits = digits } = form.dataset;
  const { spoken = "{}", numbers } = form.dataset;
  const formatNumber = library.numberFormatter(lang, textDigits);
  const replica = library.createReplica(
    () => undefined,
    () => undefined,
  );
  replica.text.insert(0, base);
  const options = {
    id: "ed-own",
    lang,
    direction: side as TextDirection,
    label,
    nonce: document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "",
    i18n: new library.I18n(JSON.parse(spoken) as Messages, document.documentElement.lang, digits),
    formatNumber,
    numbering: library.parseScheme(numbers, formatNumber),
  };
  const paper = form.querySelector<HTMLElement>("[data-part=own]") ?? form;
  const editor = library.createEditor(paper, replica, options, []);
  const { view } = editor;
  view.dispatch({
    effects: library.StateEffect.appendConfig.of(ownChanges(library, view.state.doc)),
  });
  editor.setWritable(true);
  form.classList.add("is-private");
  return view;
}

/** The change of whole words that turns one text into the other. */
function changeBetween(before: string, after: string): { from: number; to: number; insert: string } {
  const { skip, gone, added } = trimmed({ live: before, text: after });
  return { from: skip, to: skip + gone.length, insert: added };
}
