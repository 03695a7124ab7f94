// How pieces of the text are set.
import { Decoration, WidgetType } from "@codemirror/view";

import { type Side, towards } from "./text-direction.js";

export class Sign extends WidgetType {
  constructor(
    private readonly words: string,
    private readonly look: string,
  ) {
    super();
  }

  override eq(other: Sign): boolean {
    return other.words === this.words && other.look === this.look;
  }

  toDOM(): HTMLElement {
    const sign = document.createElement(this.look === "ed-call" ? "sup" : "span");
    sign.className = this.look;
    sign.textContent = this.words;
    return sign;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

export const HIDDEN = Decoration.replace({});
export const STRONG = Decoration.mark({ class: "ed-strong" });
export const EMPHASIS = Decoration.mark({ class: "ed-em" });
export const LINK = Decoration.mark({ class: "ed-link" });
export const MARK = Decoration.mark({ class: "ed-mark" });
const isolated = (side: Side, look: string) =>
  Decoration.mark({ class: look, attributes: { dir: side }, bidiIsolate: towards(side) });
export const CODE = isolated("ltr", "ed-code");
export const ADDRESS = isolated("ltr", "ed-mark ed-iso");
export const RUN = { ltr: isolated("ltr", "ed-iso"), rtl: isolated("rtl", "ed-iso") };
