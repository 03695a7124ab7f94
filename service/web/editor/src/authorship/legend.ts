// The legend of the authorship colours: name, organisation and share of the text.
import type { Decoration } from "@codemirror/view";
import type { Person } from "../sync/protocol.js";
import type { EditorBridge } from "../ui/bundle-bridge.js";
import { createElement, isolate, requirePart } from "../ui/dom.js";

export interface Writer {
  readonly person: Person;
  readonly className: string;
  readonly mark: Decoration;
}

interface LegendRow {
  readonly className: string;
  readonly name: string;
  readonly organisation: string;
  length: number;
}

export class Legend {
  readonly caretLine: HTMLElement;
  private readonly box: HTMLElement;

  constructor(
    private readonly bridge: EditorBridge,
    group: (byOrganisation: boolean) => void,
    close: () => void,
  ) {
    this.box = requirePart(bridge.root, "legend");
    this.caretLine = requirePart(bridge.root, "by");
    this.box.addEventListener("change", (event) => group((event.target as HTMLInputElement).value === "organisation"));
    this.box.querySelector("button")?.addEventListener("click", close);
  }

  hide(): void {
    this.box.hidden = true;
  }

  show(writers: readonly Writer[], lengths: ReadonlyMap<string, number>, byOrganisation: boolean): void {
    const total = [...lengths.values()].reduce((sum, one) => sum + one, 0) || 1;
    const rows = new Map<string, LegendRow>();
    for (const { person, className } of writers) {
      const key = byOrganisation ? person.organisation : person.id;
      const row = rows.get(key) ?? {
        className,
        name: byOrganisation ? person.organisation : person.name,
        organisation: byOrganisation ? "" : person.organisation,
        length: 0,
      };
      row.length += lengths.get(person.id) ?? 0;
      rows.set(key, row);
    }
    const unknown = lengths.get("") ?? 0;
    if (unknown)
      rows.set("", { className: "", name: this.bridge.i18n.t("nobody_known"), organisation: "", length: unknown });
    const sorted = [...rows.values()].sort((a, b) => b.length - a.length);
    requirePart(this.box, "writers").replaceChildren(...sorted.map((row) => this.renderRow(row, row.length / total)));
    this.box.hidden = false;
  }

  private renderRow({ className, name, organisation }: LegendRow, share: number): HTMLElement {
    const { i18n } = this.bridge;
    const swatch = createElement("span", { class: `ed-swatch ${className}`, "aria-hidden": "true" }, i18n.t("swatch"));
    const shareText =
      share < 0.01 ? i18n.t("share_little") : i18n.t("share", { share: i18n.formatNumber(Math.round(share * 100)) });
    const small = createElement(
      "small",
      {},
      organisation ? i18n.t("both", { one: isolate(organisation), other: shareText }) : shareText,
    );
    return createElement(
      "li",
      {},
      swatch,
      createElement("div", {}, createElement("bdi", {}, name || i18n.t("no_organisation")), small),
    );
  }
}
