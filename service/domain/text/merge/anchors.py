"""Where a remark stands after its text changed: a range is carried through a comparison, and never guessed."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from service.domain.text.diff.minimal_edits import word_splices
from service.domain.text.markup.tokens import is_word
from service.domain.text.markup.tree import Span
from service.domain.text.redline.redline import Move, Op, Redline

RangeState = Literal["kept", "moved", "partial", "orphaned"]
"""kept, moved: the same words, the latter elsewhere; partial: some of the words are left, or others came between them;
orphaned: no word is left, the range is the empty place where they stood."""

CONTEXT_LENGTH = 60
"""Code points of the paragraph before and after a range that bear witness for it: half of them must be unchanged.
Else its words are words that any two sentences share."""


@dataclass(frozen=True, slots=True)
class QuotedRange:
    """Code points `start`–`end` of a text, and the words that stood there when the remark was made."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class CarriedRange:
    state: RangeState
    quoted_range: QuotedRange


def carry_ranges(ranges: Sequence[QuotedRange], redline: Redline, *, old: str, new: str) -> list[CarriedRange]:
    """Each anchor of `old` in `new`, which `compared` compares. What is kept or moved reads in `new` exactly as in
    `old`; the quote is never changed. An empty range is kept where its place is."""
    mapper = _RangeMapper(redline, old, new)
    return [mapper.map_range(anchor) for anchor in ranges]


class _RangeMapper:
    def __init__(self, redline: Redline, old: str, new: str) -> None:
        self.old, self.new = old, new
        self.ops: Sequence[Op] = [op for op in redline.ops if op.a0 < op.a1]
        self.starts = [op.a0 for op in self.ops]
        self.moves = redline.moves

    def map_range(self, quoted_range: QuotedRange) -> CarriedRange:
        runs = list(self._unchanged_parts(quoted_range.start, quoted_range.end))
        state: RangeState = "kept"
        if not (self._has_words(runs) and self._is_corroborated(quoted_range)):
            moved = [run for move in self.moves for run in self._parts_in_move(quoted_range, move)]
            runs, state = (moved, "moved") if self._has_words(moved) else ([], "orphaned")
        if not runs:
            offset = self._map_offset(quoted_range.start)
            return CarriedRange(
                "kept" if quoted_range.start == quoted_range.end else state,
                QuotedRange(offset, offset, quoted_range.quote),
            )
        start, end = runs[0][2], max(run[3] for run in runs)
        unchanged = self.old[quoted_range.start : quoted_range.end] == self.new[start:end]
        return CarriedRange(state if unchanged else "partial", QuotedRange(start, end, quoted_range.quote))

    def _unchanged_parts(self, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
        """The parts of a range of `old` that are unchanged, with where they are in `new`."""
        index = max(0, bisect_right(self.starts, start) - 1)
        while index < len(self.ops) and self.ops[index].a0 < end:
            op = self.ops[index]
            a0, a1 = max(start, op.a0), min(end, op.a1)
            if op.kind == "equal" and a0 < a1:
                yield a0, a1, op.b0 + a0 - op.a0, op.b0 + a1 - op.a0
            index += 1

    def _parts_in_move(self, quoted_range: QuotedRange, move: Move) -> Iterator[tuple[int, int, int, int]]:
        """The parts of the range that the moved passage still has."""
        if quoted_range.end <= move.a0 or move.a1 <= quoted_range.start:
            return
        for (a0, a1), b0 in _unchanged_runs(self.old[move.a0 : move.a1], self.new[move.b0 : move.b1]):
            start, end = max(quoted_range.start, move.a0 + a0), min(quoted_range.end, move.a0 + a1)
            if start < end:
                shift = move.b0 + b0 - (move.a0 + a0)
                yield start, end, start + shift, end + shift

    def _is_corroborated(self, quoted_range: QuotedRange) -> bool:
        start = max(quoted_range.start - CONTEXT_LENGTH, self.old.rfind("\n\n", 0, quoted_range.start) + 1, 0)
        stop = self.old.find("\n\n", quoted_range.end)
        end = min(quoted_range.end + CONTEXT_LENGTH, stop if stop >= 0 else len(self.old))
        return 2 * sum(a1 - a0 for a0, a1, _, _ in self._unchanged_parts(start, end)) >= end - start

    def _has_words(self, runs: Sequence[tuple[int, int, int, int]]) -> bool:
        return any(is_word(self.old[a0:a1]) for a0, a1, _, _ in runs)

    def _map_offset(self, offset: int) -> int:
        """The place in `new` that a place of `old` became."""
        if not self.ops or offset >= len(self.old):
            return len(self.new)
        op = self.ops[max(0, bisect_right(self.starts, offset) - 1)]
        return op.b0 + offset - op.a0 if op.kind == "equal" else op.b0


def _unchanged_runs(old: str, new: str) -> Iterator[tuple[Span, int]]:
    """The runs of `old` that are in `new`, and where."""
    offset = shift = 0
    for a0, a1, words in (*word_splices(old, new), (len(old), len(old), "")):
        if offset < a0:
            yield (offset, a0), offset + shift
        offset, shift = a1, shift + len(words) - (a1 - a0)
