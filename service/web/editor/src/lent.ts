// What the first script lends the second, which carries no library of its own.
export interface Lent {
  readonly place: HTMLElement;
}

export interface Margin {
  margin(lent: Lent): void;
}

export async function fetched(address: string): Promise<Margin> {
  return (await import(address)) as Margin;
}
