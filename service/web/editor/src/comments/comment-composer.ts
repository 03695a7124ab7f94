// The card in which a new comment is written, and posting it.
import type { EditorView } from "@codemirror/view";

import type { EditorBridge } from "../ui/bundle-bridge.js";
import type { CommentActions } from "./comment-actions.js";
import type { Comment, Reader } from "./comment-api.js";
import { createNewCard } from "./comment-card.js";
import type { DraftInput, DraftText } from "./draft-input.js";
import { NEW, type PassageTracker } from "./passage-tracker.js";

interface ComposerHandlers {
  readonly view: () => EditorView | null;
  readonly people: () => readonly Reader[];
  readonly activate: (id: string) => void;
  readonly onPosted: (comment: Comment) => void;
}

export class CommentComposer {
  readonly dom: HTMLElement;
  private readonly input: DraftInput;

  constructor(
    bridge: EditorBridge,
    private readonly actions: CommentActions,
    private readonly passages: PassageTracker,
    private readonly handlers: ComposerHandlers,
  ) {
    const { dom, input } = createNewCard(bridge, {
      send: (draft) => this.post(draft),
      cancel: () => this.cancel(),
      people: handlers.people,
      activate: () => handlers.activate(NEW),
    });
    [this.dom, this.input] = [dom, input];
  }

  /** Whether something was typed that is not posted. */
  get filled(): boolean {
    return this.input.filled;
  }

  get isOpen(): boolean {
    return this.filled || this.passages.hasNew;
  }

  begin(passage: { from: number; to: number }): void {
    this.actions.begin(passage);
    this.passages.setNew(passage);
  }

  focus(): void {
    this.input.field.focus({ preventScroll: true });
    requestAnimationFrame(() => requestAnimationFrame(() => this.input.dom.scrollIntoView({ block: "nearest" })));
  }

  cancel(): void {
    this.discard();
    this.handlers.view()?.focus();
  }

  private discard(): void {
    this.passages.removeNew();
    this.handlers.activate("");
  }

  private async post(draft: DraftText): Promise<void> {
    const comment = await this.actions.create(draft);
    const view = this.handlers.view();
    const passage = this.passages.find(NEW);
    const focused = this.dom.contains(document.activeElement);
    this.input.clear();
    this.discard();
    if (focused && passage) view?.dispatch({ selection: { anchor: passage.to } });
    if (focused) view?.focus();
    void this.actions.announceAndReload("sent").then(() => this.handlers.onPosted(comment));
  }
}
