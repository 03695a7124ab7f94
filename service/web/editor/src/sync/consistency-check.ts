// Once the room is idle, compares the digest of the text with the server's copy.
import { IDLE_BEFORE_CHECK } from "./limits.js";
import { encodeComparison, type Replica } from "./replica.js";

export class ConsistencyCheck {
  private timer = 0;

  /** `settledReplica`: the replica, or null while changes are unacknowledged. */
  constructor(
    private readonly settledReplica: () => Replica | null,
    private readonly send: (frame: Uint8Array) => void,
  ) {}

  schedule(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.compare(), IDLE_BEFORE_CHECK);
  }

  private async compare(): Promise<void> {
    const replica = this.settledReplica();
    const frame = replica && (await encodeComparison(replica));
    if (frame && this.settledReplica() === replica) this.send(frame);
  }
}
