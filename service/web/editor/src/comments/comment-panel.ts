// Comments on the text: beside their passages at a desk, in a sheet at the foot on a phone.
import type { EditorState } from "@codemirror/state";
import type { EditorView, ViewUpdate } from "@codemirror/view";

import { ApiError } from "../sync/api-client.js";
import type { Box, Words as Typed } from "./draft-input.js";
import { Card, newcomer } from "./comment-card.js";
import { Cards } from "./comment-cards.js";
import { Caret } from "../ui/caret-announcer.js";
import { Column, type Shown } from "./comment-column.js";
import type { DraftEditor } from "../editing/editor.js";
import { isWanted } from "./thread-filter.js";
import type { Lent } from "../ui/bundle-bridge.js";
import { apart } from "../ui/dom.js";
import { Offer, chosen } from "./comment-button.js";
import { type Passage, Passages, placed } from "./anchors.js";
import { Saying } from "./comment-actions.js";
import type { Replica } from "../sync/replica.js";
import { Talk, type Thread } from "./comment-api.js";
import type { RoomStatus } from "../sync/room-events.js";
import { When } from "../ui/relative-time.js";

const NEW = "new";
const RESOLVE = 600;
const ENDED = new Set(["out", "gone"]);
const AWAY = new Set(["offline", "connecting"]);

export class Remarks {
  private on = false;
  private active = "";
  private view: EditorView | null = null;
  private replica: Replica | null = null;
  private resolving = 0;
  private standing = "";
  private linked = location.hash.slice(1);
  private readonly talk: Talk;
  private readonly saying: Saying;
  private readonly passages: Passages;
  private readonly when: When;
  private readonly column: Column;
  private readonly offer: Offer;
  private readonly caret: Caret;
  private readonly cards: Cards;
  private readonly fresh: { dom: HTMLElement; box: Box };

  constructor(
    private readonly lent: Lent,
    private readonly opened: (on: boolean) => void,
  ) {
    this.talk = new Talk(`${lent.place.dataset.edition}/comments`);
    this.saying = new Saying(
      lent,
      this.talk,
      () => this.view && { view: this.view, passage: this.passages.of(this.view.state, NEW) },
      () => this.fetch(),
    );
    this.passages = new Passages(lent.cm);
    this.caret = new Caret(lent.news);
    this.when = new When(lent.place.dataset);
    this.offer = new Offer(lent, () => this.remark());
    this.column = new Column(lent, {
      filtered: () => this.show(),
      close: () => this.close(),
      leave: () => this.view?.focus(),
    });
    this.fresh = newcomer(lent, {
      send: (typed) => this.make(typed),
      drop: () => this.forget(),
      people: () => this.talk.readers,
      read: () => this.read(NEW),
    });
    const ways = {
      go: (id: string) => this.go(id),
      read: (id: string) => this.read(id),
      reply: (one: Thread, words: Typed) => this.saying.reply(one, words),
      act: (path: string) => this.saying.act(path),
      people: () => this.talk.readers,
    };
    this.cards = new Cards((thread) => new Card(lent, this.when, ways, thread));
    addEventListener("beforeunload", (event) => (this.fresh.box.filled || this.cards.filled) && event.preventDefault());
  }

  begun({ view }: DraftEditor, replica: Replica): void {
    [this.view, this.replica, this.standing] = [view, replica, stance(this.lent.room.status)];
    const { cm } = this.lent;
    const listening = [
      cm.EditorView.updateListener.of((update) => this.updated(update)),
      cm.EditorView.domEventHandlers({ click: (event) => this.tapped(event) }),
    ];
    view.dispatch({ effects: cm.StateEffect.appendConfig.of([this.passages.extension, listening]) });
    void this.fetch();
  }

  heard(): void {
    void this.fetch();
  }

  // What was said while the line was away, and what somebody may read as who they are now.
  stood(standing: RoomStatus): void {
    const now = stance(standing);
    if (now === this.standing) return;
    this.standing = now;
    if (ENDED.has(now)) this.silence();
    else if (!AWAY.has(now)) void this.fetch();
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
    this.saying.begin(passage);
    this.hold([...this.threads(state), { ...passage, id: NEW, look: "" }]);
    this.open();
    this.read(NEW);
    this.column.reveal(NEW);
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
    this.cards.find(id)?.focus();
    this.column.reveal(id);
  }

  private go(id: string): void {
    const passage = this.view && this.passages.of(this.view.state, id);
    this.read(id);
    if (!passage || !this.view) return;
    const { cm } = this.lent;
    this.view.dispatch({
      selection: { anchor: passage.from },
      effects: cm.EditorView.scrollIntoView(passage.from, this.column.way),
    });
    this.view.focus();
  }

  private async fetch(): Promise<void> {
    try {
      await this.talk.fetch();
    } catch (wrong) {
      if (wrong instanceof ApiError && !wrong.isTransient) this.silence();
      return;
    }
    this.heed();
    const { linked } = this;
    this.linked = "";
    if (this.talk.threads.some((one) => one.id === linked)) this.read(linked, true);
  }

  private silence(): void {
    this.talk.forget();
    this.heed();
  }

  private heed(): void {
    this.offer.may(this.talk.adds, this.view);
    this.resolve();
  }

  // Where the passages stand, by the units they are made of.
  private resolve(): void {
    clearTimeout(this.resolving);
    this.resolving = 0;
    const { view, replica } = this;
    if (!view || !replica) return;
    const fresh = this.passages.among(view.state).filter((one) => one.id === NEW);
    const all = this.talk.threads.map((one) => placed(one, replica, this.lent));
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
    const seen =
      thread.head.state === "open" || (this.on && isWanted(thread, this.column.filter, this.lent.room.me?.id ?? ""));
    return seen
      ? `is-open${thread.head.scope === "organisation" ? " is-own" : ""}${this.active === one.id ? " is-on" : ""}`
      : "";
  }

  private show(): void {
    const { view } = this;
    if (!view) return;
    this.column.count(this.talk.threads.filter((one) => one.head.state === "open").length);
    this.relook(view);
    if (!this.on && this.talk.threads.length) return;
    const me = this.lent.room.me?.id ?? "";
    const wanted = this.talk.threads.filter(
      (one) => one.id === this.active || isWanted(one, this.column.filter, me) || this.cards.find(one.id)?.box.filled,
    );
    const shown = [
      ...wanted.map((one) => this.card(one, view)),
      ...this.cards.left(this.talk.threads).map(({ id, dom }) => ({ id, dom, at: null })),
    ];
    const begun = this.fresh.box.filled || this.passages.among(view.state).some((one) => one.id === NEW);
    const fresh = begun ? [{ id: NEW, dom: this.fresh.dom, at: this.at(NEW, view) }] : [];
    this.column.show([...fresh, ...shown], this.active, view);
  }

  private relook(view: EditorView): void {
    const now = this.passages.among(view.state);
    const looked = this.looked(now);
    if (looked.some((one, number) => one.look !== now[number]?.look))
      view.dispatch({ effects: this.passages.setting(looked) });
  }

  private card(thread: Thread, view: EditorView): Shown {
    const at = this.at(thread.id, view);
    const card = this.cards.of(thread);
    card.show(thread, thread.id === this.active, at === null);
    return { id: thread.id, dom: card.dom, at };
  }

  // Null: nothing of the passage is left.
  private at(id: string, view: EditorView): number | null {
    return this.passages.of(view.state, id)?.from ?? null;
  }

  private updated(update: ViewUpdate): void {
    this.offer.follow(update);
    if (update.docChanged && this.passages.lost(update.state, this.talk.threads))
      this.resolving ||= window.setTimeout(() => this.resolve(), RESOLVE);
    if (update.docChanged || update.selectionSet) this.tellAtCaret(update.state);
    if (this.on && (update.docChanged || update.geometryChanged))
      this.column.settle(update.view, (id) => this.at(id, update.view));
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
    const passage =
      place === null || !view?.state.selection.main.empty ? undefined : this.passages.at(view.state, place);
    if (passage && passage.id !== NEW) {
      this.read(passage.id);
      this.column.reveal(passage.id);
    }
    return false;
  }

  // ---- what is said

  private forget(): void {
    this.part();
    this.view?.focus();
  }

  private part(): void {
    if (this.view) this.hold(this.threads(this.view.state));
    this.read("");
  }

  private async make(typed: Typed): Promise<void> {
    const said = await this.saying.remark(typed);
    const passage = this.view && this.passages.of(this.view.state, NEW);
    const held = this.fresh.dom.contains(document.activeElement);
    this.fresh.box.clear();
    this.part();
    if (held && passage) this.view?.dispatch({ selection: { anchor: passage.to } });
    if (held) this.view?.focus();
    void this.saying.after("sent").then(() => this.on && !this.active && this.read(said.thread));
  }
}

const stance = (standing: RoomStatus): RoomStatus => (standing === "saving" ? "saved" : standing);
