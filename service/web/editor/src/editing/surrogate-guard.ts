// A transaction filter that widens changes to whole surrogate pairs. A split pair would be replaced by U+FFFD, at
// different places in the browser and on the server, and the replicas would diverge. It also removes forbidden
// characters.
import { Annotation, ChangeSet, EditorState, type Extension, type Text, type Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { ySyncAnnotation } from "y-codemirror.next";

const guarded = Annotation.define<boolean>();

const endsInHighSurrogate = (text: string): boolean => /[\uD800-\uDBFF]$/.test(text);
const splitsPair = (text: Text, at: number): boolean =>
  /[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.sliceString(at - 1, at + 1));
const LINE_ENDINGS = /\r\n?|[\u0085\u2028\u2029]/g;
/**
 * Lone surrogates (with the flag u, halves of pairs do not match), control characters, bidi embeddings, overrides and
 * isolates, noncharacters: the server refuses them, or removes them when a version is created.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const FORBIDDEN = /[\0-\x08\x0B-\x1F\x7F-\x9F\uD800-\uDFFF\u202A-\u202E\u2066-\u2069\uFEFF\uFDD0-\uFDEF\uFFFE\uFFFF]/gu;
const sanitize = (text: string): string => text.replace(LINE_ENDINGS, "\n").replace(FORBIDDEN, "");

interface Change {
  from: number;
  to: number;
  insert: string;
}

export const surrogateGuard: Extension = EditorState.transactionFilter.of((transaction: Transaction) => {
  if (!transaction.docChanged || transaction.annotation(ySyncAnnotation) || transaction.annotation(guarded))
    return transaction;
  const text = transaction.startState.doc;
  const changes: Change[] = [];
  let adjusted = false;
  transaction.changes.iterChanges((from, to, _from, _to, inserted) => {
    const insert = inserted.toString();
    const widened = widenToPairs(text, { from, to, insert });
    adjusted ||= widened.from !== from || widened.to !== to || widened.insert !== insert;
    changes.push(widened);
  });
  if (!adjusted) return transaction;
  const set = ChangeSet.of(mergeOverlapping(changes), text.length);
  const last = changes[changes.length - 1];
  return {
    changes: set,
    selection: { anchor: last ? set.mapPos(last.to, 1) : 0 },
    scrollIntoView: true,
    annotations: guarded.of(true),
  };
});

/** Firefox types a character such as an emoji as two halves: the first waits for what comes next. */
export const joinTypedHalves = (): Extension => {
  let first = "";
  return EditorView.inputHandler.of((view, _from, _to, text) => {
    const typed = first + text;
    first = endsInHighSurrogate(text) ? text : "";
    if (!first && typed !== text) view.dispatch(view.state.replaceSelection(typed));
    return typed !== text || first !== "";
  });
};

export function widenToPairs(text: Text, { from, to, insert }: Change): Change {
  if (from === to && splitsPair(text, from)) return { from: from + 1, to: to + 1, insert: sanitize(insert) };
  const head = splitsPair(text, from) ? text.sliceString(from - 1, from) : "";
  const tail = splitsPair(text, to) ? text.sliceString(to, to + 1) : "";
  return { from: from - head.length, to: to + tail.length, insert: sanitize(head + insert + tail) };
}

/** Two changes inside one character overlap once they are widened. */
function mergeOverlapping(changes: readonly Change[]): Change[] {
  const merged: Change[] = [];
  for (const change of changes) {
    const last = merged.at(-1);
    if (last && change.from < last.to)
      merged[merged.length - 1] = {
        from: last.from,
        to: Math.max(last.to, change.to),
        insert: last.insert + change.insert,
      };
    else merged.push({ ...change });
  }
  return merged;
}
