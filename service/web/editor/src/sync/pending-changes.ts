// What was written here and not confirmed yet, in memory and on this device.
import * as Y from "yjs";

import { Keep, type Kept } from "./offline-store.js";

export interface Entry {
  readonly update: Uint8Array;
  readonly change: string;
  readonly at: number;
  kept: Promise<number | null>;
  // The message of this connection it went out with; 0: none yet.
  frame: number;
  // Whether it lies on this device.
  safe: boolean;
}

const PAUSE = 1500;
const EMPTY = new Uint8Array(2);

function asideOf({ change, at, update, kept }: Entry, epoch: number): Kept {
  const row = { id: 0, epoch, change, aside: true, at, update };
  void kept.then((id) => (row.id = id ?? 0));
  return row;
}

export const isEmpty = (update: Uint8Array): boolean => update.length === 2 && update[0] === 0 && update[1] === 0;

export class Ledger {
  keeps = false;
  // What was not taken, and lies here for its writer.
  aside: Kept[] = [];
  private earlier: Kept[] = [];
  private awaiting: (() => void)[] = [];
  private keep: Keep | null | undefined;
  private secret = "";
  private laying: Promise<void> = Promise.resolve();
  private entries: Entry[] = [];
  private fresh: Uint8Array[] = [];
  private change = "";
  private lastEdit = 0;

  constructor(private readonly became: () => void) {}

  // Finds what an earlier page left; only once. Whoever signs in anew gets another key: what is unconfirmed is kept under it.
  async opened(secret: string, draft: string, person: string, epoch: number): Promise<void> {
    if (secret === this.secret) return;
    const first = this.keep === undefined;
    this.secret = secret;
    this.keep = await Keep.open(secret, draft, person);
    this.keeps = this.keep !== null;
    if (first) this.earlier = (await this.keep?.all()) ?? [];
    else for (const one of this.entries) this.keepAgain(one, epoch);
  }

  // What an earlier page left to be sent; the rest of it lies aside.
  again(sendable: (one: Kept) => boolean): Kept[] {
    const found = this.earlier.splice(0);
    this.aside.push(...found.filter((one) => !sendable(one)));
    return found.filter(sendable);
  }

  // What is written without a pause is one change.
  get changes(): number {
    const fresh = this.fresh.length ? [this.change] : [];
    return new Set([...this.entries.map((one) => one.change), ...fresh]).size;
  }

  // Those of them that lie on this device whole, whatever becomes of the page.
  get safeChanges(): number {
    const open = new Set(this.entries.filter((one) => !one.safe).map((one) => one.change));
    if (this.fresh.length) open.add(this.change);
    return new Set(this.entries.map((one) => one.change).filter((change) => !open.has(change))).size;
  }

  get oldest(): number {
    return this.entries[0]?.at ?? Infinity;
  }

  whenSaved(act: () => void): void {
    if (this.changes) this.awaiting.push(act);
    else act();
  }

  write(update: Uint8Array): void {
    const now = Date.now();
    if (now - this.lastEdit > PAUSE || !this.change) this.change = `${now} ${Math.random()}`;
    this.lastEdit = now;
    this.fresh.push(update);
  }

  // What was written since the last time, as one entry.
  gather(epoch: number): Entry | null {
    if (!this.fresh.length) return null;
    const update = Y.mergeUpdates(this.fresh);
    this.fresh = [];
    return this.enter(update, this.change, this.lastingly(update, epoch));
  }

  resume(one: Kept): Entry {
    return this.enter(one.update, one.change, Promise.resolve(one.id));
  }

  // Everything unconfirmed that a copy with `vector` lacks.
  missing(vector: Uint8Array): Uint8Array {
    return this.entries.length ? Y.diffUpdate(Y.mergeUpdates(this.entries.map((one) => one.update)), vector) : EMPTY;
  }

  // All of it went out as the first message of a connection.
  sentFirst(): void {
    for (const one of this.entries) one.frame = 1;
  }

  confirm(frames: number): number {
    const done = this.entries.filter((one) => one.frame > 0 && one.frame <= frames);
    this.entries = this.entries.filter((one) => !done.includes(one));
    for (const one of done) void one.kept.then((id) => (id === null ? undefined : this.keep?.drop([id])));
    if (!this.changes) for (const act of this.awaiting.splice(0)) act();
    return done.length;
  }

  // None of it is sent any more; whether there was anything.
  layAside(epoch: number): boolean {
    this.gather(epoch);
    const laid = this.entries;
    this.entries = [];
    this.aside.push(...laid.map((one) => asideOf(one, epoch)));
    const ids = Promise.all(laid.map((one) => one.kept));
    this.laying = this.laying.then(() => ids).then((found) => this.keep?.setAside(found.filter((id) => id !== null)));
    return laid.length > 0;
  }

  // These alone: others may have been laid aside meanwhile, here or by another page.
  async forget(rows: readonly Kept[]): Promise<void> {
    this.aside = this.aside.filter((one) => !rows.includes(one));
    await this.laying;
    await this.keep?.drop(rows.filter((one) => one.id > 0).map((one) => one.id));
  }

  async discard(): Promise<void> {
    const ids = await Promise.all(this.entries.map((one) => one.kept));
    this.entries = [];
    this.fresh = [];
    await this.keep?.drop(ids.filter((id) => id !== null));
  }

  private enter(update: Uint8Array, change: string, kept: Promise<number | null>): Entry {
    const entry = { update, change, at: Date.now(), kept, frame: 0, safe: false };
    this.entries.push(entry);
    void kept.then((id) => {
      entry.safe = id !== null;
      this.became();
    });
    return entry;
  }

  private keepAgain(entry: Entry, epoch: number): void {
    void entry.kept.then((id) => (id === null ? undefined : this.keep?.drop([id])));
    entry.kept = this.lastingly(entry.update, epoch);
  }

  private async lastingly(update: Uint8Array, epoch: number): Promise<number | null> {
    try {
      return (await this.keep?.put(update, epoch, this.change)) ?? null;
    } catch {
      this.keeps = false;
      return null;
    }
  }
}
