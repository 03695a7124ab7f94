// Local changes that the server has not acknowledged, in memory and in the offline store.
import * as Y from "yjs";

import { OfflineStore, type StoredUpdate } from "./offline-store.js";

export interface PendingUpdate {
  readonly update: Uint8Array;
  readonly changeId: string;
  readonly writtenAt: number;
  storedId: Promise<number | null>;
  /** The number of the frame on this connection in which it was sent; 0 where it was not sent. */
  frame: number;
  /** Whether the offline store holds it. */
  isStored: boolean;
}

const CHANGE_PAUSE = 1500;
const EMPTY_UPDATE = new Uint8Array(2);

function toRejected({ changeId, writtenAt, update, storedId }: PendingUpdate, epoch: number): StoredUpdate {
  const rejected = { id: 0, epoch, changeId, rejected: true, writtenAt, update };
  void storedId.then((id) => (rejected.id = id ?? 0));
  return rejected;
}

export const isEmptyUpdate = (update: Uint8Array): boolean => update.length === 2 && update[0] === 0 && update[1] === 0;

export class PendingChanges {
  canStore = false;
  /** Updates that the server rejected. They are never sent again, but shown to their author. */
  rejected: StoredUpdate[] = [];
  private restored: StoredUpdate[] = [];
  private saveListeners: (() => void)[] = [];
  private store: OfflineStore | null | undefined;
  private storeKey = "";
  private rejecting: Promise<void> = Promise.resolve();
  private entries: PendingUpdate[] = [];
  private unsent: Uint8Array[] = [];
  private currentChange = "";
  private lastEdit = 0;

  constructor(private readonly onStored: () => void) {}

  /**
   * Open the offline store. The first call restores what an earlier page left. A later call with another key (a new
   * session) stores everything unacknowledged again, under that key.
   */
  async openStore(key: string, draft: string, person: string, epoch: number): Promise<void> {
    if (key === this.storeKey) return;
    const first = this.store === undefined;
    this.storeKey = key;
    this.store = await OfflineStore.open(key, draft, person);
    this.canStore = this.store !== null;
    if (first) this.restored = (await this.store?.readAll()) ?? [];
    else for (const update of this.entries) this.storeAgain(update, epoch);
  }

  /** Take what an earlier page left and may be sent; the rest is moved to `rejected`. */
  takeRestored(isSendable: (update: StoredUpdate) => boolean): StoredUpdate[] {
    const restored = this.restored.splice(0);
    this.rejected.push(...restored.filter((update) => !isSendable(update)));
    return restored.filter(isSendable);
  }

  /** The number of unacknowledged changes. Edits without a pause of CHANGE_PAUSE milliseconds count as one change. */
  get changeCount(): number {
    const unsent = this.unsent.length ? [this.currentChange] : [];
    return new Set([...this.entries.map((update) => update.changeId), ...unsent]).size;
  }

  /** The number of unacknowledged changes that are completely in the offline store and survive the page. */
  get storedChangeCount(): number {
    const unstored = new Set(this.entries.filter((update) => !update.isStored).map((update) => update.changeId));
    if (this.unsent.length) unstored.add(this.currentChange);
    return new Set(this.entries.map((update) => update.changeId).filter((change) => !unstored.has(change))).size;
  }

  get oldestAt(): number {
    return this.entries[0]?.writtenAt ?? Infinity;
  }

  whenSaved(action: () => void): void {
    if (this.changeCount) this.saveListeners.push(action);
    else action();
  }

  add(update: Uint8Array): void {
    const now = Date.now();
    if (now - this.lastEdit > CHANGE_PAUSE || !this.currentChange) this.currentChange = `${now} ${Math.random()}`;
    this.lastEdit = now;
    this.unsent.push(update);
  }

  /** Merge what was written since the last flush into one pending update. */
  flush(epoch: number): PendingUpdate | null {
    if (!this.unsent.length) return null;
    const update = Y.mergeUpdates(this.unsent);
    this.unsent = [];
    return this.enqueue(update, this.currentChange, this.persist(update, epoch));
  }

  resume(update: StoredUpdate): PendingUpdate {
    return this.enqueue(update.update, update.changeId, Promise.resolve(update.id));
  }

  /** Everything unacknowledged that a replica with this state vector lacks. */
  diffSince(vector: Uint8Array): Uint8Array {
    return this.entries.length
      ? Y.diffUpdate(Y.mergeUpdates(this.entries.map((update) => update.update)), vector)
      : EMPTY_UPDATE;
  }

  /** Record that everything was sent in the first frame of a connection. */
  markSentFirst(): void {
    for (const update of this.entries) update.frame = 1;
  }

  acknowledge(frames: number): number {
    const done = this.entries.filter((update) => update.frame > 0 && update.frame <= frames);
    this.entries = this.entries.filter((update) => !done.includes(update));
    for (const update of done) void update.storedId.then((id) => (id === null ? undefined : this.store?.remove([id])));
    if (!this.changeCount) for (const listener of this.saveListeners.splice(0)) listener();
    return done.length;
  }

  /** Move every pending update to `rejected`. Returns whether there was any. */
  reject(epoch: number): boolean {
    this.flush(epoch);
    const entries = this.entries;
    this.entries = [];
    this.rejected.push(...entries.map((update) => toRejected(update, epoch)));
    const ids = Promise.all(entries.map((update) => update.storedId));
    this.rejecting = this.rejecting
      .then(() => ids)
      .then((stored) => this.store?.markRejected(stored.filter((id) => id !== null)));
    return entries.length > 0;
  }

  /** Delete these rejected updates only: others may have been added since, here or by another page. */
  async discardRejected(updates: readonly StoredUpdate[]): Promise<void> {
    this.rejected = this.rejected.filter((update) => !updates.includes(update));
    await this.rejecting;
    await this.store?.remove(updates.filter((update) => update.id > 0).map((update) => update.id));
  }

  async discard(): Promise<void> {
    const ids = await Promise.all(this.entries.map((update) => update.storedId));
    this.entries = [];
    this.unsent = [];
    await this.store?.remove(ids.filter((id) => id !== null));
  }

  private enqueue(update: Uint8Array, changeId: string, storedId: Promise<number | null>): PendingUpdate {
    const entry = { update, changeId, writtenAt: Date.now(), storedId, frame: 0, isStored: false };
    this.entries.push(entry);
    void storedId.then((id) => {
      entry.isStored = id !== null;
      this.onStored();
    });
    return entry;
  }

  private storeAgain(entry: PendingUpdate, epoch: number): void {
    void entry.storedId.then((id) => (id === null ? undefined : this.store?.remove([id])));
    entry.storedId = this.persist(entry.update, epoch);
  }

  private async persist(update: Uint8Array, epoch: number): Promise<number | null> {
    try {
      return (await this.store?.add(update, epoch, this.currentChange)) ?? null;
    } catch {
      this.canStore = false;
      return null;
    }
  }
}
