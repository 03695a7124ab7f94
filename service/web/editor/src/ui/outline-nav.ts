// The outline beside the text, for navigation.
import { EditorView } from "@codemirror/view";

import type { Heading } from "../editing/outline.js";

export function renderOutline(view: EditorView, headings: readonly Heading[]): void {
  const nav = document.getElementById("ed-outline");
  const list = nav?.querySelector("ol");
  if (!nav || !list) return;
  nav.hidden = !headings.length;
  const minLevel = Math.min(...headings.map((heading) => heading.level));
  while (list.children.length > headings.length) list.lastElementChild?.remove();
  for (const [index, heading] of headings.entries())
    updateItem(itemAt(list, index), heading, heading.level - minLevel, () => jumpTo(view, index));
}

function itemAt(list: Element, index: number): HTMLElement {
  const existing = list.children[index];
  if (existing) return existing as HTMLElement;
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  item.append(button);
  list.append(item);
  return item;
}

function updateItem(item: HTMLElement, heading: Heading, depth: number, action: () => void): void {
  const button = item.firstElementChild as HTMLButtonElement;
  item.className = `is-deep${Math.min(depth, 3)}`;
  if (button.textContent !== heading.title) button.textContent = heading.title;
  button.dataset.at = String(heading.from);
  button.dir = "auto";
  button.onclick = action;
}

function jumpTo(view: EditorView, index: number): void {
  const button = document.querySelectorAll<HTMLElement>("#ed-outline li button")[index];
  const at = Math.min(Number(button?.dataset.at ?? 0), view.state.doc.length);
  const end = view.state.doc.lineAt(at).to;
  view.dispatch({ selection: { anchor: end }, effects: EditorView.scrollIntoView(at, { y: "start", yMargin: 90 }) });
  view.focus();
}
