import fc from "fast-check";
import { expect, test } from "vitest";

import { layoutCards } from "./card-layout.js";

const cards = (...boxes: readonly (readonly [number, number])[]) => boxes.map(([top, height]) => ({ top, height }));

test("cards with room between them are at their passages", () => {
  expect(layoutCards(cards([0, 50], [100, 50], [300, 50]), -1, 3)).toEqual([0, 100, 300]);
});

test("cards that would overlap are pushed down, 10 pixels apart", () => {
  expect(layoutCards(cards([100, 50], [110, 50], [120, 50]), -1, 3)).toEqual([100, 160, 220]);
});

test("the active card is at its passage, and those above give way", () => {
  expect(layoutCards(cards([200, 50], [210, 50], [220, 50]), 1, 3)).toEqual([150, 210, 270]);
});

test("where there is no place above, the active card goes down", () => {
  expect(layoutCards(cards([0, 50], [10, 50]), 1, 2)).toEqual([0, 60]);
});

test("cards without a passage are below all others", () => {
  expect(layoutCards(cards([100, 50], [900, 20], [0, 20]), -1, 1)).toEqual([100, 160, 190]);
});

test("no cards, no positions", () => {
  expect(layoutCards([], -1, 0)).toEqual([]);
});

test("no two cards overlap, none is above the column, and their order stays", () => {
  const box = fc.record({ top: fc.nat(2000), height: fc.integer({ min: 1, max: 300 }) });
  fc.assert(
    fc.property(fc.array(box, { minLength: 1, maxLength: 12 }), fc.nat(), fc.nat(), (boxes, chosen, orphaned) => {
      const sorted = [...boxes].sort((one, other) => one.top - other.top);
      const orphans = orphaned % (sorted.length + 1);
      const active = chosen % 2 && orphans ? chosen % orphans : -1;
      const tops = layoutCards(sorted, active, orphans);
      tops.forEach((top, index) => {
        const before = sorted[index - 1];
        expect(top).toBeGreaterThanOrEqual(before ? (tops[index - 1] ?? 0) + before.height + 10 : 0);
      });
    }),
  );
});
