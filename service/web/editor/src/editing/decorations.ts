// Decorations of the preview.
import { Decoration, WidgetType } from "@codemirror/view";

import { type TextDirection, toBidiDirection } from "./text-direction.js";

export class TextWidget extends WidgetType {
  constructor(
    private readonly text: string,
    private readonly className: string,
  ) {
    super();
  }

  override eq(other: TextWidget): boolean {
    return other.text === this.text && other.className === this.className;
  }

  toDOM(): HTMLElement {
    const element = document.createElement(this.className === "ed-call" ? "sup" : "span");
    element.className = this.className;
    element.textContent = this.text;
    return element;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

export const HIDDEN = Decoration.replace({});
export const STRONG = Decoration.mark({ class: "ed-strong" });
export const EMPHASIS = Decoration.mark({ class: "ed-em" });
export const LINK = Decoration.mark({ class: "ed-link" });
export const SYNTAX = Decoration.mark({ class: "ed-mark" });
const bidiIsolate = (direction: TextDirection, className: string) =>
  Decoration.mark({ class: className, attributes: { dir: direction }, bidiIsolate: toBidiDirection(direction) });
export const CODE = bidiIsolate("ltr", "ed-code");
export const ADDRESS = bidiIsolate("ltr", "ed-mark ed-iso");
export const DIRECTION_RUN = { ltr: bidiIsolate("ltr", "ed-iso"), rtl: bidiIsolate("rtl", "ed-iso") };
