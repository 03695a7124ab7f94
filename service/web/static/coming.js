// Where the editor is on its way, the plain form's text waits for it: to lay out a long one takes longer than all the
// rest. It is shown as soon as the editor does not come.
const { dataset } = document.documentElement;
const PATIENCE = 2500;
const show = () => delete dataset.coming;

dataset.coming = "";
setTimeout(show, PATIENCE);
for (const end of ["load", "error"]) {
  document.addEventListener(end, ({ target }) => target instanceof HTMLScriptElement && target.nonce && dataset.editor === undefined && show(), true);
}
