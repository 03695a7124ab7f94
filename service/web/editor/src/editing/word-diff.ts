// Two texts beside each other: what only one of them has. Words, after the ends that are alike were taken off.
export interface Piece {
  readonly kind: "same" | "mine" | "theirs";
  readonly text: string;
}

const LARGEST = 4_000_000;
const CONTEXT = 160;

export function difference(theirs: string, mine: string): Piece[] {
  const [old, made] = [words(theirs), words(mine)];
  let [head, tail] = [0, 0];
  while (head < Math.min(old.length, made.length) && old[head] === made[head]) head += 1;
  while (tail < Math.min(old.length, made.length) - head && old.at(-1 - tail) === made.at(-1 - tail)) tail += 1;
  const [left, right] = [old.slice(head, old.length - tail), made.slice(head, made.length - tail)];
  const middle = left.length * right.length > LARGEST ? apart(left, right) : woven(left, right);
  const before = old.slice(0, head).join("");
  const after = tail ? old.slice(-tail).join("") : "";
  return merged([
    { kind: "same", text: shortened(before, "end") },
    ...middle,
    { kind: "same", text: shortened(after, "start") },
  ]);
}

const words = (text: string): string[] => text.match(/\s+|[^\s]+/g) ?? [];

const apart = (left: string[], right: string[]): Piece[] => [
  { kind: "theirs", text: left.join("") },
  { kind: "mine", text: right.join("") },
];

function woven(left: string[], right: string[]): Piece[] {
  const width = right.length + 1;
  const long = new Uint32Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const [down, over] = [long[(i + 1) * width + j] ?? 0, long[i * width + j + 1] ?? 0];
      long[i * width + j] = left[i] === right[j] ? (long[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(down, over);
    }
  }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [one, other] = [left[i], right[j]];
    if (one !== undefined && one === other) {
      pieces.push({ kind: "same", text: one });
      i += 1;
      j += 1;
    } else if (
      other === undefined ||
      (one !== undefined && (long[(i + 1) * width + j] ?? 0) >= (long[i * width + j + 1] ?? 0))
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

function merged(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const one of pieces) {
    const last = out.at(-1);
    if (last?.kind === one.kind) out[out.length - 1] = { kind: one.kind, text: last.text + one.text };
    else if (one.text) out.push(one);
  }
  return out;
}

function shortened(text: string, side: "start" | "end"): string {
  const signs = Array.from(text);
  if (signs.length <= CONTEXT) return text;
  return side === "end" ? `… ${signs.slice(-CONTEXT).join("")}` : `${signs.slice(0, CONTEXT).join("")} …`;
}
