"""Text anchors: carry a range of a text through a comparison to the new text, without guessing."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from service.domain.text.markup.tokens import is_word
from service.domain.text.redline.redline import Move, Op, Redline

RangeState = Literal["kept", "moved", "partial", "orphaned"]
"""State of a carried range.

`kept`, `moved`: the same words, in place or elsewhere; `partial`: some words are left, or others came between them;
`orphaned`: no word is left, and the range is the empty position where they were.
"""

CONTEXT_LENGTH = 60
"""Code points of the paragraph before and after a range that corroborate it: at least half must be unchanged.

Otherwise the matching words are ones that any two sentences share.
"""


UNIQUE_CONTEXT = 24
"""Code points on each side with which words are looked for elsewhere."""

MIN_CONTEXT = 8
"""Fewest code points of such a context."""


@dataclass(frozen=True, slots=True)
class QuotedRange:
    """Code points `start`–`end` of a text, and the words there when the comment was made."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class CarriedRange:
    """A range in the new text, with its state."""

    state: RangeState
    quoted_range: QuotedRange


def carry_ranges(ranges: Sequence[QuotedRange], redline: Redline, *, old: str, new: str) -> list[CarriedRange]:
    """Carry ranges of `old` to `new`, which `redline` compares.

    A kept or moved range reads in `new` exactly as in `old`; the quote never changes. An empty range is kept if its
    position is unchanged.
    """
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
        if self._may_be_deleted(quoted_range):
            runs, state = [], "orphaned"
        elif not (self._has_words(runs) and self._is_corroborated(quoted_range)):
            moved = [run for move in self.moves for run in self._parts_in_move(quoted_range, move)]
            moved = moved if self._has_words(moved) else list(self._unique_place(quoted_range))
            kept = bool(runs) and moved[:1] == runs[:1]
            runs, state = (moved, "kept" if kept else "moved") if moved else ([], "orphaned")
        if not runs:
            offset = self._map_offset(quoted_range.start)
            return CarriedRange(
                "kept" if quoted_range.start == quoted_range.end else state,
                QuotedRange(offset, offset, quoted_range.quote),
            )
        start, end = runs[0][2], max(run[3] for run in runs)
        unchanged = self.old[quoted_range.start : quoted_range.end] == self.new[start:end]
        return CarriedRange(state if unchanged else "partial", QuotedRange(start, end, quoted_range.quote))

    def _may_be_deleted(self, quoted_range: QuotedRange) -> bool:
        """Return whether a deletion beside the range may as well have been of the range itself.

        "court and court of appeal" became "court of appeal": which court was deleted is not known.
        """
        start, end = quoted_range.start, quoted_range.end
        index = max(0, bisect_right(self.starts, start) - 1) if self.ops else 0
        for place in (index - 1, index + 1):
            if not 0 <= place < len(self.ops) or self.ops[place].kind != "delete" or self.ops[place].move:
                continue
            first, last = self.ops[place].a0, self.ops[place].a1
            if place < index:
                slides = self.old[last:end] == self.old[first : first + end - last]
            else:
                slides = self.old[start:first] == self.old[last - (first - start) : last]
            if slides and start < end:
                return True
        return False

    def _unique_place(self, quoted_range: QuotedRange) -> Iterator[tuple[int, int, int, int]]:
        """Yield the range where the words stand with a context that is unique in both texts, if there is one.

        The context is the whole line, or `UNIQUE_CONTEXT` code points on both sides, else on one.
        """
        start, end = quoted_range.start, quoted_range.end
        line = self.old.rfind("\n", 0, start) + 1, self.old.find("\n", end)
        before, after = max(line[0], start - UNIQUE_CONTEXT), end + UNIQUE_CONTEXT
        after = min(after, line[1]) if line[1] >= 0 else after
        for first, last in (line, (before, after), (before, end), (start, after)):
            context = self.old[first:last] if last >= 0 else self.old[first:]
            if len(context.strip()) < len(quoted_range.quote.strip()) + MIN_CONTEXT and (first, last) != line:
                continue
            if start < end and self.old.count(context) == 1 and self.new.count(context) == 1:
                offset = self.new.index(context) + start - first
                yield start, end, offset, offset + end - start
                return

    def _unchanged_parts(self, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
        """Yield the unchanged parts of a range of `old`, with their ranges in `new`."""
        index = max(0, bisect_right(self.starts, start) - 1)
        while index < len(self.ops) and self.ops[index].a0 < end:
            op = self.ops[index]
            a0, a1 = max(start, op.a0), min(end, op.a1)
            if op.kind == "equal" and a0 < a1:
                yield a0, a1, op.b0 + a0 - op.a0, op.b0 + a1 - op.a0
            index += 1

    def _parts_in_move(self, quoted_range: QuotedRange, move: Move) -> Iterator[tuple[int, int, int, int]]:
        """Yield the parts of the range that the moved passage still contains."""
        if quoted_range.end <= move.a0 or move.a1 <= quoted_range.start:
            return
        for op in move.ops:
            start, end = max(quoted_range.start, op.a0), min(quoted_range.end, op.a1)
            if op.kind == "equal" and start < end:
                yield start, end, start - op.a0 + op.b0, end - op.a0 + op.b0

    def _is_corroborated(self, quoted_range: QuotedRange) -> bool:
        start = max(quoted_range.start - CONTEXT_LENGTH, self.old.rfind("\n\n", 0, quoted_range.start) + 1, 0)
        stop = self.old.find("\n\n", quoted_range.end)
        end = min(quoted_range.end + CONTEXT_LENGTH, stop if stop >= 0 else len(self.old))
        return 2 * sum(a1 - a0 for a0, a1, _, _ in self._unchanged_parts(start, end)) >= end - start

    def _has_words(self, runs: Sequence[tuple[int, int, int, int]]) -> bool:
        return any(is_word(self.old[a0:a1]) for a0, a1, _, _ in runs)

    def _map_offset(self, offset: int) -> int:
        """Return the offset in `new` that corresponds to an offset in `old`."""
        if not self.ops or offset >= len(self.old):
            return len(self.new)
        op = self.ops[max(0, bisect_right(self.starts, offset) - 1)]
        return op.b0 + offset - op.a0 if op.kind == "equal" else op.b0
