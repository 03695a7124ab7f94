// While the editor is loading, the text of the plain form stays hidden: the layout of a long text takes longer than
// everything else. It is shown when the editor fails to load, or after PATIENCE milliseconds.
const { dataset } = document.documentElement;
const PATIENCE = 2500;
const show = () => delete dataset.coming;

dataset.coming = "";
setTimeout(show, PATIENCE);
for (const end of ["load", "error"]) {
  document.addEventListener(
    end,
    ({ target }) => target instanceof HTMLScriptElement && target.nonce && dataset.editor === undefined && show(),
    true,
  );
}
