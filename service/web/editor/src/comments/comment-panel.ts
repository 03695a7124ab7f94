// The comment panel: a column of cards beside the text, or a bottom sheet on a phone.
import type { EditorView, ViewUpdate } from "@codemirror/view";

import type { DraftEditor } from "../editing/editor.js";
import { ApiError } from "../sync/api-client.js";
import type { Replica } from "../sync/replica.js";
import type { RoomStatus } from "../sync/room-events.js";
import type { EditorBridge } from "../ui/bundle-bridge.js";
import { CaretAnnouncer } from "../ui/caret-announcer.js";
import { isolate } from "../ui/dom.js";
import { RelativeTime } from "../ui/relative-time.js";
import type { Passage } from "./anchors.js";
import { CommentActions } from "./comment-actions.js";
import { CommentApi, type Thread } from "./comment-api.js";
import { CommentButton, selectedPassage } from "./comment-button.js";
import { CommentCard } from "./comment-card.js";
import { CommentCards } from "./comment-cards.js";
import { type ColumnCard, CommentColumn } from "./comment-column.js";
import { CommentComposer } from "./comment-composer.js";
import type { DraftText } from "./draft-input.js";
import { NEW, PassageTracker } from "./passage-tracker.js";
import { matchesFilter } from "./thread-filter.js";

const ENDED = new Set(["out", "gone"]);
const UNREACHABLE = new Set(["offline", "connecting"]);

export class CommentPanel {
  private on = false;
  private active = "";
  private view: EditorView | null = null;
  private status = "";
  private linkedId = location.hash.slice(1);
  private readonly api: CommentApi;
  private readonly actions: CommentActions;
  private readonly passages: PassageTracker;
  private readonly column: CommentColumn;
  private readonly button: CommentButton;
  private readonly announcer: CaretAnnouncer;
  private readonly cards: CommentCards;
  private readonly composer: CommentComposer;

  constructor(
    private readonly bridge: EditorBridge,
    private readonly onToggle: (on: boolean) => void,
  ) {
    this.api = new CommentApi(`${bridge.root.dataset.edition}/comments`);
    this.passages = new PassageTracker(
      bridge,
      this.api,
      (passage, thread) => this.classFor(passage, thread),
      () => this.show(),
    );
    this.actions = new CommentActions(
      bridge,
      this.api,
      () => this.view && { view: this.view, passage: this.passages.find(NEW) },
      () => this.fetch(),
    );
    this.announcer = new CaretAnnouncer(bridge.statusLine);
    this.button = new CommentButton(bridge, () => this.startComment());
    this.column = new CommentColumn(bridge, {
      filtered: () => this.show(),
      close: () => this.close(),
      leave: () => this.view?.focus(),
    });
    this.composer = new CommentComposer(bridge, this.actions, this.passages, {
      view: () => this.view,
      people: () => this.api.readers,
      activate: (id) => this.activate(id),
      onPosted: (comment) => this.on && !this.active && this.activate(comment.thread),
    });
    this.cards = this.createCards(new RelativeTime(bridge.root.dataset));
    addEventListener(
      "beforeunload",
      (event) => (this.composer.filled || this.cards.hasDrafts) && event.preventDefault(),
    );
  }

  attach({ view }: DraftEditor, replica: Replica): void {
    [this.view, this.status] = [view, withoutSaving(this.bridge.room.status)];
    this.passages.attach(view, replica);
    const { cm } = this.bridge;
    const listeners = [
      cm.EditorView.updateListener.of((update) => this.onUpdate(update)),
      cm.EditorView.domEventHandlers({ click: (event) => this.onClick(event) }),
    ];
    view.dispatch({ effects: cm.StateEffect.appendConfig.of([this.passages.extension, listeners]) });
    void this.fetch();
  }

  reload(): void {
    void this.fetch();
  }

  /** Reload what was missed while offline; clear everything once the reader has no access. */
  onStatus(roomStatus: RoomStatus): void {
    const status = withoutSaving(roomStatus);
    if (status === this.status) return;
    this.status = status;
    if (ENDED.has(status)) this.clear();
    else if (!UNREACHABLE.has(status)) void this.fetch();
  }

  toggle(): void {
    if (this.on) {
      this.close();
      return;
    }
    this.open();
    this.column.focus();
  }

  /** Comment on the selection; without a selection open the thread at the caret, where there is one. */
  startComment(): void {
    if (!this.view || !this.api.canAdd) return;
    const { state } = this.view;
    const { main } = state.selection;
    const existing = main.empty ? this.passages.at(main.head) : undefined;
    if (existing && existing.id !== NEW) {
      this.activate(existing.id, true);
      return;
    }
    const passage = selectedPassage(state);
    if (!passage) {
      this.bridge.statusLine.show(this.bridge.i18n.t("choose_words"), []);
      return;
    }
    this.composer.begin(passage);
    this.open();
    this.activate(NEW);
    this.column.reveal(NEW);
    this.composer.focus();
  }

  private createCards(time: RelativeTime): CommentCards {
    const handlers = {
      go: (id: string) => this.goTo(id),
      activate: (id: string) => this.activate(id),
      reply: (thread: Thread, draft: DraftText) => this.actions.reply(thread, draft),
      post: (path: string) => this.actions.run(path),
      people: () => this.api.readers,
      ownNames: () => this.api.ownNames,
    };
    return new CommentCards((thread) => new CommentCard(this.bridge, time, handlers, thread));
  }

  // ---- display

  private open(): void {
    this.on = true;
    this.onToggle(true);
    this.show();
  }

  private close(): void {
    this.on = false;
    this.onToggle(false);
    if (this.composer.filled) this.activate("");
    else this.composer.cancel();
    this.view?.focus();
  }

  private activate(id: string, focus = false): void {
    if (id && !this.on) this.open();
    if (id !== this.active) {
      this.active = id;
      this.show();
    }
    if (!focus) return;
    this.cards.find(id)?.focus();
    this.column.reveal(id);
  }

  private goTo(id: string): void {
    const passage = this.passages.find(id);
    this.activate(id);
    if (!passage || !this.view) return;
    const { cm } = this.bridge;
    this.view.dispatch({
      selection: { anchor: passage.from },
      effects: cm.EditorView.scrollIntoView(passage.from, this.column.scrollOptions),
    });
    this.view.focus();
  }

  private async fetch(): Promise<void> {
    try {
      await this.api.fetch();
    } catch (error) {
      if (error instanceof ApiError && !error.isTransient) this.clear();
      return;
    }
    this.onLoaded();
    const { linkedId } = this;
    this.linkedId = "";
    if (this.api.threads.some((thread) => thread.id === linkedId)) this.activate(linkedId, true);
  }

  private clear(): void {
    this.api.clear();
    this.onLoaded();
  }

  private onLoaded(): void {
    this.button.setAllowed(this.api.canAdd, this.view);
    this.passages.resolve();
  }

  private classFor(passage: Passage, thread: Thread | undefined): string {
    if (!thread) return passage.id === NEW ? "is-new is-on" : "";
    const visible =
      thread.head.state === "open" ||
      (this.on && matchesFilter(thread, this.column.filter, this.bridge.room.me?.id ?? ""));
    return visible
      ? `is-open${thread.head.scope === "organisation" ? " is-own" : ""}${this.active === passage.id ? " is-on" : ""}`
      : "";
  }

  private show(): void {
    const { view } = this;
    if (!view) return;
    const open = this.api.threads.filter((thread) => thread.head.state === "open").length;
    this.column.count(open, this.api.threads.length - open);
    this.passages.updateClasses();
    if (!this.on && this.api.threads.length) return;
    const threads = this.api.threads.filter((thread) => this.isShown(thread));
    const orphaned = this.cards.prune(this.api.threads).map(({ id, dom }) => ({ id, dom, from: null }));
    const newCards = this.composer.isOpen ? [{ id: NEW, dom: this.composer.dom, from: this.positionOf(NEW) }] : [];
    this.column.show(
      [...newCards, ...threads.map((thread) => this.columnCard(thread)), ...orphaned],
      this.active,
      view,
    );
  }

  private isShown(thread: Thread): boolean {
    return (
      thread.id === this.active ||
      matchesFilter(thread, this.column.filter, this.bridge.room.me?.id ?? "") ||
      this.cards.find(thread.id)?.input.filled === true
    );
  }

  private columnCard(thread: Thread): ColumnCard {
    const from = this.positionOf(thread.id);
    const card = this.cards.cardFor(thread);
    card.show(thread, thread.id === this.active, from === null);
    return { id: thread.id, dom: card.dom, from };
  }

  /** Null where nothing is left of the passage. */
  private positionOf(id: string): number | null {
    return this.passages.find(id)?.from ?? null;
  }

  private onUpdate(update: ViewUpdate): void {
    this.button.onUpdate(update);
    this.passages.onUpdate(update);
    if (update.docChanged || update.selectionSet) this.announceAtCaret(update.state.selection.main.head);
    if (this.on && (update.docChanged || update.geometryChanged))
      this.column.scheduleLayout(update.view, (id) => this.positionOf(id));
  }

  private announceAtCaret(position: number): void {
    const passage = this.passages.at(position);
    const head = this.api.threads.find((thread) => thread.id === passage?.id)?.head;
    this.announcer.announce(head ? this.bridge.i18n.t("comment_here", { name: isolate(head.by.name) }) : "");
  }

  private onClick(event: MouseEvent): boolean {
    const { view } = this;
    const mark = (event.target as Element).closest(".ed-said");
    const position = mark && view ? view.posAtCoords({ x: event.clientX, y: event.clientY }) : null;
    const passage = position === null || !view?.state.selection.main.empty ? undefined : this.passages.at(position);
    if (passage && passage.id !== NEW) {
      this.activate(passage.id);
      this.column.reveal(passage.id);
    }
    return false;
  }
}

const withoutSaving = (status: RoomStatus): RoomStatus => (status === "saving" ? "saved" : status);
