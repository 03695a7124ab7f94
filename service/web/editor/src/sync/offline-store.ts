// The offline store: unacknowledged updates in IndexedDB, encrypted with AES-GCM under a key that the server gives to
// the session. It needs a secure context; elsewhere nothing is stored. The names of the database, its store and its
// fields are persisted: a newer version of this page must read what an older one stored.
const DATABASE = "mithaq-kept";
const STORE = "updates";
const MAX_AGE = 30 * 24 * 3600 * 1000;

export interface StoredUpdate {
  /** The key of the row; 0 where it is not stored, or not yet. */
  id: number;
  readonly epoch: number;
  readonly changeId: string;
  readonly rejected: boolean;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
  readonly update: Uint8Array;
}

interface StoredRow {
  id?: number;
  draft: string;
  person: string;
  epoch: number;
  change: string;
  aside: boolean;
  at: number;
  /** The path of the page it was written on, where signing out sends its author to send it. */
  page?: string;
  iv: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
}

export class OfflineStore {
  private constructor(
    private readonly database: IDBDatabase,
    private readonly key: CryptoKey,
    private readonly draft: string,
    private readonly person: string,
  ) {}

  /** Open the store; null where the browser has no IndexedDB or no Web Crypto, or refuses them. */
  static async open(secret: string, draft: string, person: string): Promise<OfflineStore | null> {
    try {
      const raw = Uint8Array.from(atob(secret), (sign) => sign.charCodeAt(0));
      const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
      return new OfflineStore(await openDatabase(), key, draft, person);
    } catch {
      return null;
    }
  }

  async add(update: Uint8Array, epoch: number, changeId: string): Promise<number> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv, additionalData: this.additionalData(epoch) },
      this.key,
      copyBytes(update),
    );
    const row: StoredRow = {
      draft: this.draft,
      person: this.person,
      epoch,
      change: changeId,
      aside: false,
      at: Date.now(),
      page: globalThis.location?.pathname ?? "",
      iv,
      sealed,
    };
    return (await this.run("readwrite", (store) => store.add(row))) as number;
  }

  /**
   * Every readable update of this draft and person, in the order of writing. Rows of another session cannot be
   * decrypted; they are deleted after MAX_AGE.
   */
  async readAll(): Promise<StoredUpdate[]> {
    const rows = (await this.run("readonly", (store) => store.index("draft").getAll(this.draft))) as StoredRow[];
    const decrypted = await Promise.all(
      rows.filter((row) => row.person === this.person).map((row) => this.decrypt(row)),
    );
    const expired = rows.filter((row) => row.at < Date.now() - MAX_AGE && !decrypted.some((one) => one?.id === row.id));
    await this.remove(expired.map((row) => row.id ?? 0));
    return decrypted.filter((one) => one !== null);
  }

  async remove(ids: readonly number[]): Promise<void> {
    for (const id of ids) await this.run("readwrite", (store) => store.delete(id));
  }

  /** Mark updates as rejected: they are kept for their author and never sent again. */
  async markRejected(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      const row = (await this.run("readonly", (store) => store.get(id))) as StoredRow | undefined;
      if (row) await this.run("readwrite", (store) => store.put({ ...row, aside: true }));
    }
  }

  private async decrypt(row: StoredRow): Promise<StoredUpdate | null> {
    try {
      const algorithm = { name: "AES-GCM", iv: row.iv, additionalData: this.additionalData(row.epoch) };
      const update = new Uint8Array(await crypto.subtle.decrypt(algorithm, this.key, row.sealed));
      return {
        id: row.id ?? 0,
        epoch: row.epoch,
        changeId: row.change,
        rejected: row.aside,
        writtenAt: row.at,
        update,
      };
    } catch {
      return null;
    }
  }

  private additionalData(epoch: number): Uint8Array<ArrayBuffer> {
    return copyBytes(new TextEncoder().encode(`${this.draft}\n${this.person}\n${epoch}`));
  }

  /**
   * Resolves when the transaction is complete (durability "strict"), not when the request succeeds: a page that closes
   * in between aborts the transaction.
   */
  private run(mode: IDBTransactionMode, operation: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(STORE, mode, { durability: "strict" });
      const request = operation(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () =>
        reject(transaction.error ?? new Error("the browser kept nothing"));
    });
  }
}

const copyBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
      store.createIndex("draft", "draft");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser keeps nothing"));
  });
}
