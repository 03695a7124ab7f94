// The outline beside the text, by which one jumps.
import { EditorView } from "@codemirror/view";

import type { Heading } from "../editing/outline.js";

export function contents(view: EditorView, headings: readonly Heading[]): void {
  const place = document.getElementById("ed-outline");
  const list = place?.querySelector("ol");
  if (!place || !list) return;
  place.hidden = !headings.length;
  const least = Math.min(...headings.map((one) => one.level));
  while (list.children.length > headings.length) list.lastElementChild?.remove();
  headings.forEach((one, number) => set(itemOf(list, number), one, one.level - least, () => jump(view, number)));
}

function itemOf(list: Element, number: number): HTMLElement {
  const there = list.children[number];
  if (there) return there as HTMLElement;
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  item.append(button);
  list.append(item);
  return item;
}

function set(item: HTMLElement, heading: Heading, depth: number, act: () => void): void {
  const button = item.firstElementChild as HTMLButtonElement;
  item.className = `is-deep${Math.min(depth, 3)}`;
  if (button.textContent !== heading.title) button.textContent = heading.title;
  button.dataset.at = String(heading.from);
  button.dir = "auto";
  button.onclick = act;
}

function jump(view: EditorView, number: number): void {
  const button = document.querySelectorAll<HTMLElement>("#ed-outline li button")[number];
  const at = Math.min(Number(button?.dataset.at ?? 0), view.state.doc.length);
  const end = view.state.doc.lineAt(at).to;
  view.dispatch({ selection: { anchor: end }, effects: EditorView.scrollIntoView(at, { y: "start", yMargin: 90 }) });
  view.focus();
}
