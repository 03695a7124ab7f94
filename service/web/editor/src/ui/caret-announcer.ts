// What is said of the place where somebody writes: once they rest there, and only when it is something else.
import type { News } from "./status-line.js";

const REST = 700;

export class Caret {
  private waiting = 0;
  private told = "";

  constructor(private readonly news: News) {}

  tell(said: string): void {
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => {
      if (said && said !== this.told) this.news.speak(said);
      this.told = said;
    }, REST);
  }
}
