// Posting comments and replies, and changing the state of threads.
import type { EditorView } from "@codemirror/view";

import { ApiError } from "../sync/api-client.js";
import type { EditorBridge } from "../ui/bundle-bridge.js";
import type { Passage } from "./anchors.js";
import { type Comment, type CommentApi, type Thread, waitUntilSaved } from "./comment-api.js";
import type { DraftText } from "./draft-input.js";

interface Composition {
  readonly view: EditorView;
  readonly passage: Passage | undefined;
}

export class CommentActions {
  /** Part of the idempotency key: the same text on another passage is another comment. */
  private passageNumber = 0;

  constructor(
    private readonly bridge: EditorBridge,
    private readonly api: CommentApi,
    private readonly composition: () => Composition | null,
    private readonly fetch: () => Promise<void>,
  ) {}

  begin({ from, to }: { from: number; to: number }): void {
    const previous = this.composition()?.passage;
    if (previous?.from !== from || previous.to !== to) this.passageNumber += 1;
  }

  create(draft: DraftText): Promise<Comment> {
    return this.api.postOnce<Comment>("", JSON.stringify([this.passageNumber, draft]), () => this.buildRequest(draft));
  }

  async reply({ id }: Thread, { body, mentions }: DraftText): Promise<void> {
    await this.api.post(`/${id}/replies`, { body, mentions });
    void this.announceAndReload("sent");
  }

  async run(path: string): Promise<void> {
    try {
      await this.api.post(path, {});
      await this.announceAndReload("done");
    } catch (error) {
      this.bridge.statusLine.show((error instanceof ApiError && error.sentence) || this.bridge.i18n.t("not_done"), []);
    }
  }

  async announceAndReload(messageId: string): Promise<void> {
    this.bridge.statusLine.announce(this.bridge.i18n.t(messageId));
    await this.fetch();
  }

  /** Wait until everything is saved, then anchor the comment in the server's text. Offsets are code points. */
  private async buildRequest({ body, mentions, scope }: DraftText): Promise<object> {
    await waitUntilSaved(this.bridge.room);
    const composition = this.composition();
    const { settledPosition: position } = this.bridge.room;
    if (!composition || !position) throw new ApiError("offline", "");
    const { view, passage } = composition;
    if (!passage) throw new ApiError("gone", this.bridge.i18n.t("words_gone"));
    const quote = view.state.sliceDoc(passage.from, passage.to);
    const start = Array.from(view.state.sliceDoc(0, passage.from)).length;
    return { ...position, start, end: start + Array.from(quote).length, quote, body, scope, mentions };
  }
}
