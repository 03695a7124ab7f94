// A trailing throttle: calls are merged into one action, `delay` milliseconds after the first of them.
export class Throttle {
  private timer = 0;

  constructor(
    private readonly delay: number,
    private readonly action: () => void,
  ) {}

  schedule(): void {
    this.timer ||= window.setTimeout(() => {
      this.timer = 0;
      this.action();
    }, this.delay);
  }

  cancel(): void {
    clearTimeout(this.timer);
    this.timer = 0;
  }
}
