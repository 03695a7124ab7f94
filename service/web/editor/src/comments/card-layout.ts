// Positions of the cards beside their passages. No two overlap; the active one is exactly at its passage, the others as
// close to theirs as possible. Cards from index `orphanStart` on have no passage and go below the rest. Pixels.
export interface CardBox {
  readonly top: number;
  readonly height: number;
}

const GAP = 10;

export function layoutCards(cards: readonly CardBox[], active: number, orphanStart: number): number[] {
  const tops = cards.map((card) => card.top);
  const bottomOf = (index: number) => (index < 0 ? 0 : (tops[index] ?? 0) + (cards[index]?.height ?? 0) + GAP);
  for (let index = active - 1; index >= 0; index -= 1)
    tops[index] = Math.min(tops[index] ?? 0, (tops[index + 1] ?? 0) - GAP - (cards[index]?.height ?? 0));
  const onlyBelow = active > 0 && (tops[0] ?? 0) >= 0;
  for (let index = onlyBelow ? active + 1 : 0; index < cards.length; index += 1)
    tops[index] = Math.max(index < orphanStart ? (tops[index] ?? 0) : 0, bottomOf(index - 1));
  return tops;
}
