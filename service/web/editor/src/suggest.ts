// Entry point of suggest.js: on the page for suggesting, the editor over a private copy replaces the text field. What is
// sent is the form, as without this script. It carries no library: it borrows those of editor.js.
import type { EditorLibrary } from "./suggesting/library.js";
import { mountSuggesting } from "./suggesting/private-copy.js";

const form = document.querySelector<HTMLFormElement>("[data-suggesting]");
const address = form?.dataset.editor;
if (form && address) void import(address).then((library: EditorLibrary) => mountSuggesting(form, library));
