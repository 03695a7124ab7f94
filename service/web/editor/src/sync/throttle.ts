// What is done a little later, once, however often it was asked for.
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
