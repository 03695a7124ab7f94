// The commented passages of the open draft: their positions, resolved from the anchors, and their CSS classes.
import type { Extension } from "@codemirror/state";
import type { EditorView, ViewUpdate } from "@codemirror/view";

import type { Replica } from "../sync/replica.js";
import type { EditorBridge } from "../ui/bundle-bridge.js";
import { CommentAnchors, type Passage, resolvePassage } from "./anchors.js";
import type { CommentApi, Thread } from "./comment-api.js";

/** The id of the passage of a comment that is not posted yet. */
export const NEW = "new";

const RESOLVE_DELAY = 600;

export class PassageTracker {
  private readonly anchors: CommentAnchors;
  private view: EditorView | null = null;
  private replica: Replica | null = null;
  private resolveTimer = 0;

  constructor(
    private readonly bridge: EditorBridge,
    private readonly api: CommentApi,
    private readonly classFor: (passage: Passage, thread: Thread | undefined) => string,
    private readonly onChange: () => void,
  ) {
    this.anchors = new CommentAnchors(bridge.cm);
  }

  get extension(): Extension {
    return this.anchors.extension;
  }

  /** Whether a comment is being written, even where its passage was deleted. */
  get hasNew(): boolean {
    return this.all.some((passage) => passage.id === NEW);
  }

  private get all(): readonly Passage[] {
    return this.view ? this.anchors.passagesIn(this.view.state) : [];
  }

  attach(view: EditorView, replica: Replica): void {
    [this.view, this.replica] = [view, replica];
  }

  /** Undefined where nothing is left of the passage. */
  find(id: string): Passage | undefined {
    return this.view ? this.anchors.find(this.view.state, id) : undefined;
  }

  /** The innermost visible passage at a position. */
  at(position: number): Passage | undefined {
    return this.view ? this.anchors.at(this.view.state, position) : undefined;
  }

  /** Replace the passage of the comment being written. */
  setNew({ from, to }: { from: number; to: number }): void {
    this.set([...this.posted, { from, to, id: NEW, className: "" }]);
  }

  removeNew(): void {
    this.set(this.posted);
  }

  /** Resolve every anchor again, from the CRDT items it is made of. */
  resolve(): void {
    clearTimeout(this.resolveTimer);
    this.resolveTimer = 0;
    const { replica } = this;
    if (!this.view || !replica) return;
    const unposted = this.all.filter((passage) => passage.id === NEW);
    const posted = this.api.threads.map((thread) => resolvePassage(thread, replica, this.bridge));
    this.set([...posted, ...unposted]);
  }

  updateClasses(): void {
    const before = this.all;
    const after = this.withClasses(before);
    if (after.some((passage, index) => passage.className !== before[index]?.className))
      this.view?.dispatch({ effects: this.anchors.update(after) });
  }

  onUpdate(update: ViewUpdate): void {
    if (update.docChanged && this.anchors.hasCollapsed(update.state, this.api.threads))
      this.resolveTimer ||= window.setTimeout(() => this.resolve(), RESOLVE_DELAY);
  }

  private get posted(): Passage[] {
    return this.all.filter((passage) => passage.id !== NEW);
  }

  private set(passages: readonly Passage[]): void {
    if (!this.view) return;
    this.view.dispatch({ effects: this.anchors.update(this.withClasses(passages)) });
    this.onChange();
  }

  private withClasses(passages: readonly Passage[]): Passage[] {
    const threads = new Map(this.api.threads.map((thread) => [thread.id, thread]));
    return passages.map((passage) => ({ ...passage, className: this.classFor(passage, threads.get(passage.id)) }));
  }
}
