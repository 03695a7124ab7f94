// What is said about the text, as the service tells it, and what is said to the service.
import { ApiError, request, newIdempotencyKey } from "../sync/api-client.js";
import type { Room } from "../sync/room.js";

const AWAY = new Set(["offline", "connecting", "out", "gone"]);
const SAVING = 10_000;

export interface Speaker {
  readonly person: string;
  readonly name: string;
  readonly organisation: string;
}

export interface Reader {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly own: boolean;
}

interface Unit {
  readonly client: number;
  readonly clock: number;
}

export interface Said {
  readonly id: string;
  readonly thread: string;
  readonly state: "open" | "settled";
  readonly scope: "all" | "organisation";
  readonly by: Speaker;
  // Microseconds.
  readonly at: number;
  readonly body: string;
  readonly mentions: readonly string[];
  readonly quote: string;
  readonly first: Unit;
  readonly last: Unit;
  readonly fate: "kept" | "partial" | "orphaned";
  readonly settled_by?: Speaker | null;
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
  readonly head: Said;
  readonly said: readonly Said[];
}

interface Page {
  readonly may: { readonly add: boolean };
  readonly comments: readonly Said[];
  readonly people: readonly Reader[];
}

interface Tried {
  readonly key: string;
  readonly body: string;
}

export class Talk {
  threads: readonly Thread[] = [];
  readers: readonly Reader[] = [];
  adds = true;
  private under: Promise<void> | null = null;
  private again = false;
  private turn = 0;
  // What was sent and not answered: sent once more it is the same comment, not another.
  private readonly tried = new Map<string, Tried>();

  constructor(private readonly address: string) {}

  // The list as it is now: whoever asks while it is under way gets the one after.
  fetch(): Promise<void> {
    if (this.under) this.again = true;
    return (this.under ??= this.read().finally(() => (this.under = null)));
  }

  // What was read is not this reader's any more, nor what is being read.
  forget(): void {
    [this.threads, this.readers, this.adds] = [[], [], false];
    this.turn += 1;
  }

  say<T>(path: string, body: object): Promise<T> {
    return this.sayOnce(path, path + JSON.stringify(body), () => body);
  }

  // What is said under a name and was not answered is sent again as it was, whatever became of the text meanwhile.
  async sayOnce<T>(path: string, name: string, made: () => object | Promise<object>): Promise<T> {
    const tried = this.tried.get(name) ?? { key: newIdempotencyKey(), body: JSON.stringify(await made()) };
    this.tried.set(name, tried);
    try {
      const answer = await request<T>(this.address + path, tried.body, tried.key);
      this.tried.delete(name);
      return answer;
    } catch (wrong) {
      if (wrong instanceof ApiError && !wrong.isTransient) this.tried.delete(name);
      throw wrong;
    }
  }

  private async read(): Promise<void> {
    do {
      this.again = false;
      const { turn } = this;
      const page = await request<Page>(`${this.address}?state=all`);
      if (turn !== this.turn) continue;
      this.adds = page.may.add;
      this.readers = page.people;
      this.threads = gathered(page.comments);
    } while (this.again);
  }
}

// All that was written lies with the service. Raises Refused where that cannot be known now.
export async function saved(room: Room): Promise<void> {
  if (!navigator.onLine || AWAY.has(room.status)) throw new ApiError("offline", "");
  const late = new Promise<void>((_, no) => setTimeout(() => no(new ApiError("offline", "")), SAVING));
  await Promise.race([new Promise<void>((yes) => room.pending.whenSaved(yes)), late]);
}

function gathered(all: readonly Said[]): Thread[] {
  const threads = new Map<string, Said[]>();
  for (const one of all) threads.set(one.thread, [...(threads.get(one.thread) ?? []), one]);
  return [...threads].flatMap(([id, said]) => (said[0] ? [{ id, head: said[0], said }] : []));
}
