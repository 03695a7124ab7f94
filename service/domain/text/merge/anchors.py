"""Text anchors: carry a range of a text through a comparison to the new text, without guessing."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from service.domain.text.markup.tokens import is_word
from service.domain.text.markup.tree import Span
from service.domain.text.redline.kept_text import KeptRun, kept_runs
from service.domain.text.redline.redline import Op, Redline

RangeState = Literal["kept", "moved", "partial", "orphaned"]
"""State of a carried range.

`kept`, `moved`: the same words, in place or elsewhere; `partial`: some words are left, or others came between them;
`orphaned`: no word is left, and the range is the empty position where they were.
"""

CONTEXT_LENGTH = 60
"""Code points of the paragraph before and after a range that corroborate it: at least half must be unchanged.

Otherwise the matching words are ones that any two sentences share. Text that was deleted with nothing in its place does
not count.
"""

MAX_SHIFT = 2_000
"""Most code points by which a deletion is shifted to see whether it may as well have been of the range."""

UNIQUE_CONTEXT = 24
"""Code points on each side with which words are looked for elsewhere."""

MIN_CONTEXT = 8
"""Fewest code points of such a context."""

MIN_UNIQUE_WORDS = 4
"""Fewest words that are found wherever they stand, if they occur once in both texts."""


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
        self.runs = sorted(kept_runs(redline, old, new))
        self.run_starts = [run.a0 for run in self.runs]
        self.deletions = pure_deletions(redline)
        self.deletion_ends = [end for _, end in self.deletions]

    def map_range(self, quoted_range: QuotedRange) -> CarriedRange:
        in_place = parts = list(self._parts(quoted_range.start, quoted_range.end))
        is_ambiguous = any(self._may_be_deleted(quoted_range, one) for one in self._deletions_beside(quoted_range))
        if parts and not any(part.is_moved for part in parts):
            parts = parts if not is_ambiguous and self._is_corroborated(quoted_range) else []
        group = max(_groups(parts), key=lambda group: (self._count_letters(group), -group[0].a0), default=[])
        if not self._count_letters(group):
            return self._find_elsewhere(quoted_range, in_place, is_ambiguous=is_ambiguous)
        start, end = group[0].b0, group[-1].b1
        is_unchanged = self.old[quoted_range.start : quoted_range.end] == self.new[start:end]
        state: RangeState = "partial" if not is_unchanged else "moved" if group[0].is_moved else "kept"
        return CarriedRange(state, QuotedRange(start, end, quoted_range.quote))

    def _find_elsewhere(
        self, quoted_range: QuotedRange, in_place: Sequence[KeptRun], *, is_ambiguous: bool
    ) -> CarriedRange:
        """Find words that are not certain in place, unless they may have been deleted."""
        is_findable = not is_ambiguous and is_word(self.old[quoted_range.start : quoted_range.end])
        start = self._unique_place(quoted_range.start, quoted_range.end) if is_findable else None
        if start is not None:
            end = start + quoted_range.end - quoted_range.start
            is_in_place = any((run.b0, run.is_moved) == (start, False) for run in in_place)
            return CarriedRange("kept" if is_in_place else "moved", QuotedRange(start, end, quoted_range.quote))
        offset = self._map_offset(quoted_range.start)
        is_empty = quoted_range.start == quoted_range.end
        return CarriedRange("kept" if is_empty else "orphaned", QuotedRange(offset, offset, quoted_range.quote))

    def _unique_place(self, start: int, end: int) -> int | None:
        """Return where the words of a range stand in the new text, if they do so once in both texts.

        Looked for with the whole line, with the context on both sides or on one, and alone if they are enough.
        """
        line = self.old.rfind("\n", 0, start) + 1, self.old.find("\n", end)
        line = line if line[1] >= 0 else (line[0], len(self.old))
        before, after = max(line[0], start - UNIQUE_CONTEXT), min(line[1], end + UNIQUE_CONTEXT)
        candidates = [(before, after), (before, end), (start, after)]
        candidates = [(a, b) for a, b in candidates if b - a >= end - start + MIN_CONTEXT]
        if len(self.old[start:end].split()) >= MIN_UNIQUE_WORDS:
            candidates.append((start, end))
        for first, last in (line, *candidates):
            words = self.old[first:last]
            if self.old.count(words) == self.new.count(words) == 1:
                return self.new.index(words) + start - first
        return None

    def _parts(self, start: int, end: int) -> Iterator[KeptRun]:
        """Yield the parts of a range of `old` that are in `new`, in order of `old`."""
        first, stop = max(0, bisect_right(self.run_starts, start) - 1), bisect_left(self.run_starts, end)
        for run in self.runs[first:stop]:
            a0, a1 = max(start, run.a0), min(end, run.a1)
            if a0 < a1:
                yield KeptRun(a0, a1, run.b0 + a0 - run.a0, run.is_moved)

    def _is_corroborated(self, quoted_range: QuotedRange) -> bool:
        start = max(quoted_range.start - CONTEXT_LENGTH, self.old.rfind("\n\n", 0, quoted_range.start) + 1, 0)
        stop = self.old.find("\n\n", quoted_range.end)
        end = min(quoted_range.end + CONTEXT_LENGTH, stop if stop >= 0 else len(self.old))
        unchanged = sum(run.a1 - run.a0 for run in self._parts(start, end))
        is_mostly_unchanged = 2 * unchanged >= end - start - self._count_deleted(start, end)
        return is_mostly_unchanged and self._has_neighbours(quoted_range, start, end)

    def _count_deleted(self, start: int, end: int) -> int:
        first, last = bisect_right(self.deletion_ends, start), bisect_left(self.deletion_ends, end) + 1
        return sum(max(0, min(end, a1) - max(start, a0)) for a0, a1 in self.deletions[first:last])

    def _has_neighbours(self, quoted_range: QuotedRange, start: int, end: int) -> bool:
        """Return whether a word of the context directly beside the range is unchanged, or there is none."""
        if not is_word(self.old[start : quoted_range.start] + self.old[quoted_range.end : end]):
            return True
        island = self._unchanged_around(quoted_range, start, end)
        beside = self.old[max(start, island[0]) : quoted_range.start], self.old[quoted_range.end : min(end, island[1])]
        return any(map(is_word, beside))

    def _unchanged_around(self, quoted_range: QuotedRange, start: int, end: int) -> Span:
        """Return the part of `start`–`end` around a range from which nothing was removed; text may have been added."""
        first = last = max(0, bisect_right(self.run_starts, quoted_range.start) - 1)
        while first and start < self.runs[first].a0 == self.runs[first - 1].a1:
            first -= 1
        while (
            last + 1 < len(self.runs)
            and self.runs[last].a1 < end
            and (self.runs[last + 1].a0 == self.runs[last].a1 or self.runs[last + 1].a0 < quoted_range.end)
        ):
            last += 1
        return self.runs[first].a0, self.runs[last].a1

    def _deletions_beside(self, quoted_range: QuotedRange) -> Iterator[Span]:
        """Yield the deletions in the unchanged text before and after the range."""
        index = bisect_right(self.deletion_ends, quoted_range.start)
        yield from self.deletions[max(0, index - 1) : index + 1]

    def _may_be_deleted(self, quoted_range: QuotedRange, deletion: Span) -> bool:
        """Return whether the range could as well be in the deletion: the deletion may begin elsewhere.

        "a b c b d" without "b c" is also "a b c b d" without "c b". A deletion of whole lines is certain if the line
        of the range goes on differently.
        """
        start, stop = deletion
        a0, a1 = self._words_of(quoted_range)
        size = start - a0 if a1 <= start else a1 - stop
        if (a0 < stop and a1 > start) or size > MAX_SHIFT:
            return False
        if a1 <= start:
            return self.old[stop - size : stop] == self.old[a0:start]
        if self.old[start : start + size] != self.old[stop:a1]:
            return False
        line_end = self.old.find("\n", a1)
        size = (line_end if line_end >= 0 else len(self.old)) - stop
        if not self.runs:
            return True
        run = self.runs[max(0, bisect_right(self.run_starts, a0) - 1)]
        is_whole_line = all(offset == 0 or self.old[offset - 1] == "\n" for offset in deletion)
        return not (
            is_whole_line and run.a1 >= stop + size and self.old[start : start + size] != self.old[stop : stop + size]
        )

    def _words_of(self, quoted_range: QuotedRange) -> Span:
        words = self.old[quoted_range.start : quoted_range.end]
        return (
            quoted_range.end - len(words.lstrip()),
            quoted_range.start + len(words.rstrip()),
        )

    def _count_letters(self, runs: Iterable[KeptRun]) -> int:
        return sum(char.isalnum() for run in runs for char in self.old[run.a0 : run.a1])

    def _map_offset(self, offset: int) -> int:
        """Return the offset in `new` that corresponds to an offset in `old`."""
        if not self.ops or offset >= len(self.old):
            return len(self.new)
        op = self.ops[max(0, bisect_right(self.starts, offset) - 1)]
        return op.b0 + offset - op.a0 if op.kind == "equal" else op.b0


def _groups(parts: Iterable[KeptRun]) -> Iterator[list[KeptRun]]:
    """Divide the parts of a range into those that follow each other in the new text."""
    group: list[KeptRun] = []
    for part in parts:
        if group and (part.is_moved != group[-1].is_moved or part.b0 < group[-1].b1):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def pure_deletions(redline: Redline) -> list[Span]:
    """Return the ranges of the old text that were deleted where nothing was added."""
    kinds = ["equal", *(op.kind for op in redline.ops), "equal"]
    return [
        (op.a0, op.a1)
        for op, before, after in zip(redline.ops, kinds, kinds[2:], strict=False)
        if op.kind == "delete"
        and op.move is None
        and "insert" not in (before, after)
        and "replace" not in (before, after)
    ]
