// What follows from frames that cannot be decoded or handled.
import { MAX_FAILURES } from "./limits.js";

interface Recovery {
  /** Connect again; the server then sends what is missing. */
  reconnect(): void;
  /** Replace this page's copy, which may itself be the cause. */
  replaceCopy(): void;
  giveUp(): void;
}

export class BadFrames {
  /** Awareness states and frames that were dropped. */
  dropped = 0;
  private failures = 0;

  constructor(private readonly recovery: Recovery) {}

  /** Count awareness states that could not be read. */
  addDropped(states: number): void {
    this.dropped += states;
  }

  /** A frame failed. One of presence is dropped; where part of the text may be missing, recover it. */
  add(isPresence: boolean): void {
    if (isPresence) {
      this.dropped += 1;
      return;
    }
    this.failures += 1;
    if (this.failures > MAX_FAILURES) {
      this.recovery.giveUp();
      return;
    }
    if (this.failures > 1) this.recovery.replaceCopy();
    this.recovery.reconnect();
  }

  /** The whole text has arrived. */
  onSynced(): void {
    this.failures = 0;
  }
}
