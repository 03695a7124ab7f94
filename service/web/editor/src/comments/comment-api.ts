// The comments of a draft: the list as the API returns it, and posting.
import { ApiError, newIdempotencyKey, request } from "../sync/api-client.js";
import type { Room } from "../sync/room.js";

const UNREACHABLE = new Set(["offline", "connecting", "out", "gone"]);
const SAVE_TIMEOUT = 10_000;

export interface Author {
  readonly person: string;
  readonly name: string;
  readonly organisation: string;
}

export interface Reader {
  readonly id: string;
  readonly name: string;
  /** In every language: an Arabic page finds a person by the English name too. */
  readonly names: readonly string[];
  readonly organisation: string;
  readonly own: boolean;
}

interface ItemId {
  readonly client: number;
  readonly clock: number;
}

export interface Comment {
  readonly id: string;
  readonly thread: string;
  readonly state: "open" | "settled";
  readonly scope: "all" | "organisation";
  readonly by: Author;
  /** Microseconds since the epoch. */
  readonly at: number;
  readonly body: string;
  readonly mentions: readonly string[];
  readonly quote: string;
  readonly first: ItemId;
  readonly last: ItemId;
  readonly fate: "kept" | "partial" | "orphaned";
  readonly settled_by?: Author | null;
  readonly settled_at?: number | null;
  readonly may: {
    readonly reply: boolean;
    readonly settle: boolean;
    readonly reopen: boolean;
    readonly withdraw: boolean;
  };
}

export interface Thread {
  readonly id: string;
  readonly head: Comment;
  readonly comments: readonly Comment[];
}

interface CommentPage {
  readonly may: { readonly add: boolean };
  readonly comments: readonly Comment[];
  readonly people: readonly Reader[];
  readonly own_names: readonly string[];
}

interface Attempt {
  readonly key: string;
  readonly body: string;
}

export class CommentApi {
  threads: readonly Thread[] = [];
  readers: readonly Reader[] = [];
  /** The names of the reader in every language. */
  ownNames: readonly string[] = [];
  canAdd = true;
  private inFlight: Promise<void> | null = null;
  private fetchAgain = false;
  private generation = 0;
  /**
   * Requests without a response, by name, with their idempotency keys: a retry is the same comment, not a second one.
   */
  private readonly attempts = new Map<string, Attempt>();

  constructor(private readonly address: string) {}

  /** Load the list. A call during a request is answered by one more request after it. */
  fetch(): Promise<void> {
    if (this.inFlight) this.fetchAgain = true;
    this.inFlight ??= this.read().finally(() => {
      this.inFlight = null;
    });
    return this.inFlight;
  }

  /** Forget the list, and ignore a response that is still to come: the reader has no access any more. */
  clear(): void {
    [this.threads, this.readers, this.canAdd] = [[], [], false];
    this.generation += 1;
  }

  post<T>(path: string, body: object): Promise<T> {
    return this.postOnce(path, path + JSON.stringify(body), () => body);
  }

  /**
   * Post once under a name. A retry sends the stored body and idempotency key, even where the text changed since.
   * Throws ApiError.
   */
  async postOnce<T>(path: string, name: string, buildBody: () => object | Promise<object>): Promise<T> {
    const attempt = this.attempts.get(name) ?? { key: newIdempotencyKey(), body: JSON.stringify(await buildBody()) };
    this.attempts.set(name, attempt);
    try {
      const response = await request<T>(this.address + path, attempt.body, attempt.key);
      this.attempts.delete(name);
      return response;
    } catch (error) {
      if (error instanceof ApiError && !error.isTransient) this.attempts.delete(name);
      throw error;
    }
  }

  private async read(): Promise<void> {
    do {
      this.fetchAgain = false;
      const { generation } = this;
      const page = await request<CommentPage>(`${this.address}?state=all&names=${document.documentElement.lang}`);
      if (generation !== this.generation) continue;
      this.canAdd = page.may.add;
      this.readers = page.people;
      this.ownNames = page.own_names;
      this.threads = groupByThread(page.comments);
    } while (this.fetchAgain);
  }
}

/** Wait until everything written is saved, at most SAVE_TIMEOUT milliseconds. Throws ApiError ("offline"). */
export async function waitUntilSaved(room: Room): Promise<void> {
  if (!navigator.onLine || UNREACHABLE.has(room.status)) throw new ApiError("offline", "");
  const timeout = new Promise<void>((_, no) => setTimeout(() => no(new ApiError("offline", "")), SAVE_TIMEOUT));
  await Promise.race([new Promise<void>((yes) => room.pending.whenSaved(yes)), timeout]);
}

function groupByThread(comments: readonly Comment[]): Thread[] {
  const threads = new Map<string, Comment[]>();
  for (const comment of comments) threads.set(comment.thread, [...(threads.get(comment.thread) ?? []), comment]);
  return [...threads].flatMap(([id, comments]) => (comments[0] ? [{ id, head: comments[0], comments }] : []));
}
