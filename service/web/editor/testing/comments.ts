// Comments as the API returns them.
import type { Comment, Thread } from "../src/comments/comment-api.js";

export function comment(id: string, more: Partial<Comment> = {}): Comment {
  return {
    id,
    thread: id,
    state: "open",
    scope: "all",
    by: { person: "per_1", name: "ليلى", organisation: "منظمة" },
    at: 1_790_000_000_000_000,
    body: "رأي 🙂",
    mentions: [],
    quote: "نصّ",
    first: { client: 1, clock: 0 },
    last: { client: 1, clock: 2 },
    fate: "kept",
    may: { reply: true, settle: true, reopen: false, withdraw: false },
    ...more,
  };
}

export function thread(id: string, more: Partial<Comment> = {}, ...replies: Comment[]): Thread {
  const head = comment(id, more);
  return { id, head, comments: [head, ...replies] };
}
