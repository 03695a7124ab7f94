// Who the colours of the text are.
import type { Decoration } from "@codemirror/view";

import type { Lent } from "../ui/bundle-bridge.js";
import { apart, inside, made } from "../ui/dom.js";
import type { Person } from "../sync/protocol.js";

export interface Writer {
  readonly person: Person;
  readonly look: string;
  readonly mark: Decoration;
}

interface Row {
  readonly look: string;
  readonly name: string;
  readonly from: string;
  length: number;
}

export class Legend {
  readonly here: HTMLElement;
  private readonly box: HTMLElement;

  constructor(
    private readonly lent: Lent,
    group: (byOrganisation: boolean) => void,
    close: () => void,
  ) {
    this.box = inside(lent.place, "legend");
    this.here = inside(lent.place, "by");
    this.box.addEventListener("change", (event) => group((event.target as HTMLInputElement).value === "organisation"));
    this.box.querySelector("button")?.addEventListener("click", close);
  }

  hide(): void {
    this.box.hidden = true;
  }

  show(writers: readonly Writer[], lengths: ReadonlyMap<string, number>, byOrganisation: boolean): void {
    const whole = [...lengths.values()].reduce((sum, one) => sum + one, 0) || 1;
    const rows = new Map<string, Row>();
    for (const { person, look } of writers) {
      const key = byOrganisation ? person.organisation : person.id;
      const row = rows.get(key) ?? {
        look,
        name: byOrganisation ? person.organisation : person.name,
        from: byOrganisation ? "" : person.organisation,
        length: 0,
      };
      row.length += lengths.get(person.id) ?? 0;
      rows.set(key, row);
    }
    const nobody = lengths.get("") ?? 0;
    if (nobody) rows.set("", { look: "", name: this.lent.words.say("nobody_known"), from: "", length: nobody });
    const sorted = [...rows.values()].sort((one, two) => two.length - one.length);
    inside(this.box, "writers").replaceChildren(...sorted.map((one) => this.row(one, one.length / whole)));
    this.box.hidden = false;
  }

  private row({ look, name, from }: Row, share: number): HTMLElement {
    const { words } = this.lent;
    const swatch = made("span", { class: `ed-swatch ${look}`, "aria-hidden": "true" }, words.say("swatch"));
    const said =
      share < 0.01 ? words.say("share_little") : words.say("share", { share: words.number(Math.round(share * 100)) });
    const small = made("small", {}, from ? words.say("both", { one: apart(from), other: said }) : said);
    return made("li", {}, swatch, made("div", {}, made("bdi", {}, name || words.say("no_organisation")), small));
  }
}
