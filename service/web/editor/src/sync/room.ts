// One draft, written with others: what is typed here goes out, what others typed comes in, and “saved” is said only of
// what the server has confirmed to lie on its disk.
import { applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";

import { type PendingUpdate, PendingChanges, isEmptyUpdate } from "./pending-changes.js";
import {
  TERMINAL_CLOSE_CODES,
  FLUSH_INTERVAL,
  MAX_UPDATE_BYTES,
  MAX_REJECTIONS,
  ACK_TIMEOUT,
  AWARENESS_INTERVAL,
  REJECTING_CLOSE_CODES,
} from "./limits.js";
import { ReconnectingSocket } from "./socket.js";
import { RejectionTracker, isExpired } from "./rejected-changes.js";
import { ConsistencyCheck } from "./consistency-check.js";
import { RESTORED_ORIGIN, REMOTE_ORIGIN, type Replica, removeRemoteStates, createReplica } from "./replica.js";
import { Throttle } from "./throttle.js";
import type { RoomStatus, RoomEvents } from "./room-events.js";
import {
  type ControlMessage,
  type Frame,
  type Mode,
  type Person,
  type JournalPosition,
  encodeSyncStep2,
  encodeSyncStep1,
  encodeAwareness,
  encodeUpdate,
} from "./protocol.js";

export class Room {
  readonly pending = new PendingChanges(() => this.events.onStatus());
  me: Person | null = null;
  private readonly socket: ReconnectingSocket;
  private readonly rejections = new RejectionTracker(this.pending, (found) => this.events.onRejected(found));
  private readonly consistencyCheck = new ConsistencyCheck(
    () => (this.settledPosition ? this.replica : null),
    (frame) => this.socket.send(frame),
  );
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
  private readonly flushing = new Throttle(FLUSH_INTERVAL, () => this.flush());
  private readonly presence = new Throttle(AWARENESS_INTERVAL, () => this.sendAwareness());

  constructor(
    address: string,
    private readonly events: RoomEvents,
  ) {
    this.replica = this.createReplica();
    this.socket = new ReconnectingSocket(address, {
      onFrame: (frame) => this.handleFrame(frame),
      onClose: (code) => this.handleClose(code),
    });
    setInterval(() => this.checkAckTimeout(), ACK_TIMEOUT / 3);
  }

  get status(): RoomStatus {
    if (this.endStatus) return this.endStatus;
    if (!this.synced) return this.ready ? "offline" : "connecting";
    if (this.frozen) return "frozen";
    if (this.mode !== "write") return this.mode;
    return this.pending.changeCount ? "saving" : "saved";
  }

  // There is a text to write in, too.
  get writable(): boolean {
    return this.ready && this.mayWrite;
  }

  private get mayWrite(): boolean {
    return this.mode === "write" && !this.frozen && !this.endStatus;
  }

  // The row of the draft at which the text stands here, where nothing of it is under way.
  get settledPosition(): JournalPosition | null {
    return this.synced && !this.pending.changeCount ? this.position : null;
  }

  // The row up to which this copy has everything; beyond it, it has what was not confirmed yet.
  get position(): JournalPosition | null {
    return this.epoch === null || !this.ready ? null : { epoch: this.epoch, seq: this.seq };
  }

  open(): void {
    this.socket.open();
  }

  // Whoever was signed out may have signed in again elsewhere.
  reopenAfterSignIn(): void {
    if (this.endStatus !== "out") return;
    this.endStatus = null;
    this.socket.open();
    this.events.onStatus();
  }

  // The page goes on without the room.
  stop(): void {
    this.endStatus = "gone";
    this.socket.stop();
    this.events.onStatus();
  }

  // ---- what comes in

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
        return this.consistencyCheck.schedule();
      case "awareness":
        return applyAwarenessUpdate(this.replica.awareness, frame.update, REMOTE_ORIGIN);
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
        this.rejections.why = "diverged";
        return this.resync();
      case "refused":
        return this.events.onRefused(message.sentence);
      case "comments":
        return this.events.onComments?.();
      case "reset":
    }
  }

  private async handleHello(hello: ControlMessage & { kind: "hello" }): Promise<void> {
    if (this.me && this.me.id !== hello.person.id) {
      this.stop();
      return this.rejections.reportDetached(this.replica, this.epoch ?? 0, "another");
    }
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
    if (this.synced) return this.resendMissing(vector);
    if (!this.mayWrite && this.pending.changeCount) this.reset(this.epoch);
    this.flush();
    this.synced = true;
    this.resentChanges = this.ready ? this.pending.changeCount : 0;
    const update = this.pending.diffSince(vector);
    this.pending.markSentFirst();
    this.framesSent = isEmptyUpdate(update) ? 0 : 1;
    this.socket.send(encodeSyncStep2(update));
    this.socket.send(encodeSyncStep1(Y.encodeStateVector(this.replica.doc)));
    this.replica.awareness.setLocalState(this.replica.awareness.getLocalState());
    if (!this.framesSent) this.handleAck(1);
    this.events.onStatus();
  }

  // Asked again: something had come too early there.
  private resendMissing(vector: Uint8Array): void {
    const update = this.pending.diffSince(vector);
    if (isEmptyUpdate(update)) return;
    this.framesSent += 1;
    this.socket.send(encodeSyncStep2(update));
  }

  private becomeReady(): void {
    this.ready = true;
    this.events.onReady(this.replica);
    if (this.endStatus) return;
    this.resendRestored();
    this.events.onStatus();
  }

  // What an earlier page could not send is sent now, or shown where it can no longer be.
  private resendRestored(): void {
    const sendable = this.pending.takeRestored(
      (one) => this.writable && !one.rejected && one.epoch === this.epoch && !isExpired(one),
    );
    this.rejections.report(this.replica, this.position, this.mode);
    if (!sendable.length) return;
    Y.applyUpdate(this.replica.doc, Y.mergeUpdates(sendable.map((one) => one.update)), RESTORED_ORIGIN);
    for (const one of sendable) this.sendUpdate(this.pending.resume(one));
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

  // ---- what goes out

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
    this.socket.send(
      entry.update.length > MAX_UPDATE_BYTES ? encodeSyncStep2(entry.update) : encodeUpdate(entry.update),
    );
  }

  private sendAwareness(): void {
    const { awareness } = this.replica;
    if (this.synced && awareness.getLocalState())
      this.socket.send(encodeAwareness(encodeAwarenessUpdate(awareness, [awareness.clientID])));
  }

  // ---- when the line is lost, and when words are not taken

  private handleClose(code: number): boolean {
    this.synced = false;
    removeRemoteStates(this.replica);
    this.endStatus = TERMINAL_CLOSE_CODES[code] ?? null;
    if (REJECTING_CLOSE_CODES.has(code)) this.handleRejection();
    if (this.endStatus === "gone") this.rejections.reportDetached(this.replica, this.epoch ?? 0);
    this.events.onStatus();
    return !this.endStatus;
  }

  private handleRejection(): void {
    this.rejectionCount += 1;
    this.reset();
    if (this.rejectionCount > MAX_REJECTIONS) this.endStatus = "gone";
  }

  // A line that is dead without having been closed is told by an answer that does not come.
  private checkAckTimeout(): void {
    if (this.synced && Date.now() - this.pending.oldestAt > ACK_TIMEOUT) this.socket.drop();
  }

  // Nothing is taken any more; what was under way is not lost.
  private stopWriting(): void {
    if (this.pending.changeCount) this.resync();
    else this.events.onStatus();
  }

  private resync(): void {
    this.synced = false;
    this.reset();
    this.socket.reconnect();
  }

  // Begin anew from the server's copy, as somebody else: what it has not confirmed stays here, for its writer to see.
  private reset(epoch: number | null = null): void {
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
