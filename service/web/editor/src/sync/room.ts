// The live room of a draft: sends local changes, applies remote ones, and reports "saved" only for what the server
// acknowledged to be on its disk.
import * as Y from "yjs";
import { applyAwareness, encodeOwnAwareness } from "./awareness-states.js";
import { BadFrames } from "./bad-frames.js";
import { ConsistencyCheck } from "./consistency-check.js";
import * as limits from "./limits.js";
import { isEmptyUpdate, PendingChanges, type PendingUpdate } from "./pending-changes.js";
import type { ControlMessage, Frame, JournalPosition, Mode, Person } from "./protocol.js";
import * as protocol from "./protocol.js";
import { isExpired, type RejectionReason, RejectionTracker } from "./rejected-changes.js";
import { createReplica, REMOTE_ORIGIN, RESTORED_ORIGIN, type Replica, removeRemoteStates } from "./replica.js";
import type { RoomEvents, RoomStatus } from "./room-events.js";
import { ReconnectingSocket } from "./socket.js";
import { Throttle } from "./throttle.js";

export class Room {
  readonly pending = new PendingChanges(() => this.events.onStatus());
  me: Person | null = null;
  private readonly socket: ReconnectingSocket;
  private readonly rejections = new RejectionTracker(this.pending, (rejected) => this.events.onRejected(rejected));
  private readonly consistencyCheck = new ConsistencyCheck(
    () => (this.settledPosition ? this.replica : null),
    (frame) => this.socket.send(frame),
  );
  readonly badFrames = new BadFrames({
    reconnect: () => this.socket.drop(),
    replaceCopy: () => this.reset(null, "diverged"),
    giveUp: () => this.giveUp("diverged"),
  });
  private replica: Replica;
  private mode: Mode = "read";
  private epoch: number | null = null;
  private seq = 0;
  private framesSent = 0;
  private synced = false;
  private ready = false;
  private frozen = false;
  private endStatus: RoomStatus | null = null;
  private rejectionCount = 0;
  private resentChanges = 0;
  private readonly flushing = new Throttle(limits.FLUSH_INTERVAL, () => this.flush());
  private readonly presence = new Throttle(limits.AWARENESS_INTERVAL, () => this.sendAwareness());

  constructor(
    address: string,
    private readonly events: RoomEvents,
  ) {
    this.replica = this.createReplica();
    this.socket = new ReconnectingSocket(address, {
      onFrame: (frame) => this.handleFrame(frame),
      onBadFrame: (isPresence) => this.badFrames.add(isPresence),
      onClose: (code) => this.handleClose(code),
    });
    setInterval(() => this.checkAckTimeout(), limits.ACK_TIMEOUT / 3);
  }

  get status(): RoomStatus {
    if (this.endStatus) return this.endStatus;
    if (!this.synced) return this.ready ? "offline" : "connecting";
    if (this.frozen) return "frozen";
    if (this.mode !== "write") return this.mode;
    return this.pending.changeCount ? "saving" : "saved";
  }

  /** Whether the user may write and the text has arrived. */
  get writable(): boolean {
    return this.ready && this.mayWrite;
  }

  private get mayWrite(): boolean {
    return this.mode === "write" && !this.frozen && !this.endStatus;
  }

  /** The journal position of the text; null while changes are unacknowledged. */
  get settledPosition(): JournalPosition | null {
    return this.synced && !this.pending.changeCount ? this.position : null;
  }

  /** The journal position up to which this replica is complete. It may hold unacknowledged changes beyond it. */
  get position(): JournalPosition | null {
    return this.epoch === null || !this.ready ? null : { epoch: this.epoch, seq: this.seq };
  }

  open(): void {
    this.socket.open();
  }

  /** Reconnect after a sign-out: the user may have signed in again in another tab. */
  reopenAfterSignIn(): void {
    if (this.endStatus !== "out") return;
    this.endStatus = null;
    this.socket.open();
    this.events.onStatus();
  }

  /** Leave the room for good; the page continues without it. */
  stop(): void {
    this.endStatus = "gone";
    this.socket.stop();
    this.events.onStatus();
  }

  private giveUp(why: RejectionReason): void {
    this.stop();
    this.rejections.reportDetached(this.replica, this.epoch ?? 0, why);
  }

  // ---- incoming frames

  private handleFrame(frame: Frame): Promise<void> | void {
    switch (frame.kind) {
      case "control":
        return this.handleControl(frame.control);
      case "vector":
        return this.handleStateVector(frame.vector);
      case "update":
        Y.applyUpdate(this.replica.doc, frame.update, REMOTE_ORIGIN);
        this.seq = Math.max(this.seq, frame.seq ?? 0);
        if (frame.isSyncReply && !this.ready) this.becomeReady();
        if (frame.isSyncReply) this.badFrames.onSynced();
        return this.consistencyCheck.schedule();
      case "awareness":
        return this.badFrames.addDropped(applyAwareness(this.replica, frame.update));
      case "ack":
        this.seq = Math.max(this.seq, frame.seq);
        return this.handleAck(frame.frames);
      case "unknown":
    }
  }

  private handleControl(message: ControlMessage): Promise<void> | void {
    switch (message.kind) {
      case "hello":
        return this.handleHello(message);
      case "mode":
        this.mode = message.mode;
        this.rejections.code = message.code ?? "";
        return this.mayWrite ? this.events.onStatus() : this.stopWriting();
      case "frozen":
        this.frozen = true;
        return this.stopWriting();
      case "epoch":
        return this.resync();
      case "diverged":
        return this.resync("diverged");
      case "refused":
        return this.events.onRefused(message.sentence);
      case "comments":
        return this.events.onComments?.();
      case "reset":
    }
  }

  private async handleHello(hello: ControlMessage & { kind: "hello" }): Promise<void> {
    if (this.me && this.me.id !== hello.person.id) return this.giveUp("another");
    if (this.epoch !== null && this.epoch !== hello.epoch) this.reset();
    [this.epoch, this.seq] = [hello.epoch, this.epoch === hello.epoch ? this.seq : 0];
    this.me = hello.person;
    this.mode = hello.mode;
    this.rejections.code = hello.code ?? "";
    this.frozen = false;
    this.socket.resetBackoff();
    await this.pending.openStore(hello.keep_key, hello.draft, hello.person.id, hello.epoch);
  }

  private handleStateVector(vector: Uint8Array): void {
    if (this.synced) {
      this.resendMissing(vector);
      return;
    }
    if (!this.mayWrite && this.pending.changeCount) this.reset(this.epoch);
    this.flush();
    this.synced = true;
    this.resentChanges = this.ready ? this.pending.changeCount : 0;
    const update = this.pending.diffSince(vector);
    this.pending.markSentFirst();
    this.framesSent = isEmptyUpdate(update) ? 0 : 1;
    this.socket.send(protocol.encodeSyncStep2(update));
    this.socket.send(protocol.encodeSyncStep1(Y.encodeStateVector(this.replica.doc)));
    this.replica.awareness.setLocalState(this.replica.awareness.getLocalState());
    if (!this.framesSent) this.handleAck(1);
    this.events.onStatus();
  }

  /** The server asks again where an update arrived before its parents. */
  private resendMissing(vector: Uint8Array): void {
    const update = this.pending.diffSince(vector);
    if (isEmptyUpdate(update)) return;
    this.framesSent += 1;
    this.socket.send(protocol.encodeSyncStep2(update));
  }

  private becomeReady(): void {
    this.ready = true;
    this.events.onReady(this.replica);
    if (this.endStatus) return;
    this.resendRestored();
    this.events.onStatus();
  }

  /** Send what an earlier page could not send, and report what can no longer be sent. */
  private resendRestored(): void {
    const sendable = this.pending.takeRestored(
      (update) => this.writable && !update.rejected && update.epoch === this.epoch && !isExpired(update),
    );
    this.rejections.report(this.replica, this.position, this.mode);
    if (!sendable.length) return;
    Y.applyUpdate(this.replica.doc, Y.mergeUpdates(sendable.map((update) => update.update)), RESTORED_ORIGIN);
    for (const update of sendable) this.sendUpdate(this.pending.resume(update));
    this.resentChanges = this.pending.changeCount;
  }

  private handleAck(frames: number): void {
    if (this.pending.acknowledge(frames)) this.rejectionCount = 0;
    if (this.resentChanges && !this.pending.changeCount) {
      this.events.onMerged(this.resentChanges);
      this.resentChanges = 0;
    }
    this.events.onStatus();
  }

  // ---- outgoing frames

  private createReplica(): Replica {
    const onUpdate = (update: Uint8Array) => {
      this.pending.add(update);
      this.flushing.schedule();
      this.events.onStatus();
    };
    return createReplica(onUpdate, () => this.presence.schedule());
  }

  private flush(): void {
    this.flushing.cancel();
    const entry = this.pending.flush(this.epoch ?? 0);
    if (entry) this.sendUpdate(entry);
    this.consistencyCheck.schedule();
  }

  private sendUpdate(entry: PendingUpdate): void {
    if (!this.synced) return;
    this.framesSent += 1;
    entry.frame = this.framesSent;
    this.socket.send(protocol.encodeChange(entry.update));
  }

  private sendAwareness(): void {
    const frame = this.synced && encodeOwnAwareness(this.replica);
    if (frame) this.socket.send(frame);
  }

  // ---- lost connections and rejected changes

  private handleClose(code: number): boolean {
    this.synced = false;
    removeRemoteStates(this.replica);
    this.endStatus = limits.TERMINAL_CLOSE_CODES[code] ?? null;
    if (limits.REJECTING_CLOSE_CODES.has(code)) this.handleRejection();
    if (this.endStatus === "gone") this.rejections.reportDetached(this.replica, this.epoch ?? 0);
    this.events.onStatus();
    return !this.endStatus;
  }

  private handleRejection(): void {
    this.rejectionCount += 1;
    this.reset();
    if (this.rejectionCount > limits.MAX_REJECTIONS) this.endStatus = "gone";
  }

  /** A connection that died without being closed is recognised by a missing acknowledgement. */
  private checkAckTimeout(): void {
    if (this.synced && Date.now() - this.pending.oldestAt > limits.ACK_TIMEOUT) this.socket.drop();
  }

  /** The server accepts no more changes: reject what is unacknowledged, without losing it. */
  private stopWriting(): void {
    if (this.pending.changeCount) this.resync();
    else this.events.onStatus();
  }

  private resync(why: RejectionReason = "refused"): void {
    this.synced = false;
    this.reset(null, why);
    this.socket.reconnect();
  }

  /** Start again from the server's copy, as a new client. What is unacknowledged is rejected, and shown to its author. */
  private reset(epoch: number | null = null, why: RejectionReason = "refused"): void {
    if (why !== "refused") this.rejections.why = why;
    const hadUnsent = this.pending.reject(this.epoch ?? 0);
    if (hadUnsent && this.ready) this.rejections.capture(this.replica, this.position);
    this.flushing.cancel();
    this.replica.awareness.destroy();
    this.replica.doc.destroy();
    this.replica = this.createReplica();
    [this.ready, this.synced, this.epoch, this.seq] = [false, false, epoch, 0];
    this.events.onStatus();
  }
}
