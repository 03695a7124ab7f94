// What is done a little later, once, however often it was asked for.
export class Soon {
  private waiting = 0;

  constructor(
    private readonly wait: number,
    private readonly act: () => void,
  ) {}

  ask(): void {
    this.waiting ||= window.setTimeout(() => {
      this.waiting = 0;
      this.act();
    }, this.wait);
  }

  forget(): void {
    clearTimeout(this.waiting);
    this.waiting = 0;
  }
}
