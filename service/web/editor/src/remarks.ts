// Comments on the text: beside their passages at a desk, in a sheet at the foot on a phone.
import type { EditorState } from "@codemirror/state";
import type { EditorView, ViewUpdate } from "@codemirror/view";

import { Refused } from "./asked.js";
import type { Box, Words as Typed } from "./box.js";
import { Card, newcomer } from "./card.js";
import { Caret } from "./caret.js";
import { Column } from "./column.js";
import type { Surface } from "./editor.js";
import { isWanted } from "./filter.js";
import type { Lent } from "./lent.js";
import { apart } from "./made.js";
import { Offer, chosen } from "./offer.js";
import { type Passage, Passages, placed } from "./passages.js";
import type { Shared } from "./shared.js";
import { type Said, Talk, type Thread, saved } from "./talk.js";
import { When } from "./when.js";

const NEW = "new";
const RESOLVE = 600;

export class Remarks {
  private on = false;
  private active = "";
  private view: EditorView | null = null;
  private shared: Shared | null = null;
  private resolving = 0;
  private standing = "";
  private linked = location.hash.slice(1);
  private readonly talk: Talk;
  private readonly passages: Passages;
  private readonly when: When;
  private readonly column: Column;
  private readonly offer: Offer;
  private readonly caret: Caret;
  private readonly cards = new Map<string, Card>();
  private readonly fresh: { dom: HTMLElement; box: Box };

  constructor(
    private readonly lent: Lent,
    private readonly opened: (on: boolean) => void,
  ) {
    this.talk = new Talk(`${lent.place.dataset["edition"]}/comments`);
    this.passages = new Passages(lent.cm);
    this.caret = new Caret(lent.news);
    this.when = new When(lent.place.dataset);
    this.offer = new Offer(lent, () => this.remark());
    this.column = new Column(lent, { filtered: () => this.show(), close: () => this.close(), leave: () => this.view?.focus() });
    this.fresh = newcomer(lent, { send: (typed) => this.make(typed), drop: () => this.forget(), people: () => this.talk.readers, read: () => this.read(NEW) });
    addEventListener("beforeunload", (event) => [this.fresh.box, ...[...this.cards.values()].map((one) => one.box)].some((box) => box.filled) && event.preventDefault());
  }

  begun({ view }: Surface, shared: Shared): void {
    [this.view, this.shared] = [view, shared];
    const { cm } = this.lent;
    const listening = [cm.EditorView.updateListener.of((update) => this.updated(update)), cm.EditorView.domEventHandlers({ click: (event) => this.tapped(event) })];
    view.dispatch({ effects: cm.StateEffect.appendConfig.of([this.passages.extension, listening]) });
    void this.fetch();
  }

  heard(): void {
    void this.fetch();
  }

  // What was said while the line was away.
  stood(standing: string): void {
    if (this.standing === "offline" && standing !== "offline") void this.fetch();
    this.standing = standing;
  }

  toggle(): void {
    if (this.on) return this.close();
    this.open();
    this.column.focus();
  }

  // A new one on what is chosen; where a passage is spoken of already and nothing is chosen, what is said of it.
  remark(): void {
    if (!this.view || !this.talk.adds) return;
    const { state } = this.view;
    const { main } = state.selection;
    const there = main.empty ? this.passages.at(state, main.head) : undefined;
    if (there && there.id !== NEW) return this.read(there.id, true);
    const passage = chosen(state);
    if (!passage) return this.lent.news.tell(this.lent.words.say("choose_words"), []);
    this.hold([...this.threads(state), { ...passage, id: NEW, look: "" }]);
    this.open();
    this.read(NEW);
    this.fresh.box.field.focus({ preventScroll: true });
    requestAnimationFrame(() => requestAnimationFrame(() => this.fresh.box.dom.scrollIntoView({ block: "nearest" })));
  }

  // ---- what is shown

  private open(): void {
    this.on = true;
    this.opened(true);
    this.show();
  }

  private close(): void {
    this.on = false;
    this.opened(false);
    if (this.fresh.box.filled) this.read("");
    else this.forget();
    this.view?.focus();
  }

  private read(id: string, focus = false): void {
    if (id && !this.on) this.open();
    if (id !== this.active) {
      this.active = id;
      this.show();
    }
    if (!focus) return;
    this.cards.get(id)?.focus();
    this.column.reveal(id);
  }

  private go(id: string): void {
    const passage = this.view && this.passages.of(this.view.state, id);
    this.read(id);
    if (!passage || !this.view) return;
    const { cm } = this.lent;
    this.view.dispatch({ selection: { anchor: passage.from }, effects: cm.EditorView.scrollIntoView(passage.from, this.column.way) });
    this.view.focus();
  }

  private async fetch(): Promise<void> {
    try {
      await this.talk.fetch();
    } catch {
      return;
    }
    this.offer.may(this.talk.adds, this.view);
    this.resolve();
    const { linked } = this;
    this.linked = "";
    if (this.talk.threads.some((one) => one.id === linked)) this.read(linked, true);
  }

  // Where the passages stand, by the units they are made of.
  private resolve(): void {
    clearTimeout(this.resolving);
    this.resolving = 0;
    const { view, shared } = this;
    if (!view || !shared) return;
    const fresh = this.passages.among(view.state).filter((one) => one.id === NEW);
    const all = this.talk.threads.map((one) => placed(one, shared, this.lent));
    this.hold([...all, ...fresh]);
  }

  private hold(all: readonly Passage[]): void {
    if (!this.view) return;
    this.view.dispatch({ effects: this.passages.setting(this.looked(all)) });
    this.show();
  }

  private threads(state: EditorState): Passage[] {
    return this.passages.among(state).filter((one) => one.id !== NEW);
  }

  private looked(all: readonly Passage[]): Passage[] {
    const threads = new Map(this.talk.threads.map((one) => [one.id, one]));
    return all.map((one) => ({ ...one, look: this.look(one, threads.get(one.id)) }));
  }

  private look(one: Passage, thread: Thread | undefined): string {
    if (!thread) return one.id === NEW ? "is-new is-on" : "";
    const seen = thread.head.state === "open" || (this.on && isWanted(thread, this.column.filter, this.lent.room.me?.id ?? ""));
    return seen ? `is-open${thread.head.scope === "organisation" ? " is-own" : ""}${this.active === one.id ? " is-on" : ""}` : "";
  }

  private show(): void {
    const { view } = this;
    if (!view) return;
    this.column.count(this.talk.threads.filter((one) => one.head.state === "open").length);
    this.relook(view);
    if (!this.on) return;
    const me = this.lent.room.me?.id ?? "";
    const wanted = this.talk.threads.filter((one) => one.id === this.active || isWanted(one, this.column.filter, me));
    const shown = wanted.map((one) => this.card(one, view));
    const fresh = this.passages.among(view.state).some((one) => one.id === NEW) ? [{ id: NEW, dom: this.fresh.dom, at: this.at(NEW, view) }] : [];
    for (const id of this.cards.keys()) if (!this.talk.threads.some((one) => one.id === id)) this.cards.delete(id);
    this.column.show([...fresh, ...shown], this.active, view);
  }

  private relook(view: EditorView): void {
    const now = this.passages.among(view.state);
    const looked = this.looked(now);
    if (looked.some((one, number) => one.look !== now[number]?.look)) view.dispatch({ effects: this.passages.setting(looked) });
  }

  private card(thread: Thread, view: EditorView): { id: string; dom: HTMLElement; at: number | null } {
    const at = this.at(thread.id, view);
    const { talk } = this;
    const card =
      this.cards.get(thread.id) ??
      new Card(this.lent, this.when, { go: (id) => this.go(id), read: (id) => this.read(id), reply: (one, words) => this.reply(one, words), act: (path) => this.act(path), people: () => talk.readers }, thread);
    this.cards.set(thread.id, card);
    card.show(thread, thread.id === this.active, at === null);
    return { id: thread.id, dom: card.dom, at };
  }

  // Null: nothing of the passage is left.
  private at(id: string, view: EditorView): number | null {
    return this.passages.of(view.state, id)?.from ?? null;
  }

  private updated(update: ViewUpdate): void {
    this.offer.follow(update);
    if (update.docChanged && this.passages.lost(update.state, this.talk.threads)) this.resolving ||= window.setTimeout(() => this.resolve(), RESOLVE);
    if (update.docChanged || update.selectionSet) this.tellAtCaret(update.state);
    if (this.on && (update.docChanged || update.geometryChanged)) this.column.settle(update.view, (id) => this.at(id, update.view));
  }

  private tellAtCaret(state: EditorState): void {
    const there = this.passages.at(state, state.selection.main.head);
    const head = this.talk.threads.find((one) => one.id === there?.id)?.head;
    this.caret.tell(head ? this.lent.words.say("comment_here", { name: apart(head.by.name) }) : "");
  }

  private tapped(event: MouseEvent): boolean {
    const { view } = this;
    const mark = (event.target as Element).closest(".ed-said");
    const place = mark && view ? view.posAtCoords({ x: event.clientX, y: event.clientY }) : null;
    const passage = place === null || !view?.state.selection.main.empty ? undefined : this.passages.at(view.state, place);
    if (passage && passage.id !== NEW) {
      this.read(passage.id);
      this.column.reveal(passage.id);
    }
    return false;
  }

  // ---- what is said

  private forget(): void {
    if (this.view) this.hold(this.threads(this.view.state));
    this.read("");
    this.view?.focus();
  }

  // Said of the text as the service has it: first all that was written must lie there.
  private async make({ body, mentions, scope }: Typed): Promise<void> {
    await saved(this.lent.room);
    const { view } = this;
    const { row } = this.lent.room;
    if (!view || !row) throw new Refused("offline", "");
    const passage = this.passages.of(view.state, NEW);
    if (!passage) throw new Refused("gone", this.lent.words.say("words_gone"));
    const quote = view.state.sliceDoc(passage.from, passage.to);
    const start = Array.from(view.state.sliceDoc(0, passage.from)).length;
    const said = await this.talk.say<Said>("", { ...row, start, end: start + Array.from(quote).length, quote, body, scope, mentions });
    view.dispatch({ selection: { anchor: passage.to } });
    this.forget();
    await this.after("sent");
    this.read(said.thread);
  }

  private async reply({ id }: Thread, { body, mentions }: Typed): Promise<void> {
    await this.talk.say(`/${id}/replies`, { body, mentions });
    await this.after("sent");
  }

  private async act(path: string): Promise<void> {
    try {
      await this.talk.say(path, {});
      await this.after("done");
    } catch (wrong) {
      this.lent.news.tell((wrong instanceof Refused && wrong.sentence) || this.lent.words.say("not_done"), []);
    }
  }

  private async after(said: string): Promise<void> {
    this.lent.news.speak(this.lent.words.say(said));
    await this.fetch();
  }
}
