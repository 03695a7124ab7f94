"""Split a redline into display lines, each with its shape (heading, item, table row …) and its changes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from service.domain.text.diff.change_kinds import ChangeKind
from service.domain.text.markup.item_labels import BRACKETED_LABEL
from service.domain.text.redline.redline import Redline

LineShape = Literal["heading", "item", "quote", "row", "note", "text"]


Places = tuple[int | None, int | None]
"""Offsets in the old and the new text."""

NOWHERE: Places = (None, None)

WORD_CHANGE_KINDS = ("insert", "delete", "replace")
"""Kinds that are shown as words added and removed."""


@dataclass(frozen=True, slots=True)
class LineRun:
    """Characters of one line with the same kind of change.

    `old` and `new` differ only if `kind` is a minor change that shows the new characters alone. `change`: the number,
    from 1, of the change that an addition or removal belongs to. `author`: its author, if known. `places`: the offsets
    in the old and the new text at which it begins, None in a text that does not have it.
    """

    kind: ChangeKind
    old: str
    new: str
    move: int | None = None
    change: int | None = None
    author: str | None = None
    places: Places = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class RedlineLine:
    """One display line.

    `marker`: the list marker of an item, or the label of a note. `level`: 1–6 for a heading, depth from 0 for an item.
    `places`: those of its first run.
    """

    shape: LineShape
    level: int
    marker: str
    runs: tuple[LineRun, ...]
    places: Places = field(default=NOWHERE, compare=False)

    @property
    def has_changes(self) -> bool:
        """Whether any run changed."""
        return any(run.kind != "equal" for run in self.runs)

    @property
    def move(self) -> int | None:
        """The move that the whole line is part of, or None."""
        moves = {run.move for run in self.runs}
        return moves.pop() if len(moves) == 1 else None


_PREFIX = re.compile(
    rf"(?P<heading>#{{1,6}})[ \t]+|(?P<indent>[ \t]*)(?P<marker>[-*+]|[0-9]{{1,9}}[.)]|{BRACKETED_LABEL})[ \t]+"
    r"|(?P<quote>(?:>[ \t]?)+)|\[\^(?P<note>[^\]\s]+)\]:[ \t]*|(?P<row>\|)[ \t]*"
)
_RULER = re.compile(r"[\s|:-]*-[\s|:-]*")


def redline_lines(redline: Redline, old: str, new: str) -> Iterator[RedlineLine]:
    """Yield the lines of both texts in one reading order, without blank lines and table delimiter rows."""
    line_runs: list[LineRun] = []
    for run in _build_runs(redline, old, new):
        if run is None:
            yield from _build_line(line_runs)
            line_runs = []
        else:
            line_runs.append(run)
    yield from _build_line(line_runs)


def number_changes(redline: Redline) -> list[int | None]:
    """Return the change number, from 1, of each op: a run of additions and removals of one author, moves excepted."""
    numbers: list[int | None] = []
    count, in_change, author = 0, False, None
    for op in redline.ops:
        changes_words = op.kind in WORD_CHANGE_KINDS and op.move is None
        count += changes_words and not (in_change and op.author == author)
        in_change, author = changes_words, op.author
        numbers.append(count if changes_words else None)
    return numbers


def _build_runs(redline: Redline, old: str, new: str) -> Iterator[LineRun | None]:
    """Yield runs without newlines; None ends a line."""
    for op, change in zip(redline.ops, number_changes(redline), strict=True):
        removed, added = old[op.a0 : op.a1], new[op.b0 : op.b1]
        if op.kind in WORD_CHANGE_KINDS:
            yield from _split_lines(LineRun("delete", removed, "", op.move, change, op.author, (op.a0, None)))
            yield from _split_lines(LineRun("insert", "", added, op.move, change, op.author, (None, op.b0)))
        elif op.kind == "equal" or "\n" in removed + added:
            places = (op.a0 if op.kind == "equal" else None, op.b0)
            yield from _split_lines(LineRun("equal", "", added, places=places))
        else:
            yield LineRun(op.kind, removed, added, places=(op.a0, op.b0))


def _split_lines(run: LineRun) -> Iterator[LineRun | None]:
    removed, offset = run.kind == "delete", 0
    for index, part in enumerate((run.old if removed else run.new).split("\n")):
        if index:
            yield None
        if part:
            places = _shift(run.places, offset)
            yield replace(run, old=part, places=places) if removed else replace(run, new=part, places=places)
        offset += len(part) + 1


def _shift(places: Places, offset: int) -> Places:
    old, new = (place if place is None else place + offset for place in places)
    return old, new


def _build_line(runs: Sequence[LineRun]) -> Iterator[RedlineLine]:
    whole = "".join(run.new or run.old for run in runs)
    ruler = "|" in whole and _RULER.fullmatch(whole) and all(run.kind == "equal" for run in runs)
    if ruler or not whole.strip():
        return
    first, *rest = runs
    found = _PREFIX.match(first.new or first.old)
    if not found:
        yield RedlineLine("text", 0, "", tuple(runs), first.places)
        return
    line_runs = [_drop_prefix(first, found.end()), *rest]
    if found["row"]:
        line_runs[-1] = replace(
            line_runs[-1], old=_strip_cell_edge(line_runs[-1].old), new=_strip_cell_edge(line_runs[-1].new)
        )
    yield RedlineLine(*_line_shape(found), tuple(line_runs), first.places)


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
