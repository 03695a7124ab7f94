// Authorship highlighting: text in the colour and underline of its author, a legend, and the author at the caret.
import type { Range } from "@codemirror/state";
import type { Decoration, DecorationSet, EditorView, ViewUpdate } from "@codemirror/view";
import type { DraftEditor } from "../editing/editor.js";
import { ApiError, request } from "../sync/api-client.js";
import type { Person } from "../sync/protocol.js";
import type { Replica } from "../sync/replica.js";
import type { EditorBridge } from "../ui/bundle-bridge.js";
import { CaretAnnouncer } from "../ui/caret-announcer.js";
import { isolate } from "../ui/dom.js";
import { Legend, type Writer } from "./legend.js";
import { authorRuns, type Run, runIndexAt } from "./runs.js";

interface AuthorsResponse {
  readonly clients: Readonly<Record<string, string>>;
  readonly people: readonly Person[];
}

const REFETCH_INTERVAL = 5000;
const PATTERNS = 5;
const LEGEND_DELAY = 800;

export class Authorship {
  private on = false;
  private byOrganisation = false;
  private clients: Readonly<Record<string, string>> = {};
  private readonly people = new Map<string, Person>();
  private writers = new Map<string, Writer>();
  private runs: Run[] = [];
  private view: EditorView | null = null;
  private replica: Replica | null = null;
  private fetchedAt = 0;
  private fetchTimer = 0;
  private legendTimer = 0;
  private fetchError: ApiError | null = null;
  private readonly redraw;
  private readonly legend: Legend;
  private readonly announcer: CaretAnnouncer;

  constructor(
    private readonly bridge: EditorBridge,
    private readonly onToggle: (on: boolean) => void,
  ) {
    this.announcer = new CaretAnnouncer(bridge.statusLine);
    this.redraw = bridge.cm.StateEffect.define<null>();
    this.legend = new Legend(
      bridge,
      (byOrganisation) => this.setGrouping(byOrganisation),
      () => this.toggle(),
    );
  }

  attach({ view }: DraftEditor, replica: Replica): void {
    [this.view, this.replica] = [view, replica];
    const plugin = this.bridge.cm.ViewPlugin.define((at) => this.createPlugin(at), {
      decorations: (one) => one.decorations,
    });
    view.dispatch({ effects: this.bridge.cm.StateEffect.appendConfig.of(plugin) });
    if (this.on) void this.fetch();
  }

  toggle(): boolean {
    this.on = !this.on;
    this.onToggle(this.on);
    this.fetchError = null;
    if (this.on) void this.fetch();
    else this.legend.hide();
    this.requestRedraw();
    this.updateCaretLine();
    return this.on;
  }

  private setGrouping(byOrganisation: boolean): void {
    this.byOrganisation = byOrganisation;
    this.requestRedraw();
  }

  private async fetch(): Promise<void> {
    clearTimeout(this.fetchTimer);
    this.fetchTimer = 0;
    this.fetchedAt = Date.now();
    try {
      const response = await request<AuthorsResponse>(`${this.bridge.root.dataset.edition}/authors`);
      this.clients = response.clients;
      for (const person of response.people) this.people.set(person.id, person);
      this.fetchError = null;
    } catch (error) {
      if (error instanceof ApiError) this.handleError(error);
    }
    this.requestRedraw();
  }

  private handleError(error: ApiError): void {
    if (error.sentence && error.code !== this.fetchError?.code) this.bridge.statusLine.announce(error.sentence);
    this.fetchError = error;
  }

  /**
   * The author of a CRDT client. An unknown client is looked up in the awareness states, else fetched: at most once per
   * REFETCH_INTERVAL, and never again after a permanent refusal.
   */
  private readonly personOf = (client: number): string => {
    const known = this.clients[String(client)] ?? this.personPresent(client);
    if (!known && this.on && this.fetchError?.isTransient !== false)
      this.fetchTimer ||= window.setTimeout(
        () => void this.fetch(),
        Math.max(0, this.fetchedAt + REFETCH_INTERVAL - Date.now()),
      );
    return known ?? "";
  };

  private personPresent(client: number): string | undefined {
    if (client === this.replica?.doc.clientID && this.bridge.room.me) return this.remember(this.bridge.room.me);
    const person = this.bridge.personFromState(this.replica?.awareness.getStates().get(client) ?? {});
    return person?.id ? this.remember(person) : undefined;
  }

  private remember(person: Person): string {
    if (!this.people.has(person.id)) this.people.set(person.id, person);
    return person.id;
  }

  // ---- decorations

  private requestRedraw(): void {
    this.view?.dispatch({ effects: this.redraw.of(null) });
    this.updateLegend();
  }

  private createPlugin(view: EditorView): { decorations: DecorationSet; update(update: ViewUpdate): void } {
    const plugin = {
      decorations: this.decorate(view),
      update: (update: ViewUpdate) => {
        if (update.selectionSet || update.docChanged) this.updateCaretLine();
        const requested = update.transactions.some((transaction) =>
          transaction.effects.some((effect) => effect.is(this.redraw)),
        );
        if (!requested && !(this.on && (update.docChanged || update.viewportChanged))) return;
        if (update.docChanged) this.legendTimer ||= window.setTimeout(() => this.updateLegend(), LEGEND_DELAY);
        plugin.decorations = this.decorate(update.view, requested || update.docChanged);
      },
    };
    return plugin;
  }

  /** Decorate the visible ranges. The runs are recomputed after each change, in one pass over the CRDT items. */
  private decorate(view: EditorView, changed = true): DecorationSet {
    const { Decoration } = this.bridge.cm;
    if (!this.on || !this.replica || view !== this.view) return Decoration.none;
    if (changed) {
      this.runs = authorRuns(this.replica.text, this.personOf);
      this.writers = this.assignStyles();
    }
    const decorations: Range<Decoration>[] = [];
    for (const { from, to } of view.visibleRanges) {
      for (let index = runIndexAt(this.runs, from); index < this.runs.length; index += 1) {
        const run = this.runs[index];
        if (!run || run.from >= to) break;
        const writer = this.writers.get(run.person);
        const [start, end] = [Math.max(from, run.from), Math.min(to, run.to, view.state.doc.length)];
        if (writer && start < end) decorations.push(writer.mark.range(start, end));
      }
    }
    return Decoration.set(decorations);
  }

  private assignStyles(): Map<string, Writer> {
    const writing = new Set(this.runs.map((run) => run.person));
    const people = [...this.people.values()].filter((person) => writing.has(person.id));
    people.sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
    const groups = [...new Set(people.map((person) => person.organisation))].sort();
    return new Map(
      people.map((person, index) => [person.id, this.styleWriter(person, index, groups.indexOf(person.organisation))]),
    );
  }

  private styleWriter(person: Person, index: number, group: number): Writer {
    const [colour, pattern] = this.byOrganisation ? [group % 12, group % PATTERNS] : [person.colour, index % PATTERNS];
    const className = `by who${colour} by${pattern}`;
    const previous = this.writers.get(person.id);
    if (previous?.className === className && previous.person === person) return previous;
    const title = this.displayName(person);
    return { person, className, mark: this.bridge.cm.Decoration.mark({ class: className, attributes: { title } }) };
  }

  private displayName({ name, organisation }: Person): string {
    return organisation
      ? this.bridge.i18n.t("both", { one: isolate(name), other: isolate(organisation) })
      : isolate(name);
  }

  // ---- legend and announcements

  private updateLegend(): void {
    clearTimeout(this.legendTimer);
    this.legendTimer = 0;
    if (!this.on) return;
    const lengths = new Map<string, number>();
    for (const run of this.runs) lengths.set(run.person, (lengths.get(run.person) ?? 0) + run.to - run.from);
    this.legend.show([...this.writers.values()], lengths, this.byOrganisation);
    this.updateCaretLine();
  }

  private updateCaretLine(): void {
    const line = this.legend.caretLine;
    const { head = 0 } = this.view?.state.selection.main ?? {};
    const run = this.runs[runIndexAt(this.runs, Math.max(0, head - 1))];
    const writer = this.on && run ? this.writers.get(run.person) : undefined;
    const text = writer ? this.bridge.i18n.t("wrote_here", { name: this.displayName(writer.person) }) : "";
    line.hidden = !text;
    if (line.textContent !== text) line.textContent = text;
    this.announcer.announce(text);
  }
}
