// Cards beside their passages: none over another, the one that is read at its very place, the others as near as they can;
// those from number `orphans` on have no place and stand below the rest.
export interface Wanted {
  readonly top: number;
  readonly height: number;
}

const GAP = 10;

export function stacked(cards: readonly Wanted[], active: number, orphans: number): number[] {
  const tops = cards.map((one) => one.top);
  const end = (at: number) => (at < 0 ? 0 : (tops[at] ?? 0) + (cards[at]?.height ?? 0) + GAP);
  for (let at = active - 1; at >= 0; at -= 1)
    tops[at] = Math.min(tops[at] ?? 0, (tops[at + 1] ?? 0) - GAP - (cards[at]?.height ?? 0));
  const lifted = active > 0 && (tops[0] ?? 0) >= 0;
  for (let at = lifted ? active + 1 : 0; at < cards.length; at += 1)
    tops[at] = Math.max(at < orphans ? (tops[at] ?? 0) : 0, end(at - 1));
  return tops;
}
