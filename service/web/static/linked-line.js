// The plain form: selects the line that the address names (#line-12), as the report of a file that could not be created
// does. The live editor does so itself.
const number = Number(/^#line-([1-9]\d{0,6})$/.exec(location.hash)?.[1] ?? 0);
const field = document.querySelector("textarea.writing");
if (number && field) {
  const lines = field.value.split("\n");
  const before = lines.slice(0, number - 1).join("\n");
  const start = number > 1 ? before.length + 1 : 0;
  field.focus();
  field.setSelectionRange(start, start + (lines[number - 1] ?? "").length);
  field.scrollTop = (field.scrollHeight * (number - 1)) / lines.length - field.clientHeight / 2;
}
