// A change never parts the two halves of one character: they would be replaced, differently on each side, and the copies
// of the text would no longer be equal. Nor does it bring a mark that no text may hold.
import { Annotation, ChangeSet, EditorState, type Extension, type Text, type Transaction } from "@codemirror/state";
import { ySyncAnnotation } from "y-codemirror.next";

const kept = Annotation.define<boolean>();

const high = (text: string): boolean => /[\uD800-\uDBFF]$/.test(text);
const low = (text: string): boolean => /^[\uDC00-\uDFFF]/.test(text);
const parts = (text: Text, at: number): boolean =>
  at > 0 && at < text.length && high(text.sliceString(at - 1, at)) && low(text.sliceString(at, at + 1));
const LONE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const ENDS = /\r\n?|[\u0085\u2028\u2029]/g;
// Marks that no text may hold, and those that a version would lose: the server takes none of the first.
const UNHELD = /[\0-\x08\x0B-\x1F\x7F-\x9F\u202A-\u202E\u2066-\u2069\uFEFF\uFDD0-\uFDEF\uFFFE\uFFFF]/g;
const clean = (text: string): string => text.replace(ENDS, "\n").replace(LONE, "").replace(UNHELD, "");

interface Change {
  from: number;
  to: number;
  insert: string;
}

export const whole: Extension = EditorState.transactionFilter.of((transaction: Transaction) => {
  if (!transaction.docChanged || transaction.annotation(ySyncAnnotation) || transaction.annotation(kept))
    return transaction;
  const text = transaction.startState.doc;
  const changes: Change[] = [];
  let broken = false;
  transaction.changes.iterChanges((from, to, _from, _to, inserted) => {
    const insert = inserted.toString();
    const change = widened(text, { from, to, insert });
    broken ||= change.from !== from || change.to !== to || change.insert !== insert;
    changes.push(change);
  });
  if (!broken) return transaction;
  const set = ChangeSet.of(joined(changes), text.length);
  const last = changes[changes.length - 1];
  return {
    changes: set,
    selection: { anchor: last ? set.mapPos(last.to, 1) : 0 },
    scrollIntoView: true,
    annotations: kept.of(true),
  };
});

export function widened(text: Text, { from, to, insert }: Change): Change {
  if (from === to && parts(text, from)) return { from: from + 1, to: to + 1, insert: clean(insert) };
  const head = parts(text, from) ? text.sliceString(from - 1, from) : "";
  const tail = parts(text, to) ? text.sliceString(to, to + 1) : "";
  return { from: from - head.length, to: to + tail.length, insert: clean(head + insert + tail) };
}

// Two changes inside one character touch after they were widened.
function joined(changes: readonly Change[]): Change[] {
  const out: Change[] = [];
  for (const one of changes) {
    const before = out.at(-1);
    if (before && one.from < before.to)
      out[out.length - 1] = { from: before.from, to: Math.max(before.to, one.to), insert: before.insert + one.insert };
    else out.push({ ...one });
  }
  return out;
}
