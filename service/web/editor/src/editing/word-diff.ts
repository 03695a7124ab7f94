// A word diff by longest common subsequence, after the common prefix and suffix were removed.
export interface DiffPiece {
  readonly kind: "same" | "mine" | "theirs";
  readonly text: string;
}

const MAX_CELLS = 4_000_000;
const CONTEXT = 160;

export function wordDiff(theirs: string, mine: string): DiffPiece[] {
  const [oldWords, newWords] = [tokenize(theirs), tokenize(mine)];
  let [head, tail] = [0, 0];
  while (head < Math.min(oldWords.length, newWords.length) && oldWords[head] === newWords[head]) head += 1;
  while (tail < Math.min(oldWords.length, newWords.length) - head && oldWords.at(-1 - tail) === newWords.at(-1 - tail))
    tail += 1;
  const [left, right] = [oldWords.slice(head, oldWords.length - tail), newWords.slice(head, newWords.length - tail)];
  const middle = left.length * right.length > MAX_CELLS ? replaceAll(left, right) : lcsDiff(left, right);
  const before = oldWords.slice(0, head).join("");
  const after = tail ? oldWords.slice(-tail).join("") : "";
  return coalesce([
    { kind: "same", text: trimContext(before, "end") },
    ...middle,
    { kind: "same", text: trimContext(after, "start") },
  ]);
}

const tokenize = (text: string): string[] => text.match(/\s+|[^\s]+/g) ?? [];

const replaceAll = (left: string[], right: string[]): DiffPiece[] => [
  { kind: "theirs", text: left.join("") },
  { kind: "mine", text: right.join("") },
];

function lcsDiff(left: string[], right: string[]): DiffPiece[] {
  const width = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const [down, over] = [lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0];
      lengths[i * width + j] =
        left[i] === right[j] ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(down, over);
    }
  }
  const pieces: DiffPiece[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [one, other] = [left[i], right[j]];
    if (one !== undefined && one === other) {
      pieces.push({ kind: "same", text: one });
      i += 1;
      j += 1;
    } else if (
      other === undefined ||
      (one !== undefined && (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      pieces.push({ kind: "theirs", text: one ?? "" });
      i += 1;
    } else {
      pieces.push({ kind: "mine", text: other });
      j += 1;
    }
  }
  return pieces;
}

function coalesce(pieces: readonly DiffPiece[]): DiffPiece[] {
  const merged: DiffPiece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (last?.kind === piece.kind) merged[merged.length - 1] = { kind: piece.kind, text: last.text + piece.text };
    else if (piece.text) merged.push(piece);
  }
  return merged;
}

function trimContext(text: string, side: "start" | "end"): string {
  const points = Array.from(text);
  if (points.length <= CONTEXT) return text;
  return side === "end" ? `… ${points.slice(-CONTEXT).join("")}` : `${points.slice(0, CONTEXT).join("")} …`;
}
