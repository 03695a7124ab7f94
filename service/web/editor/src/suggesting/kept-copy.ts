// The private copy, kept in this tab until it is sent or the person signs out.
export interface KeptCopy {
  readonly base: string;
  readonly text: string;
  readonly epoch: string;
  readonly seq: string;
  /** The form was sent; it is kept in case the server rejects it. */
  readonly sent: boolean;
}

export class CopyStore {
  constructor(
    private readonly storage: Storage,
    private readonly name: string,
  ) {}

  /** The copy to go on with; one that was sent is forgotten, unless the server rejected it. */
  read(isRejected: boolean): KeptCopy | null {
    const copy = this.parse();
    if (!copy?.sent || isRejected) return copy;
    this.forget();
    return null;
  }

  write(copy: KeptCopy): void {
    try {
      if (copy.text === copy.base) this.forget();
      else this.storage.setItem(this.name, JSON.stringify(copy));
    } catch {
      // The storage is full or switched off: the copy is then in the page only.
    }
  }

  forget(): void {
    this.storage.removeItem(this.name);
  }

  private parse(): KeptCopy | null {
    try {
      return JSON.parse(this.storage.getItem(this.name) ?? "null") as KeptCopy | null;
    } catch {
      return null;
    }
  }
}
