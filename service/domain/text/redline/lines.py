"""A redline cut into the lines a reader sees, each a heading, an item, a table row … with what changed in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from service.domain.text.diff.change_kinds import ChangeKind
from service.domain.text.redline.redline import Redline

LineShape = Literal["heading", "item", "quote", "row", "note", "text"]


WORD_CHANGE_KINDS = ("insert", "delete", "replace")
"""Kinds that are shown as words added and removed."""


@dataclass(frozen=True, slots=True)
class LineRun:
    """Characters of one line that share a fate. `old` and `new` differ only where `kind` is a quiet change: one that
    shows the new characters alone. `change`: the number, from 1, of the change an addition or removal is part of; `by`:
    whose it is, where that is known."""

    kind: ChangeKind
    old: str
    new: str
    move: int | None = None
    change: int | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class RedlineLine:
    """`marker`: what stands before the words of an item; `level`: of a heading 1–6, of an item the depth from 0."""

    shape: LineShape
    level: int
    marker: str
    runs: tuple[LineRun, ...]

    @property
    def has_changes(self) -> bool:
        return any(stretch.kind != "equal" for stretch in self.runs)

    @property
    def move(self) -> int | None:
        """The move that the whole line is part of."""
        moves = {stretch.move for stretch in self.runs}
        return moves.pop() if len(moves) == 1 else None


_PREFIX = re.compile(
    r"(?P<heading>#{1,6})[ \t]+|(?P<indent>[ \t]*)(?P<marker>[-*+]|[0-9]{1,9}[.)])[ \t]+"
    r"|(?P<quote>(?:>[ \t]?)+)|\[\^(?P<note>[^\]\s]+)\]:[ \t]*|(?P<row>\|)[ \t]*"
)
_RULER = re.compile(r"[\s|:-]*-[\s|:-]*")


def redline_lines(redline: Redline, old: str, new: str) -> Iterator[RedlineLine]:
    """The lines of both texts in one order of reading, without blank ones and the rulers of tables."""
    line_runs: list[LineRun] = []
    for run in _build_runs(redline, old, new):
        if run is None:
            yield from _build_line(line_runs)
            line_runs = []
        else:
            line_runs.append(run)
    yield from _build_line(line_runs)


def number_changes(redline: Redline) -> list[int | None]:
    """For each op the number of its change, from 1: a run of additions and removals of one hand that are no moves."""
    numbers: list[int | None] = []
    count, in_change, author = 0, False, None
    for op in redline.ops:
        changes_words = op.kind in WORD_CHANGE_KINDS and op.move is None
        count += changes_words and not (in_change and op.author == author)
        in_change, author = changes_words, op.author
        numbers.append(count if changes_words else None)
    return numbers


def _build_runs(redline: Redline, old: str, new: str) -> Iterator[LineRun | None]:
    """Stretches without newlines; None where a line ends."""
    for op, change in zip(redline.ops, number_changes(redline), strict=True):
        removed, added = old[op.a0 : op.a1], new[op.b0 : op.b1]
        if op.kind in WORD_CHANGE_KINDS:
            yield from _split_lines(LineRun("delete", removed, "", op.move, change, op.author))
            yield from _split_lines(LineRun("insert", "", added, op.move, change, op.author))
        elif op.kind == "equal" or "\n" in removed + added:
            yield from _split_lines(LineRun("equal", "", added))
        else:
            yield LineRun(op.kind, removed, added)


def _split_lines(run: LineRun) -> Iterator[LineRun | None]:
    removed = run.kind == "delete"
    for index, part in enumerate((run.old if removed else run.new).split("\n")):
        if index:
            yield None
        if part:
            yield replace(run, old=part) if removed else replace(run, new=part)


def _build_line(runs: Sequence[LineRun]) -> Iterator[RedlineLine]:
    whole = "".join(stretch.new or stretch.old for stretch in runs)
    ruler = "|" in whole and _RULER.fullmatch(whole) and all(stretch.kind == "equal" for stretch in runs)
    if ruler or not whole.strip():
        return
    first, *rest = runs
    found = _PREFIX.match(first.new or first.old)
    if not found:
        yield RedlineLine("text", 0, "", tuple(runs))
        return
    line_runs = [_drop_prefix(first, found.end()), *rest]
    if found["row"]:
        line_runs[-1] = replace(
            line_runs[-1], old=_strip_cell_edge(line_runs[-1].old), new=_strip_cell_edge(line_runs[-1].new)
        )
    yield RedlineLine(*_line_shape(found), tuple(line_runs))


def _strip_cell_edge(row: str) -> str:
    return row.rstrip(" |")


def _drop_prefix(run: LineRun, length: int) -> LineRun:
    return replace(run, old=run.old[length:], new=run.new[length:])


def _line_shape(found: re.Match[str]) -> tuple[LineShape, int, str]:
    if found["heading"]:
        return "heading", len(found["heading"]), ""
    if found["marker"]:
        return "item", min(len(found["indent"].expandtabs(4)) // 2, 9), found["marker"]
    if found["quote"]:
        return "quote", 0, ""
    if found["note"]:
        return "note", 0, found["note"]
    return "row", 0, ""
