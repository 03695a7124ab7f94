// Side-by-side view: the same document in another language, live and read only, its scroll position synchronised with
// the text provision by provision.
import { EditorView } from "@codemirror/view";
import { createEditor, type DraftEditor, type EditorOptions } from "../editing/editor.js";
import { type Heading, headings } from "../editing/outline.js";
import { numberFormatter, parseScheme } from "../editing/provision-numbers.js";
import { remoteCursors } from "../editing/remote-cursors.js";
import type { TextDirection } from "../editing/text-direction.js";
import { Room } from "../sync/room.js";
import { requirePagePart } from "./status-line.js";

export class SideBySide {
  private readonly pane: HTMLElement;
  private room: Room | null = null;
  private otherEditor: DraftEditor | null = null;
  private frameRequest = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly mainEditor: () => DraftEditor | null,
    private readonly options: () => EditorOptions,
  ) {
    this.pane = requirePagePart(root, "beside");
    addEventListener("scroll", () => this.syncScroll(), { passive: true });
    addEventListener("resize", () => this.syncScroll(), { passive: true });
  }

  toggle(): boolean {
    const on = document.body.classList.toggle("is-beside");
    this.pane.hidden = !on;
    if (on && !this.room) this.open();
    this.mainEditor()?.view.requestMeasure();
    this.syncScroll();
    return on;
  }

  private open(): void {
    const { live = "", lang = "", side = "ltr", label = "", digits = "latn" } = this.pane.dataset;
    const formatNumber = numberFormatter(lang, digits);
    const options: EditorOptions = {
      ...this.options(),
      lang,
      direction: side as TextDirection,
      label,
      id: "ed-beside",
      formatNumber,
      numbering: parseScheme(this.pane.dataset.numbers, formatNumber),
    };
    this.room = new Room(new URL(live, location.href.replace(/^http/, "ws")).href, {
      onReady: (replica) => {
        this.otherEditor?.view.destroy();
        this.otherEditor = createEditor(this.pane, replica, options, [
          remoteCursors(replica, () => undefined),
          EditorView.updateListener.of((update) => update.geometryChanged && this.syncScroll()),
        ]);
        this.syncScroll();
      },
      onStatus: () => undefined,
      onMerged: () => undefined,
      onRefused: () => undefined,
      onRejected: () => undefined,
    });
    this.room.open();
  }

  private syncScroll(): void {
    if (!this.otherEditor || this.pane.hidden || this.frameRequest) return;
    this.frameRequest = requestAnimationFrame(() => {
      this.frameRequest = 0;
      const [main, other] = [this.mainEditor()?.view, this.otherEditor?.view];
      if (main && other)
        this.pane.scrollTop = matchingScrollTop(
          main,
          other,
          Math.max(0, requirePagePart(this.root, "bar").getBoundingClientRect().bottom),
        );
    });
  }
}

/**
 * The scrollTop at which the provision at `edge` (pixels from the top of the window) is at the same height in both
 * texts.
 */
function matchingScrollTop(main: EditorView, other: EditorView, edge: number): number {
  const [mainHeadings, otherHeadings] = [headings(main.state), headings(other.state)];
  const height = Math.max(0, edge - main.documentTop);
  const at = main.lineBlockAtHeight(height).from;
  const index = mainHeadings.findLastIndex((heading) => heading.from <= at);
  const match = matchingHeading(mainHeadings[index], index, otherHeadings);
  const fraction = fractionOf(
    height,
    topOf(main, mainHeadings[index]),
    topOf(main, mainHeadings[index + 1], main.contentHeight),
  );
  const [from, to] = [topOf(other, otherHeadings[match]), topOf(other, otherHeadings[match + 1], other.contentHeight)];
  return from + fraction * (to - from);
}

function matchingHeading(heading: Heading | undefined, index: number, headings: readonly Heading[]): number {
  const byId = heading?.id ? headings.findIndex((one) => one.id === heading.id) : -1;
  return byId >= 0 ? byId : Math.min(index, headings.length - 1);
}

const fractionOf = (height: number, from: number, to: number): number =>
  Math.min(1, Math.max(0, (height - from) / Math.max(1, to - from)));

const topOf = (view: EditorView, heading: Heading | undefined, otherwise = 0): number =>
  heading ? view.lineBlockAt(heading.from).top : otherwise;
