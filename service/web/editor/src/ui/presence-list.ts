// Who is here now: their faces in the bar, their names and organisations in the list behind it.
import type { Person } from "../sync/protocol.js";
import type { I18n } from "./i18n.js";
import { requirePagePart, type StatusLine } from "./status-line.js";

const MAX_FACES = 4;

export class PresenceList {
  private presentNames: ReadonlySet<string> | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly statusLine: StatusLine,
    private readonly i18n: I18n,
  ) {}

  show(people: readonly Person[]): void {
    requirePagePart(this.root, "here").replaceChildren(...people.map(renderPerson));
    requirePagePart(this.root, "faces").replaceChildren(...people.slice(0, MAX_FACES).map(renderFace));
    requirePagePart(this.root, "present").textContent = this.i18n.n("present", people.length + 1);
    requirePagePart(this.root, "alone").hidden = people.length > 0;
    this.announce(new Set(people.map((person) => person.name)));
  }

  private announce(names: ReadonlySet<string>): void {
    const joined = [...names].filter((name) => this.presentNames && !this.presentNames.has(name));
    const left = [...(this.presentNames ?? [])].filter((name) => !names.has(name));
    if (joined.length) this.statusLine.announce(this.i18n.t("came", { names: this.i18n.formatList(joined) }));
    if (left.length) this.statusLine.announce(this.i18n.t("left", { names: this.i18n.formatList(left) }));
    this.presentNames = names;
  }
}

function renderPerson(person: Person): HTMLElement {
  const item = document.createElement("li");
  const [dot, name, organisation] = [
    document.createElement("span"),
    document.createElement("bdi"),
    document.createElement("bdi"),
  ];
  dot.className = `ed-dot who${person.colour}`;
  name.textContent = person.name;
  organisation.textContent = person.organisation;
  organisation.className = "soft";
  item.append(dot, name, organisation);
  return item;
}

function renderFace(person: Person): HTMLElement {
  const face = document.createElement("span");
  face.className = `person ed-face who${person.colour}`;
  face.textContent = [...person.name][0] ?? "";
  return face;
}
