// The card of one thread: its comments, actions and the reply input.

import type { EditorBridge } from "../ui/bundle-bridge.js";
import { createElement, isolate } from "../ui/dom.js";
import type { RelativeTime } from "../ui/relative-time.js";
import type { Comment, Reader, Thread } from "./comment-api.js";
import { DraftInput, type DraftText } from "./draft-input.js";
import { mentionPattern } from "./mentions.js";

export interface CardHandlers {
  readonly go: (id: string) => void;
  readonly activate: (id: string) => void;
  readonly reply: (thread: Thread, draft: DraftText) => Promise<void>;
  readonly post: (path: string) => Promise<void>;
  readonly people: () => readonly Reader[];
  readonly ownNames: () => readonly string[];
}

export class CommentCard {
  readonly dom = createElement("li", { class: "ed-card" });
  readonly input: DraftInput;
  private readonly quote = createElement("button", { type: "button", class: "ed-cited" });
  private readonly state = createElement("p", { class: "ed-card-state" });
  private readonly messages = createElement("div", { class: "ed-told" });
  private readonly actions = createElement("div", { class: "row ed-acts" });
  private rendered = "";

  constructor(
    private readonly bridge: EditorBridge,
    private readonly time: RelativeTime,
    private readonly handlers: CardHandlers,
    private thread: Thread,
  ) {
    const { i18n } = bridge;
    const scope = thread.head.scope;
    const people = () => handlers.people().filter((reader) => scope === "all" || reader.own);
    this.input = new DraftInput(bridge, {
      label: i18n.t("reply"),
      submitLabel: i18n.t("send"),
      rows: 1,
      choosesScope: false,
      scope,
      people,
      onSubmit: (typed) => handlers.reply(this.thread, typed),
    });
    this.dom.append(this.state, this.quote, this.messages, this.actions, this.input.dom);
    this.dom.id = thread.id;
    this.quote.lang = bridge.root.dataset.lang ?? "";
    this.quote.addEventListener("click", () => handlers.go(thread.id));
    this.dom.addEventListener("focusin", () => handlers.activate(thread.id));
    this.dom.addEventListener(
      "click",
      (event) => (event.target as Element).closest("button, textarea, a") ?? handlers.activate(thread.id),
    );
  }

  get id(): string {
    return this.thread.id;
  }

  show(thread: Thread, active: boolean, orphaned: boolean): void {
    this.thread = thread;
    const key = JSON.stringify([thread.comments, active, orphaned]);
    if (key === this.rendered) return;
    this.rendered = key;
    this.quote.hidden = false;
    const { head, comments } = thread;
    this.dom.className = `ed-card${active ? " is-on" : ""}${head.scope === "organisation" ? " is-own" : ""}${head.state === "settled" ? " is-settled" : ""}`;
    this.quote.replaceChildren(createElement("q", { dir: "auto" }, head.quote));
    this.state.replaceChildren(...this.stateTags(head, orphaned));
    this.state.hidden = !this.state.childNodes.length;
    const shown = active || comments.length < 3 ? comments : comments.slice(0, 1);
    this.messages.replaceChildren(...shown.map((comment) => this.renderMessage(comment, active)));
    if (shown.length < comments.length)
      this.messages.append(createElement("p", { class: "soft" }, this.bridge.i18n.n("replies", comments.length - 1)));
    this.actions.replaceChildren(...this.buttons(thread, active));
    this.input.dom.hidden = !active || !head.may.reply;
  }

  /** Show nothing but the reply input: the thread is not accessible any more, but an unsent reply must not be lost. */
  showInputOnly(): void {
    this.rendered = "";
    for (const one of [this.state, this.quote, this.messages, this.actions]) one.replaceChildren();
    this.state.hidden = this.quote.hidden = true;
    this.input.dom.hidden = false;
  }

  focus(): void {
    this.quote.focus({ preventScroll: true });
  }

  private stateTags(head: Comment, orphaned: boolean): Node[] {
    const { i18n } = this.bridge;
    const tag = (name: string, kind: string) => createElement("span", { class: `tag tag--${kind}` }, i18n.t(name));
    const settled = () =>
      createElement("span", { class: "tag" }, i18n.t("settled_by", { name: isolate(head.settled_by?.name ?? "") }));
    return [
      ...(head.scope === "organisation" ? [tag("own_only", "seal")] : []),
      ...(orphaned ? [tag("orphaned", "care")] : []),
      ...(head.state === "settled" ? [settled()] : []),
    ];
  }

  private renderMessage(comment: Comment, whole: boolean): HTMLElement {
    const name = createElement("b", {}, createElement("bdi", {}, comment.by.name));
    const between = this.bridge.i18n.t("both", { one: "", other: "" });
    const small = createElement(
      "small",
      {},
      ...(comment.by.organisation ? [createElement("bdi", {}, comment.by.organisation), between] : []),
      this.time.element(comment.at),
    );
    const body = createElement(
      "p",
      { class: whole ? "ed-body" : "ed-body is-short", dir: "auto" },
      ...this.highlightMentions(comment),
    );
    return createElement(
      "div",
      { class: "ed-message" },
      createElement("div", { class: "ed-by-whom" }, name, small),
      body,
    );
  }

  /** Set the mentioned names in bold. */
  private highlightMentions({ body, mentions }: Comment): (Node | string)[] {
    const { me } = this.bridge.room;
    const people = [...this.handlers.people(), ...(me ? [{ id: me.id, names: this.handlers.ownNames() }] : [])];
    const names = new Set(people.filter((one) => mentions.includes(one.id)).flatMap((one) => one.names));
    let pieces: (Node | string)[] = [body];
    for (const name of [...names].sort((a, b) => b.length - a.length)) {
      pieces = pieces.flatMap((piece): (Node | string)[] => {
        if (typeof piece !== "string") return [piece];
        return piece
          .split(mentionPattern(name))
          .flatMap((part, index): (Node | string)[] =>
            index ? [createElement("b", { class: "ed-asked" }, `@${name}`), part] : [part],
          );
      });
    }
    return pieces;
  }

  private buttons({ id, head, comments }: Thread, active: boolean): HTMLElement[] {
    if (!active) return [];
    const all: HTMLElement[] = [];
    if (head.may.settle) all.push(this.button("settle", () => this.handlers.post(`/${id}/settlement`)));
    if (head.may.reopen) all.push(this.button("reopen", () => this.handlers.post(`/${id}/reopening`)));
    const last = comments.at(-1);
    if (last?.may.withdraw) all.push(this.button("withdraw", () => this.handlers.post(`/${last.id}/withdrawal`)));
    return all;
  }

  private button(name: string, action: () => Promise<void>): HTMLElement {
    const button = createElement("button", { type: "button", class: "btn btn--quiet" }, this.bridge.i18n.t(name));
    button.addEventListener("click", () => {
      this.focus();
      void action();
    });
    return button;
  }
}

interface NewCardHandlers {
  readonly send: (draft: DraftText) => Promise<void>;
  readonly cancel: () => void;
  readonly people: () => readonly Reader[];
  readonly activate: () => void;
}

/** Create the card in which a new comment is written. */
export function createNewCard(
  bridge: EditorBridge,
  { send, cancel, people, activate }: NewCardHandlers,
): { dom: HTMLElement; input: DraftInput } {
  const scopes = bridge.root.dataset.own !== undefined;
  const input = new DraftInput(bridge, {
    label: bridge.i18n.t("remark"),
    submitLabel: bridge.i18n.t("send"),
    rows: 3,
    choosesScope: scopes,
    scope: "all",
    people,
    onSubmit: send,
    onCancel: cancel,
  });
  const dom = createElement("li", { class: "ed-card is-on is-new" }, input.dom);
  dom.addEventListener("focusin", activate);
  return { dom, input };
}
