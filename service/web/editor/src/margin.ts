// What a person opens on purpose: fetched once the text is on screen.
import type { Lent } from "./lent.js";

export function margin({ place }: Lent): void {
  place.classList.add("has-margin");
}
