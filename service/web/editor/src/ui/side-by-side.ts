// The same document in another language, live, read beside the text and scrolled in step with it, provision by provision.
import { EditorView } from "@codemirror/view";

import type { TextDirection } from "../editing/text-direction.js";
import { type EditorOptions, type DraftEditor, createEditor } from "../editing/editor.js";
import { part } from "./status-line.js";
import { numberFormatter, parseScheme } from "../editing/provision-numbers.js";
import { type Heading, headings } from "../editing/outline.js";
import { remoteCursors } from "../editing/remote-cursors.js";
import { Room } from "../sync/room.js";

export class Beside {
  private readonly pane: HTMLElement;
  private room: Room | null = null;
  private other: DraftEditor | null = null;
  private moving = 0;

  constructor(
    private readonly place: HTMLElement,
    private readonly main: () => DraftEditor | null,
    private readonly manner: () => EditorOptions,
  ) {
    this.pane = part(place, "beside");
    addEventListener("scroll", () => this.follow(), { passive: true });
    addEventListener("resize", () => this.follow(), { passive: true });
  }

  toggle(): boolean {
    const on = document.body.classList.toggle("is-beside");
    this.pane.hidden = !on;
    if (on && !this.room) this.open();
    this.main()?.view.requestMeasure();
    this.follow();
    return on;
  }

  private open(): void {
    const { live = "", lang = "", side = "ltr", label = "", digits = "latn" } = this.pane.dataset;
    const own = numberFormatter(lang, digits);
    const manner = {
      ...this.manner(),
      lang,
      side: side as TextDirection,
      label,
      id: "ed-beside",
      own,
      scheme: parseScheme(this.pane.dataset.numbers, own),
    };
    this.room = new Room(new URL(live, location.href.replace(/^http/, "ws")).href, {
      onReady: (replica) => {
        this.other?.view.destroy();
        this.other = createEditor(this.pane, replica, manner, [
          remoteCursors(replica, () => undefined),
          EditorView.updateListener.of((update) => update.geometryChanged && this.follow()),
        ]);
        this.follow();
      },
      onStatus: () => undefined,
      onMerged: () => undefined,
      onRefused: () => undefined,
      onRejected: () => undefined,
    });
    this.room.open();
  }

  private follow(): void {
    if (!this.other || this.pane.hidden || this.moving) return;
    this.moving = requestAnimationFrame(() => {
      this.moving = 0;
      const [main, other] = [this.main()?.view, this.other?.view];
      if (main && other)
        this.pane.scrollTop = counterpart(main, other, part(this.place, "tools").getBoundingClientRect().bottom);
    });
  }
}

// How far the other text is scrolled where the provision at `edge` of the window stands at the same place in it.
function counterpart(main: EditorView, other: EditorView, edge: number): number {
  const [here, there] = [headings(main.state), headings(other.state)];
  const height = Math.max(0, edge - main.documentTop);
  const at = main.lineBlockAtHeight(height).from;
  const number = here.findLastIndex((one) => one.from <= at);
  const twin = twinOf(here[number], number, there);
  const share = shareOf(height, top(main, here[number]), top(main, here[number + 1], main.contentHeight));
  const [from, to] = [top(other, there[twin]), top(other, there[twin + 1], other.contentHeight)];
  return from + share * (to - from);
}

function twinOf(heading: Heading | undefined, number: number, there: readonly Heading[]): number {
  const named = heading?.id ? there.findIndex((one) => one.id === heading.id) : -1;
  return named >= 0 ? named : Math.min(number, there.length - 1);
}

const shareOf = (height: number, from: number, to: number): number =>
  Math.min(1, Math.max(0, (height - from) / Math.max(1, to - from)));

const top = (view: EditorView, heading: Heading | undefined, otherwise = 0): number =>
  heading ? view.lineBlockAt(heading.from).top : otherwise;
