// Runs of text by one author, read from the client ids of the CRDT items. Offsets are UTF-16 code units.
import type * as Y from "yjs";

export interface Run {
  readonly from: number;
  to: number;
  readonly person: string;
}

export function authorRuns(text: Y.Text, personOf: (client: number) => string): Run[] {
  const runs: Run[] = [];
  let [offset, client, person] = [0, -1, ""];
  for (let item = text._start; item; item = item.right) {
    if (item.deleted || !item.countable) continue;
    if (item.id.client !== client) [client, person] = [item.id.client, personOf(item.id.client)];
    const last = runs.at(-1);
    if (last?.person === person) last.to += item.length;
    else runs.push({ from: offset, to: offset + item.length, person });
    offset += item.length;
  }
  return runs;
}

/** The index of the run that contains offset `at`, by binary search; the last one where `at` is beyond the end. */
export function runIndexAt(runs: readonly Run[], at: number): number {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.to ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
