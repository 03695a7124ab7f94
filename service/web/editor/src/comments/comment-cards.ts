// The cards by thread, with their unsent replies.

import type { Thread } from "./comment-api.js";
import type { CommentCard } from "./comment-card.js";

export class CommentCards {
  private readonly cards = new Map<string, CommentCard>();

  constructor(private readonly create: (thread: Thread) => CommentCard) {}

  get hasDrafts(): boolean {
    return [...this.cards.values()].some((card) => card.input.filled);
  }

  find(id: string): CommentCard | undefined {
    return this.cards.get(id);
  }

  cardFor(thread: Thread): CommentCard {
    const card = this.cards.get(thread.id) ?? this.create(thread);
    this.cards.set(thread.id, card);
    return card;
  }

  /**
   * Remove the cards of threads that are gone. A card with an unsent reply is kept, without the thread, and returned.
   */
  prune(threads: readonly Thread[]): CommentCard[] {
    const threadIds = new Set(threads.map((thread) => thread.id));
    const removed = [...this.cards.values()].filter((card) => !threadIds.has(card.id));
    for (const card of removed) {
      if (card.input.filled) card.showInputOnly();
      else this.cards.delete(card.id);
    }
    return removed.filter((card) => card.input.filled);
  }
}
