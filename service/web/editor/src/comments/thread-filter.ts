// The filter of the thread list.
import type { Thread } from "./comment-api.js";

export type ThreadFilter = "open" | "mine" | "asked" | "settled";

export function matchesFilter({ head, comments }: Thread, filter: ThreadFilter, me: string): boolean {
  if (filter === "mine") return comments.some((comment) => comment.by.person === me);
  if (filter === "asked") return comments.some((comment) => comment.mentions.includes(me));
  return head.state === filter;
}
