import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";

import { authorRuns, runIndexAt } from "./runs.js";

/** A text written by several clients, each edit merged into every copy at once. */
function write(edits: readonly { client: number; at: number; insert: string; remove: number }[]): Y.Text {
  const docs = new Map<number, Y.Doc>();
  const main = new Y.Doc();
  for (const { client, at, insert, remove } of edits) {
    const doc = docs.get(client) ?? new Y.Doc();
    doc.clientID = client;
    docs.set(client, doc);
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(main));
    const text = doc.getText("t");
    const place = Math.min(at, text.length);
    text.delete(place, Math.min(remove, text.length - place));
    text.insert(place, insert);
    Y.applyUpdate(main, Y.encodeStateAsUpdate(doc));
  }
  return main.getText("t");
}

const whose = (client: number) => `per_${client % 2}`;

test("neighbouring text of one person is one run, across their clients", () => {
  const text = write([
    { client: 10, at: 0, insert: "نحن ", remove: 0 },
    { client: 12, at: 4, insert: "🙂", remove: 0 },
    { client: 11, at: 6, insert: "ab", remove: 0 },
  ]);
  expect(authorRuns(text, whose)).toEqual([
    { from: 0, to: 6, person: "per_0" },
    { from: 6, to: 8, person: "per_1" },
  ]);
});

test("deleted text belongs to nobody, and what was inserted parts a run", () => {
  const text = write([
    { client: 10, at: 0, insert: "abcdef", remove: 0 },
    { client: 11, at: 3, insert: "X", remove: 2 },
  ]);
  expect(text.toString()).toBe("abcXf");
  expect(authorRuns(text, whose)).toEqual([
    { from: 0, to: 3, person: "per_0" },
    { from: 3, to: 4, person: "per_1" },
    { from: 4, to: 5, person: "per_0" },
  ]);
});

test("an empty text has no runs, and a search in none is at 0", () => {
  expect(authorRuns(new Y.Doc().getText("t"), whose)).toEqual([]);
  expect(runIndexAt([], 5)).toBe(0);
});

test("runs cover the text without gaps, and each position is found in its run", () => {
  const edit = fc.record({
    client: fc.integer({ min: 10, max: 14 }),
    at: fc.nat(20),
    insert: fc.constantFrom("ن", "ab", "🙂", "المادة "),
    remove: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
      const text = write(edits);
      const runs = authorRuns(text, whose);
      expect(runs.map((run) => run.from)).toEqual([0, ...runs.slice(0, -1).map((run) => run.to)].slice(0, runs.length));
      expect(runs.at(-1)?.to ?? 0).toBe(text.length);
      runs.forEach((run, index) => {
        expect(run.person).not.toBe(runs[index - 1]?.person);
        expect([runIndexAt(runs, run.from), runIndexAt(runs, run.to - 1)]).toEqual([index, index]);
      });
      if (runs.length) expect(runIndexAt(runs, text.length + 9)).toBe(runs.length - 1);
    }),
  );
});
