// DOM helpers.
export function createElement<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Wrap a name in Unicode isolates (U+2068, U+2069), so that it keeps its direction within a sentence. */
export const isolate = (name: string): string => `\u2068${name}\u2069`;

export function requirePart(parent: ParentNode, name: string): HTMLElement {
  const part = parent.querySelector<HTMLElement>(`[data-part=${name}]`);
  if (!part) throw new Error(`the page has no ${name}`);
  return part;
}
