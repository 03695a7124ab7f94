// Pasting into a textarea keeps headings, lists, tables, footnotes, links and emphasis, as text of the dialect. The
// browser's own undo works. Without this script plain text is pasted.
import { fromHtml } from "./dialect.js";
import { fromPlain, withArticleHeadings } from "./plain-text.js";

const KINDS = ["headings", "title", "lists", "tables", "notes", "links", "strong"];

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
    if (types.includes("vscode-editor-data")) return;
    const plain = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n");
    const found = readHtml(event.clipboardData.getData("text/html"), field) ?? readPlain(plain, field);
    if (!found) return;
    event.preventDefault();
    const before = field.value;
    const pasteInstead = (text) => () => {
      undo();
      put(text);
    };
    const articles = found.inline ? 0 : fromPlain(found.text).articles;
    const headed = articles ? separateBlocks(withArticleHeadings(found.text, before), field) : "";
    put(found.inline ? found.text : separateBlocks(found.text, field));
    const kinds = KINDS.filter((name) => found.counts[name]);
    const actions = [[notice.dataset.undo, undo]];
    if (articles) actions.push([notice.dataset.articles, pasteInstead(headed)]);
    if (kinds.length) actions.push([notice.dataset.plain, pasteInstead(plain)]);
    if (kinds.length || articles) showNotice(notice, found.counts, kinds, actions);
  });
}

// Null where the HTML says no more than its plain text.
function readHtml(html, field) {
  const found = html ? fromHtml(html, field.value) : null;
  if (!found?.text) return null;
  return found.blocks > 1 || KINDS.some((name) => found.counts[name]) ? found : null;
}

// Null where nothing is recognised: then the browser pastes.
function readPlain(plain, field) {
  const title = field.selectionStart === 0 ? (field.form.elements.namedItem("title")?.value ?? "") : "";
  const { text, counts, articles } = fromPlain(plain, { before: field.value, title });
  return articles || Object.keys(counts).length ? { text, counts, inline: false } : null;
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
  const said = kinds.length ? [notice.dataset.said, new Intl.ListFormat(lang, { type: "unit" }).format(names)] : [];
  message.textContent = said.join(" ");
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
