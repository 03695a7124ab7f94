// Who wrote what: the words in the colours and lines of their writers, who they are, and who wrote at the caret.
import type { Range } from "@codemirror/state";
import type { DecorationSet, Decoration as Drawn, EditorView, ViewUpdate } from "@codemirror/view";

import { ApiError, request } from "../sync/api-client.js";
import { Caret } from "../ui/caret-announcer.js";
import { Legend, type Writer } from "./legend.js";
import type { Lent } from "../ui/bundle-bridge.js";
import { apart } from "../ui/dom.js";
import { type Run, runAt, runsOf } from "./runs.js";
import type { Replica } from "../sync/replica.js";
import type { DraftEditor } from "../editing/editor.js";
import type { Person } from "../sync/protocol.js";

interface Authors {
  readonly clients: Readonly<Record<string, string>>;
  readonly people: readonly Person[];
}

const AGAIN = 5000;
const PATTERNS = 5;
const SHARED = 800;

export class Hands {
  private on = false;
  private byOrganisation = false;
  private clients: Readonly<Record<string, string>> = {};
  private readonly people = new Map<string, Person>();
  private writers = new Map<string, Writer>();
  private runs: Run[] = [];
  private view: EditorView | null = null;
  private replica: Replica | null = null;
  private askedAt = 0;
  private asking = 0;
  private sharing = 0;
  private refused: ApiError | null = null;
  private readonly drawn;
  private readonly legend: Legend;
  private readonly caret: Caret;

  constructor(
    private readonly lent: Lent,
    private readonly opened: (on: boolean) => void,
  ) {
    this.caret = new Caret(lent.news);
    this.drawn = lent.cm.StateEffect.define<null>();
    this.legend = new Legend(
      lent,
      (byOrganisation) => this.group(byOrganisation),
      () => this.toggle(),
    );
  }

  begun({ view }: DraftEditor, replica: Replica): void {
    [this.view, this.replica] = [view, replica];
    const painter = this.lent.cm.ViewPlugin.define((at) => this.painter(at), { decorations: (one) => one.decorations });
    view.dispatch({ effects: this.lent.cm.StateEffect.appendConfig.of(painter) });
    if (this.on) void this.fetch();
  }

  toggle(): boolean {
    this.on = !this.on;
    this.opened(this.on);
    this.refused = null;
    if (this.on) void this.fetch();
    else this.legend.hide();
    this.draw();
    this.tell();
    return this.on;
  }

  private group(byOrganisation: boolean): void {
    this.byOrganisation = byOrganisation;
    this.draw();
  }

  private async fetch(): Promise<void> {
    clearTimeout(this.asking);
    this.asking = 0;
    this.askedAt = Date.now();
    try {
      const found = await request<Authors>(`${this.lent.place.dataset.edition}/authors`);
      this.clients = found.clients;
      for (const one of found.people) this.people.set(one.id, one);
      this.refused = null;
    } catch (wrong) {
      if (wrong instanceof ApiError) this.refuse(wrong);
    }
    this.draw();
  }

  private refuse(wrong: ApiError): void {
    if (wrong.sentence && wrong.code !== this.refused?.code) this.lent.news.speak(wrong.sentence);
    this.refused = wrong;
  }

  // Somebody new writes: they are shown where they are present, else asked for, not too often, nor once that was refused.
  private readonly whose = (client: number): string => {
    const known = this.clients[String(client)] ?? this.met(client);
    if (!known && this.on && this.refused?.isTransient !== false)
      this.asking ||= window.setTimeout(() => void this.fetch(), Math.max(0, this.askedAt + AGAIN - Date.now()));
    return known ?? "";
  };

  private met(client: number): string | undefined {
    if (client === this.replica?.doc.clientID && this.lent.room.me) return this.know(this.lent.room.me);
    const person = this.lent.personOf(this.replica?.awareness.getStates().get(client) ?? {});
    return person?.id ? this.know(person) : undefined;
  }

  private know(person: Person): string {
    if (!this.people.has(person.id)) this.people.set(person.id, person);
    return person.id;
  }

  // ---- drawing

  private draw(): void {
    this.view?.dispatch({ effects: this.drawn.of(null) });
    this.share();
  }

  private painter(view: EditorView): { decorations: DecorationSet; update(update: ViewUpdate): void } {
    const painter = {
      decorations: this.painted(view),
      update: (update: ViewUpdate) => {
        if (update.selectionSet || update.docChanged) this.tell();
        const asked = update.transactions.some((one) => one.effects.some((effect) => effect.is(this.drawn)));
        if (!asked && !(this.on && (update.docChanged || update.viewportChanged))) return;
        if (update.docChanged) this.sharing ||= window.setTimeout(() => this.share(), SHARED);
        painter.decorations = this.painted(update.view, asked || update.docChanged);
      },
    };
    return painter;
  }

  // Only what is in view is drawn; whose the text is is read anew with each change, in one pass over its units.
  private painted(view: EditorView, changed = true): DecorationSet {
    const { Decoration } = this.lent.cm;
    if (!this.on || !this.replica || view !== this.view) return Decoration.none;
    if (changed) {
      this.runs = runsOf(this.replica.text, this.whose);
      this.writers = this.known();
    }
    const drawn: Range<Drawn>[] = [];
    for (const { from, to } of view.visibleRanges) {
      for (let number = runAt(this.runs, from); number < this.runs.length; number += 1) {
        const run = this.runs[number];
        if (!run || run.from >= to) break;
        const writer = this.writers.get(run.who);
        const [start, end] = [Math.max(from, run.from), Math.min(to, run.to, view.state.doc.length)];
        if (writer && start < end) drawn.push(writer.mark.range(start, end));
      }
    }
    return Decoration.set(drawn);
  }

  private known(): Map<string, Writer> {
    const writing = new Set(this.runs.map((run) => run.who));
    const people = [...this.people.values()].filter((one) => writing.has(one.id));
    people.sort((one, two) => one.name.localeCompare(two.name) || (one.id < two.id ? -1 : 1));
    const groups = [...new Set(people.map((one) => one.organisation))].sort();
    return new Map(people.map((one, number) => [one.id, this.writer(one, number, groups.indexOf(one.organisation))]));
  }

  private writer(person: Person, number: number, group: number): Writer {
    const [colour, pattern] = this.byOrganisation ? [group % 12, group % PATTERNS] : [person.colour, number % PATTERNS];
    const look = `by who${colour} by${pattern}`;
    const before = this.writers.get(person.id);
    if (before?.look === look && before.person === person) return before;
    const title = this.named(person);
    return { person, look, mark: this.lent.cm.Decoration.mark({ class: look, attributes: { title } }) };
  }

  private named({ name, organisation }: Person): string {
    return organisation ? this.lent.words.say("both", { one: apart(name), other: apart(organisation) }) : apart(name);
  }

  // ---- telling

  private share(): void {
    clearTimeout(this.sharing);
    this.sharing = 0;
    if (!this.on) return;
    const lengths = new Map<string, number>();
    for (const run of this.runs) lengths.set(run.who, (lengths.get(run.who) ?? 0) + run.to - run.from);
    this.legend.show([...this.writers.values()], lengths, this.byOrganisation);
    this.tell();
  }

  private tell(): void {
    const line = this.legend.here;
    const { head = 0 } = this.view?.state.selection.main ?? {};
    const run = this.runs[runAt(this.runs, Math.max(0, head - 1))];
    const writer = this.on && run ? this.writers.get(run.who) : undefined;
    const said = writer ? this.lent.words.say("wrote_here", { name: this.named(writer.person) }) : "";
    line.hidden = !said;
    if (line.textContent !== said) line.textContent = said;
    this.caret.tell(said);
  }
}
