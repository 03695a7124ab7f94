// Pasting into a textarea keeps headings, lists, tables, footnotes, links and emphasis, as text of the dialect. The
// browser's own undo works. Without this script plain text is pasted.
import { fromHtml } from "./dialect.js";

const KINDS = ["headings", "lists", "tables", "notes", "links", "strong"];

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
    const kinds = KINDS.filter((name) => found.counts[name]);
    if (!found.text || (!kinds.length && found.blocks < 2)) return;
    event.preventDefault();
    const pastePlain = () => {
      undo();
      put(plain);
    };
    put(found.inline ? found.text : separateBlocks(found.text, field));
    if (kinds.length)
      showNotice(notice, found.counts, kinds, [
        [notice.dataset.undo, undo],
        [notice.dataset.plain, pastePlain],
      ]);
  });
}

// Puts blocks between empty lines.
function separateBlocks(text, field) {
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const gap = (adjacent) => "\n".repeat(adjacent ? Math.max(0, 2 - adjacent.length) : 2);
  const head = before ? gap(/\n*$/.exec(before)[0]) : "";
  const tail = after.trim() ? gap(/^\n*/.exec(after)[0]) : "";
  return head + text + tail;
}

function showNotice(notice, counts, kinds, actions) {
  const { lang } = document.documentElement;
  const locale = `${lang}-u-nu-${notice.dataset.digits}`;
  const number = new Intl.NumberFormat(locale);
  const names = kinds.map((name) => `${notice.dataset[name]}: ${number.format(counts[name])}`);
  const message = document.createElement("p");
  message.textContent = `${notice.dataset.said} ${new Intl.ListFormat(lang, { type: "unit" }).format(names)}`;
  const buttons = actions.map(([name, action]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--quiet";
    button.textContent = name;
    button.addEventListener("click", action);
    return button;
  });
  notice.replaceChildren(message, ...buttons);
}
