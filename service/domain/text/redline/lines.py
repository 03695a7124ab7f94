"""A redline cut into the lines a reader sees, each a heading, an item, a table row … with what changed in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from service.domain.text.diff.change_kinds import Kind
from service.domain.text.redline.redline import Redline

Shape = Literal["heading", "item", "quote", "row", "note", "text"]


LOUD = ("insert", "delete", "replace")
"""Kinds that are shown as words added and removed."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters of one line that share a fate. `old` and `new` differ only where `kind` is a quiet change: one that
    shows the new characters alone. `change`: the number, from 1, of the change an addition or removal is part of; `by`:
    whose it is, where that is known."""

    kind: Kind
    old: str
    new: str
    move: int | None = None
    change: int | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """`marker`: what stands before the words of an item; `level`: of a heading 1–6, of an item the depth from 0."""

    shape: Shape
    level: int
    marker: str
    stretches: tuple[Stretch, ...]

    @property
    def changed(self) -> bool:
        return any(stretch.kind != "equal" for stretch in self.stretches)

    @property
    def move(self) -> int | None:
        """The move that the whole line is part of."""
        moves = {stretch.move for stretch in self.stretches}
        return moves.pop() if len(moves) == 1 else None


_PREFIX = re.compile(
    r"(?P<heading>#{1,6})[ \t]+|(?P<indent>[ \t]*)(?P<marker>[-*+]|[0-9]{1,9}[.)])[ \t]+"
    r"|(?P<quote>(?:>[ \t]?)+)|\[\^(?P<note>[^\]\s]+)\]:[ \t]*|(?P<row>\|)[ \t]*"
)
_RULER = re.compile(r"[\s|:-]*-[\s|:-]*")


def lines(redline: Redline, old: str, new: str) -> Iterator[Line]:
    """The lines of both texts in one order of reading, without blank ones and the rulers of tables."""
    waiting: list[Stretch] = []
    for stretch in _stretches(redline, old, new):
        if stretch is None:
            yield from _line(waiting)
            waiting = []
        else:
            waiting.append(stretch)
    yield from _line(waiting)


def changes(redline: Redline) -> list[int | None]:
    """For each op the number of its change, from 1: a run of additions and removals of one hand that are no moves."""
    numbers: list[int | None] = []
    count, running, by = 0, False, None
    for op in redline.ops:
        loud = op.kind in LOUD and op.move is None
        count += loud and not (running and op.by == by)
        running, by = loud, op.by
        numbers.append(count if loud else None)
    return numbers


def _stretches(redline: Redline, old: str, new: str) -> Iterator[Stretch | None]:
    """Stretches without newlines; None where a line ends."""
    for op, change in zip(redline.ops, changes(redline), strict=True):
        gone, come = old[op.a0 : op.a1], new[op.b0 : op.b1]
        if op.kind in LOUD:
            yield from _broken(Stretch("delete", gone, "", op.move, change, op.by))
            yield from _broken(Stretch("insert", "", come, op.move, change, op.by))
        elif op.kind == "equal" or "\n" in gone + come:
            yield from _broken(Stretch("equal", "", come))
        else:
            yield Stretch(op.kind, gone, come)


def _broken(stretch: Stretch) -> Iterator[Stretch | None]:
    removed = stretch.kind == "delete"
    for place, part in enumerate((stretch.old if removed else stretch.new).split("\n")):
        if place:
            yield None
        if part:
            yield replace(stretch, old=part) if removed else replace(stretch, new=part)


def _line(stretches: Sequence[Stretch]) -> Iterator[Line]:
    whole = "".join(stretch.new or stretch.old for stretch in stretches)
    ruler = "|" in whole and _RULER.fullmatch(whole) and all(stretch.kind == "equal" for stretch in stretches)
    if ruler or not whole.strip():
        return
    first, *rest = stretches
    found = _PREFIX.match(first.new or first.old)
    if not found:
        yield Line("text", 0, "", tuple(stretches))
        return
    shown = [_without(first, found.end()), *rest]
    if found["row"]:
        shown[-1] = replace(shown[-1], old=_without_edge(shown[-1].old), new=_without_edge(shown[-1].new))
    yield Line(*_shape(found), tuple(shown))


def _without_edge(row: str) -> str:
    return row.rstrip(" |")


def _without(stretch: Stretch, length: int) -> Stretch:
    return replace(stretch, old=stretch.old[length:], new=stretch.new[length:])


def _shape(found: re.Match[str]) -> tuple[Shape, int, str]:
    if found["heading"]:
        return "heading", len(found["heading"]), ""
    if found["marker"]:
        return "item", min(len(found["indent"].expandtabs(4)) // 2, 9), found["marker"]
    if found["quote"]:
        return "quote", 0, ""
    if found["note"]:
        return "note", 0, found["note"]
    return "row", 0, ""
