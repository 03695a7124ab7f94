// The page around the editor: status, toolbar, presence, and the handover from the plain form.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap, ViewPlugin, WidgetType } from "@codemirror/view";
import { createEditor, type DraftEditor, type EditorOptions } from "../editing/editor.js";
import { openSearch } from "../editing/find-replace.js";
import { headings } from "../editing/outline.js";
import { insertPasted, type Pasted, pasteHandler } from "../editing/paste.js";
import { numberFormatter, parseScheme } from "../editing/provision-numbers.js";
import { remoteCursors, remotePeople, resolvePosition } from "../editing/remote-cursors.js";
import type { TextDirection } from "../editing/text-direction.js";
import { countWords } from "../editing/word-count.js";
import { personFromState } from "../sync/awareness-states.js";
import type { Replica } from "../sync/replica.js";
import { Room } from "../sync/room.js";
import type { RoomStatus } from "../sync/room-events.js";
import { loadMargin, type MarginApi } from "./bundle-bridge.js";
import { canTakeOver, HandoverGate, handOver } from "./form-handover.js";
import { I18n, type Messages } from "./i18n.js";
import { guardLeaving } from "./leave-guard.js";
import { selectLinkedLine } from "./linked-line.js";
import { renderOutline } from "./outline-nav.js";
import { followKeyboard } from "./phone-layout.js";
import { textField, titleField, toggleRetitleButton } from "./plain-form.js";
import { PresenceList } from "./presence-list.js";
import { showRejectedChanges } from "./rejected-changes-panel.js";
import { SideBySide } from "./side-by-side.js";
import { requirePagePart, StatusLine } from "./status-line.js";
import { Toolbar } from "./toolbar.js";

const STATUS_SETTLED = 1200;

export function mountShell(root: HTMLElement, form: HTMLElement): void {
  new Shell(root, form).open();
}

class Shell {
  private readonly i18n: I18n;
  private readonly lang: string;
  private readonly room: Room;
  private readonly statusLine: StatusLine;
  private readonly toolbar: Toolbar;
  private readonly handoverGate: HandoverGate;
  private editor: DraftEditor | null = null;
  private replica: Replica | null = null;
  private margin: MarginApi | null = null;
  private loadingMargin: Promise<MarginApi | null> | null = null;
  private lastAnnounced = "";
  private announceTimer = 0;
  private countTimer = 0;
  private readonly presence: PresenceList;

  constructor(
    private readonly root: HTMLElement,
    private readonly form: HTMLElement,
  ) {
    const { lang = "ar", digits = "arab", live = "", spoken: messages = "{}" } = root.dataset;
    this.lang = lang;
    this.i18n = new I18n(JSON.parse(messages) as Messages, document.documentElement.lang, digits);
    this.statusLine = new StatusLine(root);
    this.handoverGate = new HandoverGate(form);
    this.presence = new PresenceList(root, this.statusLine, this.i18n);
    this.room = new Room(new URL(live, location.href.replace(/^http/, "ws")).href, {
      onReady: (replica) => this.handoverGate.whenIdle(() => this.startEditing(replica)),
      onStatus: () => this.onRoomStatus(),
      onMerged: (count) => this.onMerged(count),
      onRefused: (sentence) => this.editor && this.statusLine.show(sentence, []),
      onRejected: (rejected) =>
        showRejectedChanges(this.root, rejected, {
          lang: this.lang,
          i18n: this.i18n,
          url: live.replace(/live$/, "unsaved-changes"),
          discard: () => void this.room.pending.discardRejected(rejected.updates),
        }),
      onComments: () => this.margin?.reloadComments(),
    });
    const sideBySide = root.querySelector("[data-part=beside]")
      ? new SideBySide(
          root,
          () => this.editor,
          () => this.editorOptions(),
        )
      : null;
    this.toolbar = new Toolbar(root, () => this.editor, {
      find: openSearch,
      beside: () => this.toggleSideBySide(sideBySide),
      margin: (act) => void this.runMarginTool(act),
    });
    followKeyboard();
    guardLeaving(this.room, root, () => this.editor?.view.state.doc.toString() ?? "");
  }

  open(): void {
    this.room.open();
    document.addEventListener(
      "visibilitychange",
      () => document.visibilityState === "visible" && this.room.reopenAfterSignIn(),
    );
    addEventListener("focus", () => this.room.reopenAfterSignIn());
    toggleRetitleButton(this.form, () => this.editor !== null);
  }

  /**
   * Replace the form by the editor, with what was typed in the form. Where the text changed before the editor was
   * ready, the user stays in the form.
   */
  private startEditing(replica: Replica): void {
    if (replica.doc.isDestroyed) return;
    const field = this.editor ? null : textField(this.form);
    const focused = document.activeElement === field;
    if (field && !canTakeOver(field, replica.text.toString(), this.room.writable)) {
      this.room.stop();
      return;
    }
    const scrollTop = this.editor?.view.scrollDOM.scrollTop ?? 0;
    this.editor?.view.destroy();
    const extensions = [
      remoteCursors(replica, () => this.presence.show(remotePeople(replica.awareness))),
      pasteHandler(
        () => titleField(this.form)?.value ?? "",
        (pasted) => this.onPasted(pasted),
      ),
      EditorView.updateListener.of((update) => this.onEditorUpdate(update.docChanged, update.view)),
      keymap.of([
        { key: "Mod-k", run: () => this.toolbar.askForLink(), preventDefault: true },
        { key: "Mod-Alt-m", run: () => this.startComment(), preventDefault: true },
        { key: "Mod-/", run: () => this.toolbar.showShortcuts(), preventDefault: true },
        { key: "Alt-F10", run: () => this.toolbar.focus(), preventDefault: true },
      ]),
      EditorView.domEventHandlers({ focus: () => this.toolbar.refresh() }),
    ];
    this.editor = createEditor(requirePagePart(this.root, "text"), replica, this.editorOptions(), extensions);
    this.replica = replica;
    this.editor.view.scrollDOM.scrollTop = scrollTop;
    for (const one of [this.form, document.body]) one.classList.add("is-live");
    delete document.documentElement.dataset.coming;
    for (const one of [this.root, document.getElementById("ed-here")]) one?.removeAttribute("hidden");
    this.onRoomStatus();
    const { view } = this.editor;
    if (field) {
      handOver(field, view, focused);
      selectLinkedLine(view, location.hash);
    }
    this.onEditorUpdate(true, this.editor.view);
    void this.openMargin().then(
      (margin) => this.editor && this.replica === replica && margin?.attach(this.editor, replica),
    );
  }

  /** Load margin.js, after the text is on screen. Null where it cannot be loaded now; the next call tries again. */
  private async openMargin(): Promise<MarginApi | null> {
    const { root, room, i18n, statusLine } = this;
    const cm = { Decoration, EditorView, StateEffect, StateField, ViewPlugin, WidgetType };
    const bridge = {
      root,
      room,
      i18n,
      statusLine,
      personFromState: (state: object) => personFromState(state),
      resolvePosition,
      cm,
    };
    this.loadingMargin ??= loadMargin(root.dataset.margin ?? "", bridge).catch(() => null);
    this.margin = await this.loadingMargin;
    if (!this.margin) this.loadingMargin = null;
    return this.margin;
  }

  private toggleSideBySide(sideBySide: SideBySide | null): boolean {
    const on = sideBySide?.toggle() ?? false;
    if (on) this.margin?.close();
    return on;
  }

  private async runMarginTool(tool: string): Promise<void> {
    const loaded = this.margin;
    const margin = await this.openMargin();
    if (margin && !loaded && this.editor && this.replica) margin.attach(this.editor, this.replica);
    if (margin) margin.runTool(tool);
    else this.statusLine.show(this.i18n.t("margin_missing"), []);
  }

  private startComment(): boolean {
    void this.runMarginTool("comment");
    return true;
  }

  private editorOptions(): EditorOptions {
    const formatNumber = numberFormatter(this.lang, this.root.dataset.textDigits);
    const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";
    const direction = (this.root.dataset.side ?? "ltr") as TextDirection;
    const label = this.root.dataset.label ?? "";
    return {
      id: "ed-text",
      lang: this.lang,
      direction,
      label,
      nonce,
      i18n: this.i18n,
      formatNumber,
      numbering: parseScheme(this.root.dataset.numbers, formatNumber),
    };
  }

  private onEditorUpdate(docChanged: boolean, view: EditorView): void {
    this.toolbar.refresh();
    if (!docChanged) return;
    renderOutline(view, headings(view.state));
    clearTimeout(this.countTimer);
    this.countTimer = window.setTimeout(() => this.updateWordCount(view), 400);
  }

  private updateWordCount(view: EditorView): void {
    const count = countWords(view.state.doc.toString());
    requirePagePart(this.root, "count").textContent = this.i18n.n("words", count);
  }

  // ---- status

  private onRoomStatus(): void {
    const { status } = this.room;
    if (!this.editor) return;
    this.margin?.onStatus();
    const writable = this.room.writable && !this.replica?.doc.isDestroyed;
    this.editor.setWritable(writable);
    this.toolbar.setWritable(writable);
    const element = requirePagePart(this.root, "state");
    element.dataset.standing = status;
    const text = this.statusText(status);
    if (element.textContent !== text) element.textContent = text;
    requirePagePart(this.root, "again").hidden = status !== "out";
    clearTimeout(this.announceTimer);
    this.announceTimer = window.setTimeout(() => this.announceStatus(status, text), STATUS_SETTLED);
  }

  private statusText(status: RoomStatus): string {
    if (status !== "offline") return this.i18n.t(status);
    const { changeCount: changes, canStore: keeps, storedChangeCount: safeChanges } = this.room.pending;
    const shown = keeps ? safeChanges : changes;
    return shown ? this.i18n.n(keeps ? "offline_kept" : "offline_open", shown) : this.i18n.t("offline");
  }

  /** Announce a status that lasted STATUS_SETTLED, so that screen readers do not report every keystroke. */
  private announceStatus(status: RoomStatus, text: string): void {
    if (status === "saving" || text === this.lastAnnounced) return;
    const first = !this.lastAnnounced;
    this.lastAnnounced = text;
    if (!first || status !== "saved") this.statusLine.announce(text);
  }

  private onMerged(count: number): void {
    this.statusLine.show(this.i18n.n("merged", count), [[this.i18n.t("undo"), () => this.editor?.undoManager.undo()]]);
  }

  private onPasted({ counts, kinds, plain, withHeadings }: Pasted): void {
    const parts = kinds.map((name) => `${this.i18n.t(`paste_${name}`)}: ${this.i18n.formatNumber(counts[name] ?? 0)}`);
    const undo = () => this.editor?.undoManager.undo();
    const pasteInstead = (text: string) => () => {
      undo();
      if (this.editor) insertPasted(this.editor.view, text);
    };
    const sentence = [kinds.length ? this.i18n.t("pasted") : "", this.i18n.formatList(parts)].filter(Boolean).join(" ");
    this.statusLine.show(sentence, [
      [this.i18n.t("undo"), undo],
      ...(withHeadings ? [[this.i18n.t("paste_articles"), pasteInstead(withHeadings)] as const] : []),
      ...(kinds.length ? [[this.i18n.t("paste_plain"), pasteInstead(plain)] as const] : []),
    ]);
  }
}
