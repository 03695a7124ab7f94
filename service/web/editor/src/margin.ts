// What a person opens on purpose, in the margin of the text: fetched once the text is on screen.
import type { Surface } from "./editor.js";
import { Hands } from "./hands.js";
import type { Lent, Margin } from "./lent.js";
import { inside } from "./made.js";
import type { Shared } from "./shared.js";

export const margin = (lent: Lent): Margin => new Both(lent);

class Both implements Margin {
  private readonly hands: Hands;
  private readonly open = new Set<string>();
  private surface: Surface | null = null;

  constructor(private readonly lent: Lent) {
    this.hands = new Hands(lent, (on) => this.opened("who", on));
  }

  begun(surface: Surface, shared: Shared): void {
    if (surface === this.surface) return;
    this.surface = surface;
    this.hands.begun(surface, shared);
  }

  use(act: string): boolean {
    if (act === "who") this.hands.toggle();
    else return false;
    return true;
  }

  heard(): void {}

  // The column stands while anything is open in it.
  private opened(what: string, on: boolean): void {
    if (on) this.open.add(what);
    else this.open.delete(what);
    inside(this.lent.place, "margin").hidden = !this.open.size;
    document.body.classList.toggle("is-margined", this.open.size > 0);
    this.lent.place.querySelector(`[data-act=${what}]`)?.setAttribute("aria-pressed", String(on));
    this.surface?.view.requestMeasure();
  }
}
