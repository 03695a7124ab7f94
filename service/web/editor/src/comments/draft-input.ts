// A box in which something is said. What was typed stays in it until it was taken.
import { ApiError } from "../sync/api-client.js";
import type { Lent } from "../ui/bundle-bridge.js";
import { made } from "../ui/dom.js";
import { Mentions } from "./mentions.js";
import type { Reader } from "./comment-api.js";

export type Scope = "all" | "organisation";

export interface Words {
  readonly body: string;
  readonly mentions: readonly string[];
  readonly scope: Scope;
}

export interface Manner {
  readonly label: string;
  readonly act: string;
  readonly rows: number;
  // Whether it is asked who may read it; else who does.
  readonly scopes: boolean;
  readonly scope: Scope;
  readonly people: () => readonly Reader[];
  readonly send: (words: Words) => Promise<void>;
  readonly drop?: () => void;
}

const LONGEST = 4000;
let boxes = 0;

export class Box {
  readonly dom = made("form", { class: "ed-box" });
  readonly field = made("textarea", { class: "in", dir: "auto", required: "" });
  private readonly mentions: Mentions;
  private readonly wrong = made("p", { class: "err", role: "alert" });
  private scope: Scope;
  private under = false;

  constructor(
    private readonly lent: Lent,
    private readonly manner: Manner,
  ) {
    const { words } = lent;
    const name = `ed-box${(boxes += 1)}`;
    this.scope = manner.scope;
    this.field.id = name;
    this.field.rows = manner.rows;
    this.field.maxLength = LONGEST;
    this.mentions = new Mentions(
      this.field,
      `${name}-names`,
      words.say("mention"),
      () => this.named(),
      (count) => lent.news.speak(words.count("names", count)),
    );
    const buttons = made("div", { class: "row" }, made("button", { class: "btn btn--go" }, manner.act));
    if (manner.drop) buttons.append(this.cancel(manner.drop));
    this.dom.append(
      made("label", { for: name }, manner.label),
      this.field,
      this.mentions.list,
      ...(manner.scopes ? [this.choice(name)] : []),
      this.wrong,
      buttons,
    );
    this.field.addEventListener("input", () => (this.wrong.textContent = ""));
    this.dom.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.dom.requestSubmit();
    });
    this.dom.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
  }

  get filled(): boolean {
    return this.field.value.trim() !== "";
  }

  private named(): readonly Reader[] {
    const all = this.manner.people();
    return this.scope === "organisation" ? all.filter((one) => one.own) : all;
  }

  private cancel(drop: () => void): HTMLElement {
    const button = made("button", { type: "button", class: "btn btn--quiet" }, this.lent.words.say("cancel"));
    button.addEventListener("click", () => {
      this.clear();
      drop();
    });
    return button;
  }

  private choice(name: string): HTMLElement {
    const { words } = this.lent;
    const one = (scope: Scope) => {
      const input = made("input", { type: "radio", name: `${name}-scope`, value: scope });
      input.checked = scope === this.scope;
      return made("label", { class: "check" }, input, made("span", {}, words.say(`scope_${scope}`)));
    };
    const set = made(
      "fieldset",
      { class: "ed-scope" },
      made("legend", {}, words.say("scope")),
      one("all"),
      one("organisation"),
    );
    set.addEventListener("change", (event) => (this.scope = (event.target as HTMLInputElement).value as Scope));
    return set;
  }

  clear(): void {
    this.field.value = "";
    this.wrong.textContent = "";
    this.mentions.clear();
  }

  private async send(): Promise<void> {
    if (this.under || !this.filled) return;
    this.sending(true);
    this.wrong.textContent = "";
    try {
      await this.manner.send({ body: this.field.value, mentions: this.mentions.people, scope: this.scope });
      this.clear();
    } catch (wrong) {
      this.wrong.textContent = (wrong instanceof ApiError && wrong.sentence) || this.lent.words.say("not_sent");
    } finally {
      this.sending(false);
    }
  }

  // What is typed meanwhile would be in no message.
  private sending(under: boolean): void {
    this.under = under;
    this.field.readOnly = under;
    this.dom.ariaBusy = String(under);
  }
}
