// What the server has not confirmed yet, kept on this device under a key that the server gives to the session: without
// it nobody reads what lies there. Only in pages that the browser holds to be secure; elsewhere nothing is kept.
const NAME = "mithaq-kept";
const STORE = "updates";
const LONGEST = 30 * 24 * 3600 * 1000;

export interface Kept {
  // 0 where it does not lie on this device, or not yet.
  id: number;
  readonly epoch: number;
  readonly change: string;
  readonly aside: boolean;
  // When it was written.
  readonly at: number;
  readonly update: Uint8Array;
}

interface Row {
  id?: number;
  draft: string;
  person: string;
  epoch: number;
  change: string;
  aside: boolean;
  at: number;
  iv: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
}

export class Keep {
  private constructor(
    private readonly database: IDBDatabase,
    private readonly key: CryptoKey,
    private readonly draft: string,
    private readonly person: string,
  ) {}

  // Null where this browser keeps nothing.
  static async open(secret: string, draft: string, person: string): Promise<Keep | null> {
    try {
      const raw = Uint8Array.from(atob(secret), (sign) => sign.charCodeAt(0));
      const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
      return new Keep(await opened(), key, draft, person);
    } catch {
      return null;
    }
  }

  async put(update: Uint8Array, epoch: number, change: string): Promise<number> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv, additionalData: this.bound(epoch) },
      this.key,
      own(update),
    );
    const row: Row = {
      draft: this.draft,
      person: this.person,
      epoch,
      change,
      aside: false,
      at: Date.now(),
      iv,
      sealed,
    };
    return (await this.run("readwrite", (store) => store.add(row))) as number;
  }

  // In the order in which they were written. What another session kept cannot be read here, and goes after a month.
  async all(): Promise<Kept[]> {
    const rows = (await this.run("readonly", (store) => store.index("draft").getAll(this.draft))) as Row[];
    const read = await Promise.all(rows.filter((row) => row.person === this.person).map((row) => this.unsealed(row)));
    const old = rows.filter((row) => row.at < Date.now() - LONGEST && !read.some((one) => one?.id === row.id));
    await this.drop(old.map((row) => row.id ?? 0));
    return read.filter((one) => one !== null);
  }

  async drop(ids: readonly number[]): Promise<void> {
    for (const id of ids) await this.run("readwrite", (store) => store.delete(id));
  }

  // Never sent again: for its writer to look at.
  async setAside(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      const row = (await this.run("readonly", (store) => store.get(id))) as Row | undefined;
      if (row) await this.run("readwrite", (store) => store.put({ ...row, aside: true }));
    }
  }

  private async unsealed(row: Row): Promise<Kept | null> {
    try {
      const how = { name: "AES-GCM", iv: row.iv, additionalData: this.bound(row.epoch) };
      const update = new Uint8Array(await crypto.subtle.decrypt(how, this.key, row.sealed));
      return { id: row.id ?? 0, epoch: row.epoch, change: row.change, aside: row.aside, at: row.at, update };
    } catch {
      return null;
    }
  }

  private bound(epoch: number): Uint8Array<ArrayBuffer> {
    return own(new TextEncoder().encode(`${this.draft}\n${this.person}\n${epoch}`));
  }

  // What was asked is answered once it lies on the disk: a page that closes before that takes it back.
  private run(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const act = this.database.transaction(STORE, mode, { durability: "strict" });
      const asked = ask(act.objectStore(STORE));
      act.oncomplete = () => resolve(asked.result);
      act.onerror = act.onabort = () => reject(act.error ?? new Error("the browser kept nothing"));
    });
  }
}

const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      const store = asked.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
      store.createIndex("draft", "draft");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("the browser keeps nothing"));
  });
}
