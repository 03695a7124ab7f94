// What is pasted into a text keeps its headings, lists, tables, notes, links and emphasis. The browser's own undo takes
// it back; without this file the plain words are pasted.
import { fromHtml } from "./dialect.js";

const FOUND = ["headings", "lists", "tables", "notes", "links", "strong"];

for (const field of document.querySelectorAll("textarea[data-paste]")) {
  const notice = document.getElementById(field.dataset.paste);
  let ours = false;
  const put = (text) => {
    ours = true;
    field.focus();
    document.execCommand("insertText", false, text);
    ours = false;
  };
  const undo = () => {
    ours = true;
    field.focus();
    document.execCommand("undo");
    ours = false;
    notice.replaceChildren();
  };
  field.addEventListener("input", () => ours || notice.replaceChildren());
  field.addEventListener("paste", (event) => {
    const { types } = event.clipboardData;
    const html = event.clipboardData.getData("text/html");
    const plain = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n");
    if (!html || types.includes("vscode-editor-data")) return;
    const found = fromHtml(html, field.value);
    const said = FOUND.filter((name) => found.counts[name]);
    if (!found.text || (!said.length && found.blocks < 2)) return;
    event.preventDefault();
    put(found.inline ? found.text : apart(found.text, field));
    if (said.length) tell(notice, found.counts, said, [
      [notice.dataset.undo, undo],
      [notice.dataset.plain, () => (undo(), put(plain))],
    ]);
  });
}

// Blocks stand between empty lines.
function apart(text, field) {
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const gap = (near) => "\n".repeat(near ? Math.max(0, 2 - near.length) : 2);
  const head = before ? gap(/\n*$/.exec(before)[0]) : "";
  const tail = after.trim() ? gap(/^\n*/.exec(after)[0]) : "";
  return head + text + tail;
}

function tell(notice, counts, said, ways) {
  const { lang } = document.documentElement;
  const locale = `${lang}-u-nu-${notice.dataset.digits}`;
  const number = new Intl.NumberFormat(locale);
  const names = said.map((name) => `${notice.dataset[name]}: ${number.format(counts[name])}`);
  const words = document.createElement("p");
  words.textContent = `${notice.dataset.said} ${new Intl.ListFormat(lang, { type: "unit" }).format(names)}`;
  const buttons = ways.map(([name, act]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--quiet";
    button.textContent = name;
    button.addEventListener("click", act);
    return button;
  });
  notice.replaceChildren(words, ...buttons);
}
