// One thread beside its passage: what was said, and what can be done with it.
import { Box, type Words as Typed } from "./draft-input.js";
import type { Lent } from "../ui/bundle-bridge.js";
import { apart, made } from "../ui/dom.js";
import { asking } from "./mentions.js";
import type { Reader, Said, Thread } from "./comment-api.js";
import type { When } from "../ui/relative-time.js";

export interface Ways {
  readonly go: (id: string) => void;
  readonly read: (id: string) => void;
  readonly reply: (thread: Thread, words: Typed) => Promise<void>;
  readonly act: (path: string) => Promise<void>;
  readonly people: () => readonly Reader[];
}

export class Card {
  readonly dom = made("li", { class: "ed-card" });
  readonly box: Box;
  private readonly quote = made("button", { type: "button", class: "ed-cited" });
  private readonly state = made("p", { class: "ed-card-state" });
  private readonly told = made("div", { class: "ed-told" });
  private readonly acts = made("div", { class: "row ed-acts" });
  private shown = "";

  constructor(
    private readonly lent: Lent,
    private readonly when: When,
    private readonly ways: Ways,
    private thread: Thread,
  ) {
    const { words } = lent;
    const scope = thread.head.scope;
    const people = () => ways.people().filter((one) => scope === "all" || one.own);
    this.box = new Box(lent, {
      label: words.say("reply"),
      act: words.say("send"),
      rows: 1,
      scopes: false,
      scope,
      people,
      send: (typed) => ways.reply(this.thread, typed),
    });
    this.dom.append(this.state, this.quote, this.told, this.acts, this.box.dom);
    this.dom.id = thread.id;
    this.quote.lang = lent.place.dataset.lang ?? "";
    this.quote.addEventListener("click", () => ways.go(thread.id));
    this.dom.addEventListener("focusin", () => ways.read(thread.id));
    this.dom.addEventListener(
      "click",
      (event) => (event.target as Element).closest("button, textarea, a") ?? ways.read(thread.id),
    );
  }

  get id(): string {
    return this.thread.id;
  }

  show(thread: Thread, active: boolean, orphaned: boolean): void {
    this.thread = thread;
    const now = JSON.stringify([thread.said, active, orphaned]);
    if (now === this.shown) return;
    this.shown = now;
    this.quote.hidden = false;
    const { head, said } = thread;
    this.dom.className = `ed-card${active ? " is-on" : ""}${head.scope === "organisation" ? " is-own" : ""}${head.state === "settled" ? " is-settled" : ""}`;
    this.quote.replaceChildren(made("q", { dir: "auto" }, head.quote));
    this.state.replaceChildren(...this.states(head, orphaned));
    this.state.hidden = !this.state.childNodes.length;
    const shown = active || said.length < 3 ? said : said.slice(0, 1);
    this.told.replaceChildren(...shown.map((one) => this.message(one, active)));
    if (shown.length < said.length)
      this.told.append(made("p", { class: "soft" }, this.lent.words.count("replies", said.length - 1)));
    this.acts.replaceChildren(...this.buttons(thread, active));
    this.box.dom.hidden = !active || !head.may.reply;
  }

  // Its thread is not to be read any more; what somebody writes under it is theirs.
  bare(): void {
    this.shown = "";
    for (const one of [this.state, this.quote, this.told, this.acts]) one.replaceChildren();
    this.state.hidden = this.quote.hidden = true;
    this.box.dom.hidden = false;
  }

  focus(): void {
    this.quote.focus({ preventScroll: true });
  }

  private states(head: Said, orphaned: boolean): Node[] {
    const { words } = this.lent;
    const tag = (name: string, look: string) => made("span", { class: `tag tag--${look}` }, words.say(name));
    const settled = () =>
      made("span", { class: "tag" }, words.say("settled_by", { name: apart(head.settled_by?.name ?? "") }));
    return [
      ...(head.scope === "organisation" ? [tag("own_only", "seal")] : []),
      ...(orphaned ? [tag("orphaned", "care")] : []),
      ...(head.state === "settled" ? [settled()] : []),
    ];
  }

  private message(one: Said, whole: boolean): HTMLElement {
    const name = made("b", {}, made("bdi", {}, one.by.name));
    const between = this.lent.words.say("both", { one: "", other: "" });
    const small = made(
      "small",
      {},
      ...(one.by.organisation ? [made("bdi", {}, one.by.organisation), between] : []),
      this.when.ago(one.at),
    );
    const body = made("p", { class: whole ? "ed-body" : "ed-body is-short", dir: "auto" }, ...this.named(one));
    return made("div", { class: "ed-message" }, made("div", { class: "ed-by-whom" }, name, small), body);
  }

  // Names of those who were asked stand out.
  private named({ body, mentions }: Said): (Node | string)[] {
    const { me } = this.lent.room;
    const people = [...this.ways.people(), ...(me ? [me] : [])];
    const names = new Set(people.filter((one) => mentions.includes(one.id)).map((one) => one.name));
    let pieces: (Node | string)[] = [body];
    for (const name of [...names].sort((one, two) => two.length - one.length)) {
      pieces = pieces.flatMap((piece): (Node | string)[] => {
        if (typeof piece !== "string") return [piece];
        return piece
          .split(asking(name))
          .flatMap((part, number): (Node | string)[] =>
            number ? [made("b", { class: "ed-asked" }, `@${name}`), part] : [part],
          );
      });
    }
    return pieces;
  }

  private buttons({ id, head, said }: Thread, active: boolean): HTMLElement[] {
    if (!active) return [];
    const all: HTMLElement[] = [];
    if (head.may.settle) all.push(this.button("settle", () => this.ways.act(`/${id}/settlement`)));
    if (head.may.reopen) all.push(this.button("reopen", () => this.ways.act(`/${id}/reopening`)));
    const last = said.at(-1);
    if (last?.may.withdraw) all.push(this.button("withdraw", () => this.ways.act(`/${last.id}/withdrawal`)));
    return all;
  }

  private button(name: string, act: () => Promise<void>): HTMLElement {
    const button = made("button", { type: "button", class: "btn btn--quiet" }, this.lent.words.say(name));
    button.addEventListener("click", () => {
      this.focus();
      void act();
    });
    return button;
  }
}

interface Newcomer {
  readonly send: (typed: Typed) => Promise<void>;
  readonly drop: () => void;
  readonly people: () => readonly Reader[];
  readonly read: () => void;
}

// The card of what is not said yet.
export function newcomer(lent: Lent, { send, drop, people, read }: Newcomer): { dom: HTMLElement; box: Box } {
  const scopes = lent.place.dataset.own !== undefined;
  const box = new Box(lent, {
    label: lent.words.say("remark"),
    act: lent.words.say("send"),
    rows: 3,
    scopes,
    scope: "all",
    people,
    send,
    drop,
  });
  const dom = made("li", { class: "ed-card is-on is-new" }, box.dom);
  dom.addEventListener("focusin", read);
  return { dom, box };
}
