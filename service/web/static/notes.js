// Footnotes as Word, LibreOffice and Google Docs write them in HTML: a link to the footnote, and a link back from it.

export const CALL = /#_?(fn|ftn|ftnt|edn|sdfootnote|sdendnote):?(\d+)(?:sym)?$/;
const BACK = /#_?(fn|ftn|ftnt|edn|sdfootnote|sdendnote)(?:_?ref:?(\d+)|(\d+)anc)$/;
const NOTE_BODY = "div[id^=ftn],div[id^=edn],div[id^=sdfootnote],div[id^=sdendnote],li[id],p,div";

export const count = (reading, name) => (reading.counts[name] = (reading.counts[name] ?? 0) + 1);

// The footnote labels that a text already uses.
export const labelsOf = (text) => new Set([...text.matchAll(/\[\^([^\]\s]+)\]/g)].map((found) => found[1]));

// Move the body of each referenced footnote from the page into `reading.notes`.
export function takeNotes(page, reading) {
  const anchors = [...page.querySelectorAll("a[href]")];
  const called = new Set(anchors.map((one) => noteOf(one, CALL)));
  for (const back of anchors) {
    const name = noteOf(back, BACK);
    const body = called.has(name) && back.closest(NOTE_BODY);
    if (!name || !body || reading.notes.has(name)) continue;
    reading.notes.set(name, body);
    back.remove();
  }
  for (const body of reading.notes.values()) body.remove();
  for (const rest of page.querySelectorAll(
    "[data-s*='mso-element:footnote-list'],[data-s*='mso-element:endnote-list']",
  )) {
    if (!rest.textContent.trim()) rest.remove();
  }
}

export function noteOf(anchor, pattern) {
  const found = pattern.exec(anchor.getAttribute("href") ?? "");
  return found ? found[1] + (found[2] ?? found[3]) : "";
}

export function labelOf(name, reading) {
  if (!reading.labels.has(name)) {
    let label = 1;
    while (reading.taken.has(String(label))) label += 1;
    reading.taken.add(String(label));
    reading.labels.set(name, label);
    count(reading, "notes");
  }
  return reading.labels.get(name);
}
