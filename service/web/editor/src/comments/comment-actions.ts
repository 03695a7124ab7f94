// What somebody says of the text, and what they do with what was said.
import type { EditorView } from "@codemirror/view";

import { ApiError } from "../sync/api-client.js";
import type { Words as Typed } from "./draft-input.js";
import type { Lent } from "../ui/bundle-bridge.js";
import type { Passage } from "./anchors.js";
import { type Said, type Talk, type Thread, saved } from "./comment-api.js";

interface Begun {
  readonly view: EditorView;
  readonly passage: Passage | undefined;
}

export class Saying {
  // Which passage was chosen: what is said of another is another comment.
  private turn = 0;

  constructor(
    private readonly lent: Lent,
    private readonly talk: Talk,
    private readonly begun: () => Begun | null,
    private readonly fetch: () => Promise<void>,
  ) {}

  begin({ from, to }: { from: number; to: number }): void {
    const held = this.begun()?.passage;
    if (held?.from !== from || held.to !== to) this.turn += 1;
  }

  remark(typed: Typed): Promise<Said> {
    return this.talk.sayOnce<Said>("", JSON.stringify([this.turn, typed]), () => this.placed(typed));
  }

  async reply({ id }: Thread, { body, mentions }: Typed): Promise<void> {
    await this.talk.say(`/${id}/replies`, { body, mentions });
    void this.after("sent");
  }

  async act(path: string): Promise<void> {
    try {
      await this.talk.say(path, {});
      await this.after("done");
    } catch (wrong) {
      this.lent.news.tell((wrong instanceof ApiError && wrong.sentence) || this.lent.words.say("not_done"), []);
    }
  }

  async after(said: string): Promise<void> {
    this.lent.news.speak(this.lent.words.say(said));
    await this.fetch();
  }

  // Said of the text as the service has it: first all that was written must lie there.
  private async placed({ body, mentions, scope }: Typed): Promise<object> {
    await saved(this.lent.room);
    const begun = this.begun();
    const { settledPosition: row } = this.lent.room;
    if (!begun || !row) throw new ApiError("offline", "");
    const { view, passage } = begun;
    if (!passage) throw new ApiError("gone", this.lent.words.say("words_gone"));
    const quote = view.state.sliceDoc(passage.from, passage.to);
    const start = Array.from(view.state.sliceDoc(0, passage.from)).length;
    return { ...row, start, end: start + Array.from(quote).length, quote, body, scope, mentions };
  }
}
