// Announces what is at the caret to screen readers, once the caret rested for CARET_REST and only when it differs from
// the last announcement.
import type { StatusLine } from "./status-line.js";

const CARET_REST = 700;

export class CaretAnnouncer {
  private timer = 0;
  private lastAnnounced = "";

  constructor(private readonly statusLine: StatusLine) {}

  announce(text: string): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (text && text !== this.lastAnnounced) this.statusLine.announce(text);
      this.lastAnnounced = text;
    }, CARET_REST);
  }
}
