// When it stays quiet, both sides compare what they hold.
import { IDLE_BEFORE_CHECK } from "./limits.js";
import { type Replica, encodeComparison } from "./replica.js";

export class ConsistencyCheck {
  private timer = 0;

  // `settled`: the text, where nothing of it is under way.
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
