// Pieces of the page.
export function made<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...held: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const piece = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) piece.setAttribute(key, value);
  piece.append(...held);
  return piece;
}

// A name keeps its own direction within a sentence.
export const apart = (name: string): string => `\u2068${name}\u2069`;

export function inside(place: ParentNode, name: string): HTMLElement {
  const found = place.querySelector<HTMLElement>(`[data-part=${name}]`);
  if (!found) throw new Error(`the page has no ${name}`);
  return found;
}
