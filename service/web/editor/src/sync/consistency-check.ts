// When it stays quiet, both sides compare what they hold.
import { QUIET } from "./limits.js";
import { type Shared, compared } from "./replica.js";

export class Resting {
  private waiting = 0;

  // `settled`: the text, where nothing of it is under way.
  constructor(
    private readonly settled: () => Shared | null,
    private readonly send: (frame: Uint8Array) => void,
  ) {}

  begin(): void {
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.compare(), QUIET);
  }

  private async compare(): Promise<void> {
    const shared = this.settled();
    const frame = shared && (await compared(shared));
    if (frame && this.settled() === shared) this.send(frame);
  }
}
