// One draft, written with others: what is typed here goes out, what others typed comes in, and “saved” is said only of
// what the server has confirmed to lie on its disk.
import { applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";

import { type Entry, Ledger, isEmpty } from "./pending-changes.js";
import { ENDED, FLUSH, LARGEST, MOST_REFUSALS, PATIENCE, POINTING, REFUSED } from "./limits.js";
import { Line } from "./socket.js";
import { Untaken, isOld } from "./rejected-changes.js";
import { Resting } from "./consistency-check.js";
import { KEPT, ROOM, type Shared, alone, made } from "./replica.js";
import { Soon } from "./throttle.js";
import type { Standing, Told } from "./room-events.js";
import {
  type Control,
  type Frame,
  type Mode,
  type Person,
  type Place,
  answering,
  asking,
  presenting,
  telling,
} from "./protocol.js";

export class Room {
  readonly ledger = new Ledger(() => this.told.stood());
  me: Person | null = null;
  private readonly line: Line;
  private readonly untaken = new Untaken(this.ledger, (found) => this.told.aside(found));
  private readonly resting = new Resting(
    () => (this.row ? this.shared : null),
    (frame) => this.line.send(frame),
  );
  private shared: Shared;
  private mode: Mode = "read";
  private epoch: number | null = null;
  private seq = 0;
  private sent = 0;
  private answered = false;
  private begun = false;
  private frozen = false;
  private ended: Standing | null = null;
  private refusals = 0;
  private returning = 0;
  private readonly flushing = new Soon(FLUSH, () => this.flush());
  private readonly pointing = new Soon(POINTING, () => this.present());

  constructor(
    address: string,
    private readonly told: Told,
  ) {
    this.shared = this.made();
    this.line = new Line(address, { take: (frame) => this.take(frame), lost: (code) => this.lost(code) });
    setInterval(() => this.doubt(), PATIENCE / 3);
  }

  get standing(): Standing {
    if (this.ended) return this.ended;
    if (!this.answered) return this.begun ? "offline" : "connecting";
    if (this.frozen) return "frozen";
    if (this.mode !== "write") return this.mode;
    return this.ledger.changes ? "saving" : "saved";
  }

  // There is a text to write in, too.
  get writable(): boolean {
    return this.begun && this.may;
  }

  private get may(): boolean {
    return this.mode === "write" && !this.frozen && !this.ended;
  }

  // The row of the draft at which the text stands here, where nothing of it is under way.
  get row(): Place | null {
    return this.answered && !this.ledger.changes ? this.at : null;
  }

  // The row up to which this copy has everything; beyond it, it has what was not confirmed yet.
  get at(): Place | null {
    return this.epoch === null || !this.begun ? null : { epoch: this.epoch, seq: this.seq };
  }

  open(): void {
    this.line.open();
  }

  // Whoever was signed out may have signed in again elsewhere.
  again(): void {
    if (this.ended !== "out") return;
    this.ended = null;
    this.line.open();
    this.told.stood();
  }

  // The page goes on without the room.
  stop(): void {
    this.ended = "gone";
    this.line.stop();
    this.told.stood();
  }

  // ---- what comes in

  private take(frame: Frame): Promise<void> | void {
    switch (frame.kind) {
      case "control":
        return this.heed(frame.said);
      case "vector":
        return this.answer(frame.vector);
      case "update":
        Y.applyUpdate(this.shared.doc, frame.update, ROOM);
        this.seq = Math.max(this.seq, frame.seq ?? 0);
        if (frame.answers && !this.begun) this.begin();
        return this.resting.begin();
      case "awareness":
        return applyAwarenessUpdate(this.shared.awareness, frame.update, ROOM);
      case "ack":
        this.seq = Math.max(this.seq, frame.seq);
        return this.confirm(frame.frames);
      case "unknown":
    }
  }

  private heed(said: Control): Promise<void> | void {
    switch (said.kind) {
      case "hello":
        return this.greet(said);
      case "mode":
        this.mode = said.mode;
        this.untaken.code = said.code ?? "";
        return this.may ? this.told.stood() : this.close();
      case "frozen":
        this.frozen = true;
        return this.close();
      case "epoch":
        return this.renounce();
      case "diverged":
        this.untaken.why = "diverged";
        return this.renounce();
      case "refused":
        return this.told.refused(said.sentence);
      case "comments":
        return this.told.remarked?.();
      case "reset":
    }
  }

  private async greet(hello: Control & { kind: "hello" }): Promise<void> {
    if (this.me && this.me.id !== hello.person.id) {
      this.stop();
      return this.untaken.part(this.shared, this.epoch ?? 0, "another");
    }
    if (this.epoch !== null && this.epoch !== hello.epoch) this.lay();
    [this.epoch, this.seq] = [hello.epoch, this.epoch === hello.epoch ? this.seq : 0];
    this.me = hello.person;
    this.mode = hello.mode;
    this.untaken.code = hello.code ?? "";
    this.frozen = false;
    this.line.greeted();
    await this.ledger.opened(hello.keep_key, hello.draft, hello.person.id, hello.epoch);
  }

  private answer(vector: Uint8Array): void {
    if (this.answered) return this.repeat(vector);
    if (!this.may && this.ledger.changes) this.lay(this.epoch);
    this.flush();
    this.answered = true;
    this.returning = this.begun ? this.ledger.changes : 0;
    const update = this.ledger.missing(vector);
    this.ledger.sentFirst();
    this.sent = isEmpty(update) ? 0 : 1;
    this.line.send(answering(update));
    this.line.send(asking(Y.encodeStateVector(this.shared.doc)));
    this.shared.awareness.setLocalState(this.shared.awareness.getLocalState());
    if (!this.sent) this.confirm(1);
    this.told.stood();
  }

  // Asked again: something had come too early there.
  private repeat(vector: Uint8Array): void {
    const update = this.ledger.missing(vector);
    if (isEmpty(update)) return;
    this.sent += 1;
    this.line.send(answering(update));
  }

  private begin(): void {
    this.begun = true;
    this.told.begun(this.shared);
    if (this.ended) return;
    this.resume();
    this.told.stood();
  }

  // What an earlier page could not send is sent now, or shown where it can no longer be.
  private resume(): void {
    const sendable = this.ledger.again((one) => this.writable && !one.aside && one.epoch === this.epoch && !isOld(one));
    this.untaken.tell(this.shared, this.at, this.mode);
    if (!sendable.length) return;
    Y.applyUpdate(this.shared.doc, Y.mergeUpdates(sendable.map((one) => one.update)), KEPT);
    for (const one of sendable) this.tell(this.ledger.resume(one));
    this.returning = this.ledger.changes;
  }

  private confirm(frames: number): void {
    if (this.ledger.confirm(frames)) this.refusals = 0;
    if (this.returning && !this.ledger.changes) {
      this.told.merged(this.returning);
      this.returning = 0;
    }
    this.told.stood();
  }

  // ---- what goes out

  private made(): Shared {
    const written = (update: Uint8Array) => {
      this.ledger.write(update);
      this.flushing.ask();
      this.told.stood();
    };
    return made(written, () => this.pointing.ask());
  }

  private flush(): void {
    this.flushing.forget();
    const entry = this.ledger.gather(this.epoch ?? 0);
    if (entry) this.tell(entry);
    this.resting.begin();
  }

  private tell(entry: Entry): void {
    if (!this.answered) return;
    this.sent += 1;
    entry.frame = this.sent;
    this.line.send(entry.update.length > LARGEST ? answering(entry.update) : telling(entry.update));
  }

  private present(): void {
    const { awareness } = this.shared;
    if (this.answered && awareness.getLocalState())
      this.line.send(presenting(encodeAwarenessUpdate(awareness, [awareness.clientID])));
  }

  // ---- when the line is lost, and when words are not taken

  private lost(code: number): boolean {
    this.answered = false;
    alone(this.shared);
    this.ended = ENDED[code] ?? null;
    if (REFUSED.has(code)) this.refuse();
    if (this.ended === "gone") this.untaken.part(this.shared, this.epoch ?? 0);
    this.told.stood();
    return !this.ended;
  }

  private refuse(): void {
    this.refusals += 1;
    this.lay();
    if (this.refusals > MOST_REFUSALS) this.ended = "gone";
  }

  // A line that is dead without having been closed is told by an answer that does not come.
  private doubt(): void {
    if (this.answered && Date.now() - this.ledger.oldest > PATIENCE) this.line.drop();
  }

  // Nothing is taken any more; what was under way is not lost.
  private close(): void {
    if (this.ledger.changes) this.renounce();
    else this.told.stood();
  }

  private renounce(): void {
    this.answered = false;
    this.lay();
    this.line.renew();
  }

  // Begin anew from the server's copy, as somebody else: what it has not confirmed stays here, for its writer to see.
  private lay(epoch: number | null = null): void {
    const had = this.ledger.layAside(this.epoch ?? 0);
    if (had && this.begun) this.untaken.hold(this.shared, this.at);
    this.flushing.forget();
    this.shared.awareness.destroy();
    this.shared.doc.destroy();
    this.shared = this.made();
    [this.begun, this.answered, this.epoch, this.seq] = [false, false, epoch, 0];
    this.told.stood();
  }
}
