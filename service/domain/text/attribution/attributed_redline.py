"""Redlines in which every insertion and deletion names its author.

The authors come from attribution ops, not from comparing the two texts, so a deletion is attributed as reliably as an
insertion. Words that changed in part are shown whole; text that was removed and put back unchanged is not shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from service.domain.text.attribution.attribution_ops import AttributionOp
from service.domain.text.diff.minimal_edits import word_splices
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.markup.tokens import tokenize
from service.domain.text.redline.redline import ENGINE, Op, Redline

_AuthoredRange = tuple[int, int, str | None]
"""A half-open range of code points of one text, and its author."""


class _WordBoundaries:
    """Word boundaries of a text, computed lazily line by line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: dict[int, set[int]] = {}

    def is_boundary(self, offset: int) -> bool:
        start = self._text.rfind("\n", 0, offset) + 1
        if start not in self._lines:
            end = self._text.find("\n", start)
            self._lines[start] = set(_word_ends(self._text[start : end if end >= 0 else None], start))
        return offset in self._lines[start]


def _word_ends(line: str, offset: int) -> Iterator[int]:
    yield offset
    for token in tokenize(line):
        offset += len(token)
        yield offset


@dataclass(slots=True)
class _Region:
    """A changed region: ranges of the old text removed from it and ranges of the new text added to it, with authors."""

    a0: int
    b0: int
    removed: list[_AuthoredRange] = field(default_factory=list)
    added: list[_AuthoredRange] = field(default_factory=list)

    @property
    def a1(self) -> int:
        return self.removed[-1][1] if self.removed else self.a0

    @property
    def b1(self) -> int:
        return self.added[-1][1] if self.added else self.b0

    def extend(self, kind: str, length: int, author: str | None) -> None:
        """Append `length` code points.

        Kept code points count as removed and inserted again by `author`.
        """
        if kind != "come":
            self.removed.append((self.a1, self.a1 + length, author))
        if kind != "gone":
            self.added.append((self.b1, self.b1 + length, author))

    @property
    def last_author(self) -> str | None:
        ends = [ranges[-1] for ranges in (self.removed, self.added) if ranges]
        return ends[-1][2] if ends else None


def attributed_redline(attribution: Sequence[AttributionOp[str]], old: str, new: str) -> Redline:
    """Build the redline of `old` and `new` from the attribution ops that lead from one to the other.

    Its ops carry the authors. It contains no moves and no renumbering.
    """
    ops = tuple(_coalesce(_region_ops(_changed_regions(attribution, old, new), old, new)))
    return Redline(text_sha256(old), text_sha256(new), ENGINE, ops, (), (), (), coarse=False)


def _changed_regions(attribution: Sequence[AttributionOp[str]], old: str, new: str) -> Iterator[_Region]:
    """Yield the changed regions in order, extended to whole words."""
    boundaries = _WordBoundaries(old), _WordBoundaries(new)
    region: _Region | None = None
    a = b = 0
    for index, op in enumerate(attribution):
        if op.kind != "kept":
            region = region or _Region(a, b)
            region.extend(op.kind, op.length, op.author)
        else:
            head = _word_overhang(boundaries, a, b, op.length, step=1) if region else 0
            tail = _word_overhang(boundaries, a + op.length, b + op.length, op.length - head, step=-1)
            tail = tail if index + 1 < len(attribution) else 0
            if region and head:
                region.extend("kept", head, region.last_author)
            if region and head + tail < op.length:
                yield region
                region = None
            if tail:
                next_author = attribution[index + 1].author
                region = region or _Region(a + op.length - tail, b + op.length - tail)
                region.extend("kept", tail, next_author)
        a += op.length if op.kind != "come" else 0
        b += op.length if op.kind != "gone" else 0
    if region:
        yield region


def _word_overhang(
    boundaries: tuple[_WordBoundaries, _WordBoundaries], a: int, b: int, limit: int, *, step: int
) -> int:
    """Return how many code points beyond a position belong to a word that begins before it, in either text."""
    return next(
        (
            distance
            for distance in range(limit)
            if boundaries[0].is_boundary(a + step * distance) and boundaries[1].is_boundary(b + step * distance)
        ),
        limit,
    )


def _region_ops(regions: Iterable[_Region], old: str, new: str) -> Iterator[Op]:
    a = b = 0
    for region in regions:
        yield Op("equal", a, region.a0, b, region.b0)
        a, b = region.a0, region.b0
        for start, stop, words in word_splices(old[region.a0 : region.a1], new[region.b0 : region.b1]):
            step = region.a0 + start - a
            yield Op("equal", a, a + step, b, b + step)
            a, b = a + step, b + step
            yield from _deletions(region, a, region.a0 + stop, b)
            a = region.a0 + stop
            yield from _insertions(region, a, b, b + len(words))
            b += len(words)
        yield Op("equal", a, region.a1, b, region.b1)
        a, b = region.a1, region.b1
    yield Op("equal", a, len(old), b, len(new))


def _deletions(region: _Region, start: int, end: int, b: int) -> Iterator[Op]:
    for a0, a1, author in _clip_ranges(region.removed, start, end):
        yield Op("delete", a0, a1, b, b, author=author)


def _insertions(region: _Region, a: int, start: int, end: int) -> Iterator[Op]:
    for b0, b1, author in _clip_ranges(region.added, start, end):
        yield Op("insert", a, a, b0, b1, author=author)


def _clip_ranges(ranges: Iterable[_AuthoredRange], start: int, end: int) -> Iterator[_AuthoredRange]:
    for first, last, author in ranges:
        if first < end and start < last:
            yield max(first, start), min(last, end), author


def _coalesce(ops: Iterable[Op]) -> Iterator[Op]:
    """Drop empty ops and join adjacent ones of the same kind and author."""
    last: Op | None = None
    for op in ops:
        if op.a0 == op.a1 and op.b0 == op.b1:
            continue
        if last and (last.kind, last.author) == (op.kind, op.author):
            last = Op(op.kind, last.a0, op.a1, last.b0, op.b1, author=op.author)
            continue
        if last:
            yield last
        last = op
    if last:
        yield last
