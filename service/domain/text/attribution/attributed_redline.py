"""A redline in which every addition and every removal names whose it is.

It is read from the hands themselves, not guessed from both texts: who took a word out is as well known as who brought
one. Words that were changed in part are shown whole, and what came back as it was is not told.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from service.domain.text.attribution.attribution_ops import Bit
from service.domain.text.diff.minimal_edits import splices
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.markup.tokens import tokens
from service.domain.text.redline.redline import ENGINE, Op, Redline

_Range = tuple[int, int, str | None]
"""Code points of one text, and whose they are."""


class _Edges:
    """Where words of a text begin and end; only lines that are asked for are read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: dict[int, set[int]] = {}

    def at(self, place: int) -> bool:
        start = self._text.rfind("\n", 0, place) + 1
        if start not in self._lines:
            end = self._text.find("\n", start)
            self._lines[start] = set(_ends(self._text[start : end if end >= 0 else None], start))
        return place in self._lines[start]


def _ends(line: str, place: int) -> Iterator[int]:
    yield place
    for token in tokens(line):
        place += len(token)
        yield place


@dataclass(slots=True)
class _Spot:
    """A place where both texts part: what was taken out there, what was brought, each range with its hand."""

    a0: int
    b0: int
    gone: list[_Range] = field(default_factory=list)
    come: list[_Range] = field(default_factory=list)

    @property
    def a1(self) -> int:
        return self.gone[-1][1] if self.gone else self.a0

    @property
    def b1(self) -> int:
        return self.come[-1][1] if self.come else self.b0

    def take(self, fate: str, length: int, by: str | None) -> None:
        """Words of this fate follow; those that were kept are told as taken out and brought again by that hand."""
        if fate != "come":
            self.gone.append((self.a1, self.a1 + length, by))
        if fate != "gone":
            self.come.append((self.b1, self.b1 + length, by))

    @property
    def last(self) -> str | None:
        ends = [its[-1] for its in (self.gone, self.come) if its]
        return ends[-1][2] if ends else None


def named(bits: Sequence[Bit[str]], old: str, new: str) -> Redline:
    """The redline of `old` and `new`, of which `bits` tell what became; its ops carry the hands. Nothing moves in it,
    nothing is renumbered."""
    ops = tuple(_joined(_ops(_spots(bits, old, new), old, new)))
    return Redline(text_sha256(old), text_sha256(new), ENGINE, ops, (), (), (), coarse=False)


def _spots(bits: Sequence[Bit[str]], old: str, new: str) -> Iterator[_Spot]:
    """The places that were touched, as far as whole words reach, in order."""
    edges = _Edges(old), _Edges(new)
    spot: _Spot | None = None
    a = b = 0
    for place, bit in enumerate(bits):
        if bit.fate != "kept":
            spot = spot or _Spot(a, b)
            spot.take(bit.fate, bit.length, bit.by)
        else:
            head = _torn(edges, a, b, bit.length, step=1) if spot else 0
            tail = _torn(edges, a + bit.length, b + bit.length, bit.length - head, step=-1)
            tail = tail if place + 1 < len(bits) else 0
            if spot and head:
                spot.take("kept", head, spot.last)
            if spot and head + tail < bit.length:
                yield spot
                spot = None
            if tail:
                after = bits[place + 1].by
                spot = spot or _Spot(a + bit.length - tail, b + bit.length - tail)
                spot.take("kept", tail, after)
        a += bit.length if bit.fate != "come" else 0
        b += bit.length if bit.fate != "gone" else 0
    if spot:
        yield spot


def _torn(edges: tuple[_Edges, _Edges], a: int, b: int, most: int, *, step: int) -> int:
    """How many code points from a place on belong to a word that begins before it, in either text."""
    return next((by for by in range(most) if edges[0].at(a + step * by) and edges[1].at(b + step * by)), most)


def _ops(spots: Iterable[_Spot], old: str, new: str) -> Iterator[Op]:
    a = b = 0
    for spot in spots:
        yield Op("equal", a, spot.a0, b, spot.b0)
        a, b = spot.a0, spot.b0
        for start, stop, words in splices(old[spot.a0 : spot.a1], new[spot.b0 : spot.b1]):
            step = spot.a0 + start - a
            yield Op("equal", a, a + step, b, b + step)
            a, b = a + step, b + step
            yield from _taken(spot, a, spot.a0 + stop, b)
            a = spot.a0 + stop
            yield from _brought(spot, a, b, b + len(words))
            b += len(words)
        yield Op("equal", a, spot.a1, b, spot.b1)
        a, b = spot.a1, spot.b1
    yield Op("equal", a, len(old), b, len(new))


def _taken(spot: _Spot, start: int, end: int, b: int) -> Iterator[Op]:
    for a0, a1, by in _within(spot.gone, start, end):
        yield Op("delete", a0, a1, b, b, by=by)


def _brought(spot: _Spot, a: int, start: int, end: int) -> Iterator[Op]:
    for b0, b1, by in _within(spot.come, start, end):
        yield Op("insert", a, a, b0, b1, by=by)


def _within(ranges: Iterable[_Range], start: int, end: int) -> Iterator[_Range]:
    for first, last, by in ranges:
        if first < end and start < last:
            yield max(first, start), min(last, end), by


def _joined(ops: Iterable[Op]) -> Iterator[Op]:
    """Without empty ones; those of one kind and one hand that stand side by side are one."""
    last: Op | None = None
    for op in ops:
        if op.a0 == op.a1 and op.b0 == op.b1:
            continue
        if last and (last.kind, last.by) == (op.kind, op.by):
            last = Op(op.kind, last.a0, op.a1, last.b0, op.b1, by=op.by)
            continue
        if last:
            yield last
        last = op
    if last:
        yield last
