// The cards of the threads, and the words that wait in their boxes.
import type { Card } from "./comment-card.js";
import type { Thread } from "./comment-api.js";

export class Cards {
  private readonly all = new Map<string, Card>();

  constructor(private readonly made: (thread: Thread) => Card) {}

  get filled(): boolean {
    return [...this.all.values()].some((one) => one.box.filled);
  }

  find(id: string): Card | undefined {
    return this.all.get(id);
  }

  of(thread: Thread): Card {
    const card = this.all.get(thread.id) ?? this.made(thread);
    this.all.set(thread.id, card);
    return card;
  }

  // Cards go with their threads; where somebody writes in one, it is left with their words alone.
  left(threads: readonly Thread[]): Card[] {
    const known = new Set(threads.map((one) => one.id));
    const lost = [...this.all.values()].filter((one) => !known.has(one.id));
    for (const card of lost) {
      if (card.box.filled) card.bare();
      else this.all.delete(card.id);
    }
    return lost.filter((one) => one.box.filled);
  }
}
