// What a person opens on purpose, in the margin of the text: fetched once the text is on screen.
import type { DraftEditor } from "./editing/editor.js";
import { Hands } from "./authorship/authorship.js";
import type { Lent, Margin } from "./ui/bundle-bridge.js";
import { inside } from "./ui/dom.js";
import { Remarks } from "./comments/comment-panel.js";
import type { Replica } from "./sync/replica.js";

export const margin = (lent: Lent): Margin => new Both(lent);

class Both implements Margin {
  private readonly hands: Hands;
  private readonly remarks: Remarks;
  private readonly open = new Set<string>();
  private surface: DraftEditor | null = null;

  constructor(private readonly lent: Lent) {
    this.hands = new Hands(lent, (on) => this.opened("who", on));
    this.remarks = new Remarks(lent, (on) => this.opened("comments", on));
  }

  begun(surface: DraftEditor, replica: Replica): void {
    if (surface === this.surface) return;
    this.surface = surface;
    this.hands.begun(surface, replica);
    this.remarks.begun(surface, replica);
  }

  use(act: string): void {
    if (act === "who") this.hands.toggle();
    if (act === "comment") this.remarks.remark();
    if (act === "comments") this.remarks.toggle();
  }

  heard(): void {
    this.remarks.heard();
  }

  close(): void {
    if (this.open.has("who")) this.hands.toggle();
    if (this.open.has("comments")) this.remarks.toggle();
  }

  stood(): void {
    this.remarks.stood(this.lent.room.status);
  }

  // The column stands while anything is open in it.
  private opened(what: string, on: boolean): void {
    if (on) this.open.add(what);
    else this.open.delete(what);
    const { place } = this.lent;
    const beside = place.querySelector<HTMLElement>("[data-act=beside]");
    if (on && beside?.ariaPressed === "true") beside.click();
    inside(place, "margin").hidden = !this.open.size;
    inside(place, "notes").hidden = !this.open.has("comments");
    document.body.classList.toggle("is-margined", this.open.size > 0);
    place.querySelector(`[data-act=${what}]`)?.setAttribute("aria-pressed", String(on));
    this.surface?.view.requestMeasure();
  }
}
