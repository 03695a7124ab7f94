// The page around the writing surface: what it says, its tools, who is here.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, keymap } from "@codemirror/view";

import { showAside } from "./rejected-changes-panel.js";
import { Beside } from "./side-by-side.js";
import { keepLeavingSafe } from "./leave-guard.js";
import { type EditorOptions, type DraftEditor, createEditor } from "../editing/editor.js";
import type { TextDirection } from "../editing/text-direction.js";
import { contents } from "./outline-nav.js";
import { openSearch } from "../editing/find-replace.js";
import { type Margin, fetched } from "./bundle-bridge.js";
import { numberFormatter, parseScheme } from "../editing/provision-numbers.js";
import { headings } from "../editing/outline.js";
import { type Pasted, pasteHandler, insertPasted } from "../editing/paste.js";
import { remotePeople, remoteCursors, personFromState, resolvePosition } from "../editing/remote-cursors.js";
import { fieldOf, retitling } from "./plain-form.js";
import { Room } from "../sync/room.js";
import type { Replica } from "../sync/replica.js";
import type { RoomStatus } from "../sync/room-events.js";
import { Handing, fits, handOver } from "./form-handover.js";
import { Tools } from "./toolbar.js";
import { News, part } from "./status-line.js";
import { Words, type Spoken } from "./i18n.js";

const SETTLED = 1200;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}\u2019'\u200c\u200d-]*/gu;

export function page(place: HTMLElement, form: HTMLElement): void {
  new Page(place, form).open();
}

class Page {
  private readonly words: Words;
  private readonly lang: string;
  private readonly room: Room;
  private readonly news: News;
  private readonly tools: Tools;
  private readonly handing: Handing;
  private surface: DraftEditor | null = null;
  private replica: Replica | null = null;
  private margin: Margin | null = null;
  private fetching: Promise<Margin | null> | null = null;
  private told = "";
  private telling = 0;
  private counting = 0;
  private here: ReadonlySet<string> | null = null;

  constructor(
    private readonly place: HTMLElement,
    private readonly form: HTMLElement,
  ) {
    const { lang = "ar", digits = "arab", live = "", spoken = "{}" } = place.dataset;
    this.lang = lang;
    this.words = new Words(JSON.parse(spoken) as Spoken, document.documentElement.lang, digits);
    this.news = new News(place);
    this.handing = new Handing(form);
    this.room = new Room(new URL(live, location.href.replace(/^http/, "ws")).href, {
      onReady: (replica) => this.handing.whenFree(() => this.begin(replica)),
      onStatus: () => this.stand(),
      onMerged: (count) => this.merged(count),
      onRefused: (sentence) => this.surface && this.news.tell(sentence, []),
      onRejected: (found) =>
        showAside(this.place, found, {
          lang: this.lang,
          words: this.words,
          address: live.replace(/live$/, "suggestions"),
          forget: () => void this.room.pending.discardRejected(found.updates),
        }),
      onComments: () => this.margin?.heard(),
    });
    const beside = place.querySelector("[data-part=beside]")
      ? new Beside(
          place,
          () => this.surface,
          () => this.manner(),
        )
      : null;
    this.tools = new Tools(place, () => this.surface, {
      find: openSearch,
      beside: () => this.putBeside(beside),
      margin: (act) => void this.useMargin(act),
    });
    keepLeavingSafe(this.room, place, () => this.surface?.view.state.doc.toString() ?? "");
  }

  open(): void {
    this.room.open();
    document.addEventListener(
      "visibilitychange",
      () => document.visibilityState === "visible" && this.room.reopenAfterSignIn(),
    );
    addEventListener("focus", () => this.room.reopenAfterSignIn());
    retitling(this.form, () => this.surface !== null);
  }

  // What somebody began to write in the form goes over with them, unless the text was another by then: then they stay there.
  private begin(replica: Replica): void {
    if (replica.doc.isDestroyed) return;
    const field = this.surface ? null : fieldOf(this.form);
    const held = document.activeElement === field;
    if (field && !fits(field, replica.text.toString(), this.room.writable)) return this.room.stop();
    const scrolled = this.surface?.view.scrollDOM.scrollTop ?? 0;
    this.surface?.view.destroy();
    const more = [
      remoteCursors(replica, () => this.meet(replica)),
      pasteHandler((pasted) => this.pasted(pasted)),
      EditorView.updateListener.of((update) => this.changed(update.docChanged, update.view)),
      keymap.of([
        { key: "Mod-k", run: () => this.tools.askForLink(), preventDefault: true },
        { key: "Mod-Alt-m", run: () => this.remark(), preventDefault: true },
      ]),
      EditorView.domEventHandlers({ focus: () => this.tools.mark() }),
    ];
    this.surface = createEditor(part(this.place, "text"), replica, this.manner(), more);
    this.replica = replica;
    this.surface.view.scrollDOM.scrollTop = scrolled;
    this.form.classList.add("is-live");
    for (const one of [this.place, document.getElementById("ed-here")]) one?.removeAttribute("hidden");
    this.stand();
    const { view } = this.surface;
    if (field) handOver(field, view, held);
    this.changed(true, this.surface.view);
    void this.openMargin().then(
      (margin) => this.surface && this.replica === replica && margin?.begun(this.surface, replica),
    );
  }

  // The second script comes after the text: nobody waits for it. Null where it cannot be had now.
  private async openMargin(): Promise<Margin | null> {
    const { place, room, words, news } = this;
    const cm = { Decoration, EditorView, StateEffect, StateField, ViewPlugin };
    const lent = {
      place,
      room,
      words,
      news,
      personOf: (state: object) => personFromState(state),
      placed: resolvePosition,
      cm,
    };
    this.fetching ??= fetched(place.dataset.margin ?? "", lent).catch(() => null);
    this.margin = await this.fetching;
    if (!this.margin) this.fetching = null;
    return this.margin;
  }

  private putBeside(beside: Beside | null): boolean {
    const on = beside?.toggle() ?? false;
    if (on) this.margin?.close();
    return on;
  }

  private async useMargin(act: string): Promise<void> {
    const had = this.margin;
    const margin = await this.openMargin();
    if (margin && !had && this.surface && this.replica) margin.begun(this.surface, this.replica);
    if (margin) margin.use(act);
    else this.news.tell(this.words.say("margin_missing"), []);
  }

  private remark(): boolean {
    void this.useMargin("comment");
    return true;
  }

  private manner(): EditorOptions {
    const own = numberFormatter(this.lang, this.place.dataset.textDigits);
    const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";
    const side = (this.place.dataset.side ?? "ltr") as TextDirection;
    const label = this.place.dataset.label ?? "";
    return {
      id: "ed-text",
      lang: this.lang,
      direction: side,
      label,
      nonce,
      words: this.words,
      formatNumber: own,
      numbering: parseScheme(this.place.dataset.numbers, own),
    };
  }

  private changed(written: boolean, view: EditorView): void {
    this.tools.mark();
    if (!written) return;
    contents(view, headings(view.state));
    clearTimeout(this.counting);
    this.counting = window.setTimeout(() => this.count(view), 400);
  }

  private count(view: EditorView): void {
    const count = view.state.doc.toString().match(WORD)?.length ?? 0;
    part(this.place, "count").textContent = this.words.count("words", count);
  }

  // ---- what is said of the state

  private stand(): void {
    const { status: standing } = this.room;
    if (!this.surface) return;
    this.margin?.stood();
    const may = this.room.writable && !this.replica?.doc.isDestroyed;
    this.surface.setWritable(may);
    this.tools.may(may);
    const state = part(this.place, "state");
    state.dataset.standing = standing;
    const said = this.said(standing);
    if (state.textContent !== said) state.textContent = said;
    part(this.place, "again").hidden = standing !== "out";
    clearTimeout(this.telling);
    this.telling = window.setTimeout(() => this.tell(standing, said), SETTLED);
  }

  private said(standing: RoomStatus): string {
    if (standing !== "offline") return this.words.say(standing);
    const { changeCount: changes, canStore: keeps, storedChangeCount: safeChanges } = this.room.pending;
    const told = keeps ? safeChanges : changes;
    return told ? this.words.count(keeps ? "offline_kept" : "offline_open", told) : this.words.say("offline");
  }

  // Spoken once a state has lasted: whoever listens is not told of each letter.
  private tell(standing: RoomStatus, said: string): void {
    if (standing === "saving" || said === this.told) return;
    const first = !this.told;
    this.told = said;
    if (!first || standing !== "saved") this.news.speak(said);
  }

  private merged(count: number): void {
    this.news.tell(this.words.count("merged", count), [
      [this.words.say("undo"), () => this.surface?.undoManager.undo()],
    ]);
  }

  private pasted({ counts, kinds: said, plain }: Pasted): void {
    const names = said.map((name) => `${this.words.say(`paste_${name}`)}: ${this.words.number(counts[name] ?? 0)}`);
    const undo = () => this.surface?.undoManager.undo();
    const again = () => {
      undo();
      if (this.surface) insertPasted(this.surface.view, plain);
    };
    this.news.tell(`${this.words.say("pasted")} ${this.words.join(names)}`, [
      [this.words.say("undo"), undo],
      [this.words.say("paste_plain"), again],
    ]);
  }

  private meet(replica: Replica): void {
    const all = remotePeople(replica.awareness);
    const list = part(this.place, "here");
    list.replaceChildren(
      ...all.map((one) => {
        const item = document.createElement("li");
        const [sign, name, from] = [
          document.createElement("span"),
          document.createElement("bdi"),
          document.createElement("bdi"),
        ];
        sign.className = `ed-dot who${one.colour}`;
        name.textContent = one.name;
        from.textContent = one.organisation;
        from.className = "soft";
        item.append(sign, name, from);
        return item;
      }),
    );
    part(this.place, "alone").hidden = all.length > 0;
    const names = new Set(all.map((one) => one.name));
    const came = [...names].filter((name) => this.here && !this.here.has(name));
    const left = [...(this.here ?? [])].filter((name) => !names.has(name));
    if (came.length) this.news.speak(this.words.say("came", { names: this.words.join(came) }));
    if (left.length) this.news.speak(this.words.say("left", { names: this.words.join(left) }));
    this.here = names;
  }
}
