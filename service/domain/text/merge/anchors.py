"""Where a remark stands after its text changed: a range is carried through a comparison, and never guessed."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from service.domain.text.diff.minimal_edits import splices
from service.domain.text.markup.tokens import is_word
from service.domain.text.markup.tree import Span
from service.domain.text.redline.redline import Move, Op, Redline

Fate = Literal["kept", "moved", "partial", "orphaned"]
"""kept, moved: the same words, the latter elsewhere; partial: some of the words are left, or others came between them;
orphaned: no word is left, the range is the empty place where they stood."""

AROUND = 60
"""Code points of the paragraph before and after a range that bear witness for it: half of them must be unchanged.
Else its words are words that any two sentences share."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Code points `start`–`end` of a text, and the words that stood there when the remark was made."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Carried:
    fate: Fate
    anchor: Anchor


def carry(anchors: Sequence[Anchor], compared: Redline, *, old: str, new: str) -> list[Carried]:
    """Each anchor of `old` in `new`, which `compared` compares. What is kept or moved reads in `new` exactly as in
    `old`; the quote is never changed. An empty range is kept where its place is."""
    through = _Through(compared, old, new)
    return [through.carried(anchor) for anchor in anchors]


class _Through:
    def __init__(self, compared: Redline, old: str, new: str) -> None:
        self.old, self.new = old, new
        self.ops: Sequence[Op] = [op for op in compared.ops if op.a0 < op.a1]
        self.starts = [op.a0 for op in self.ops]
        self.moves = compared.moves

    def carried(self, anchor: Anchor) -> Carried:
        runs = list(self._equal(anchor.start, anchor.end))
        fate: Fate = "kept"
        if not (self._has_words(runs) and self._is_held(anchor)):
            moved = [run for move in self.moves for run in self._through_move(anchor, move)]
            runs, fate = (moved, "moved") if self._has_words(moved) else ([], "orphaned")
        if not runs:
            place = self._place(anchor.start)
            return Carried("kept" if anchor.start == anchor.end else fate, Anchor(place, place, anchor.quote))
        start, end = runs[0][2], max(run[3] for run in runs)
        whole = self.old[anchor.start : anchor.end] == self.new[start:end]
        return Carried(fate if whole else "partial", Anchor(start, end, anchor.quote))

    def _equal(self, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
        """The parts of a range of `old` that are unchanged, with where they are in `new`."""
        place = max(0, bisect_right(self.starts, start) - 1)
        while place < len(self.ops) and self.ops[place].a0 < end:
            op = self.ops[place]
            a0, a1 = max(start, op.a0), min(end, op.a1)
            if op.kind == "equal" and a0 < a1:
                yield a0, a1, op.b0 + a0 - op.a0, op.b0 + a1 - op.a0
            place += 1

    def _through_move(self, anchor: Anchor, move: Move) -> Iterator[tuple[int, int, int, int]]:
        """The parts of the range that the moved passage still has."""
        if anchor.end <= move.a0 or move.a1 <= anchor.start:
            return
        for (a0, a1), b0 in _unchanged(self.old[move.a0 : move.a1], self.new[move.b0 : move.b1]):
            start, end = max(anchor.start, move.a0 + a0), min(anchor.end, move.a0 + a1)
            if start < end:
                by = move.b0 + b0 - (move.a0 + a0)
                yield start, end, start + by, end + by

    def _is_held(self, anchor: Anchor) -> bool:
        start = max(anchor.start - AROUND, self.old.rfind("\n\n", 0, anchor.start) + 1, 0)
        stop = self.old.find("\n\n", anchor.end)
        end = min(anchor.end + AROUND, stop if stop >= 0 else len(self.old))
        return 2 * sum(a1 - a0 for a0, a1, _, _ in self._equal(start, end)) >= end - start

    def _has_words(self, runs: Sequence[tuple[int, int, int, int]]) -> bool:
        return any(is_word(self.old[a0:a1]) for a0, a1, _, _ in runs)

    def _place(self, start: int) -> int:
        """The place in `new` that a place of `old` became."""
        if not self.ops or start >= len(self.old):
            return len(self.new)
        op = self.ops[max(0, bisect_right(self.starts, start) - 1)]
        return op.b0 + start - op.a0 if op.kind == "equal" else op.b0


def _unchanged(old: str, new: str) -> Iterator[tuple[Span, int]]:
    """The runs of `old` that are in `new`, and where."""
    place = shift = 0
    for a0, a1, words in (*splices(old, new), (len(old), len(old), "")):
        if place < a0:
            yield (place, a0), place + shift
        place, shift = a1, shift + len(words) - (a1 - a0)
