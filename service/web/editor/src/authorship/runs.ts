// Whose each stretch of the text is, read from the units of the shared text themselves.
import type * as Y from "yjs";

export interface Run {
  readonly from: number;
  to: number;
  readonly who: string;
}

export function runsOf(text: Y.Text, whose: (client: number) => string): Run[] {
  const runs: Run[] = [];
  let [at, client, who] = [0, -1, ""];
  for (let item = text._start; item; item = item.right) {
    if (item.deleted || !item.countable) continue;
    if (item.id.client !== client) [client, who] = [item.id.client, whose(item.id.client)];
    const last = runs.at(-1);
    if (last?.who === who) last.to += item.length;
    else runs.push({ from: at, to: at + item.length, who });
    at += item.length;
  }
  return runs;
}

// The number of the run at `at`, or of the last.
export function runAt(runs: readonly Run[], at: number): number {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.to ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
