"""Split a redline into display lines, each with its shape (heading, item, table row …) and its changes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Literal

from service.domain.text.diff.change_kinds import WORD_KINDS, ChangeKind
from service.domain.text.markup.item_labels import BRACKETED_LABEL
from service.domain.text.redline.numbered_ops import MoveEnd, numbered_ops
from service.domain.text.redline.redline import Redline
from service.domain.text.redline.structure_marks import with_breaks_around

LineShape = Literal["heading", "item", "quote", "row", "note", "text"]

Places = tuple[int | None, int | None]
"""Offsets in the old and the new text."""

NOWHERE: Places = (None, None)

FOLDED_KINDS: tuple[ChangeKind, ...] = (
    "equal",
    "space",
    "invisible",
    "renumber",
    "item_number",
    "note_number",
    "lookalike",
)
"""Kinds that pages fold together with unchanged lines."""


@dataclass(frozen=True, slots=True)
class LineRun:
    """Characters of one line with the same kind of change.

    `old` and `new` differ only if `kind` is a minor change that shows the new characters alone. `change`: the number,
    from 1, of the change that an addition or removal belongs to. `author`: its author, if known. `places`: the offsets
    in the old and the new text at which it begins, None in a text that does not have it. `move` and `end`: the move it
    is part of, at its old end (as a deletion) or at its new end (with the changes in it). `column`: the one of two
    columns it is in, which has only the marks of structure of its own text.
    """

    kind: ChangeKind | Literal["break"]
    old: str
    new: str
    move: int | None = None
    change: int | None = None
    author: str | None = None
    places: Places = field(default=NOWHERE, compare=False)
    end: MoveEnd | None = None
    column: Literal["old", "new"] | None = None


@dataclass(frozen=True, slots=True)
class RedlineLine:
    """One display line.

    `marker`: the list marker of an item, or the label of a note. `level`: 1–6 for a heading, depth from 0 for an item.
    `places`: those of its first run. `marker_was`: the old number or letter of an item, or label of a note, if only
    that changed. `continues`: only a line break is between it and the line above.
    """

    shape: LineShape
    level: int
    marker: str
    runs: tuple[LineRun, ...]
    places: Places = field(default=NOWHERE, compare=False)
    marker_was: str = ""
    continues: bool = False

    @property
    def has_visible_changes(self) -> bool:
        """Whether any run moved or changed otherwise than in a way that pages fold."""
        return any(run.move or run.kind not in FOLDED_KINDS for run in self.runs)

    @property
    def move(self) -> int | None:
        """The move that the whole line is part of, or None."""
        moves = {run.move for run in self.runs}
        return moves.pop() if len(moves) == 1 else None

    @property
    def move_end(self) -> MoveEnd | None:
        """Which end of that move it is part of."""
        return self.runs[0].end if self.move else None


_PREFIX = re.compile(
    rf"(?P<heading>#{{1,6}})[ \t]+|(?P<indent>[ \t]*)(?P<marker>[-*+]|[0-9]{{1,9}}[.)]|{BRACKETED_LABEL})[ \t]+"
    r"|(?P<quote>(?:>[ \t]?)+)|\[\^(?P<note>[^\]\s]+)\]:[ \t]*|(?P<row>\|)[ \t]*"
)
_RULER = re.compile(r"[\s|:-]*-[\s|:-]*")


def redline_lines(redline: Redline, old: str, new: str) -> Iterator[RedlineLine]:
    """Yield the lines of both texts in one reading order, without blank lines and table delimiter rows."""
    line_runs: list[LineRun] = []
    previous: RedlineLine | None = None
    for run in chain(_build_runs(redline, old, new), (None,)):
        if run is not None:
            line_runs.append(run)
            continue
        line = next(_build_line(line_runs), None)
        if line:
            yield _continuing(line, previous)
        previous, line_runs = line, []


def _continuing(line: RedlineLine, previous: RedlineLine | None) -> RedlineLine:
    """Return a line that continues the paragraph or item of the line directly above it with the layout of that one."""
    if line.shape != "text" or previous is None or previous.shape not in ("text", "item", "note"):
        return line
    return replace(line, shape=previous.shape, level=previous.level, continues=True)


def _build_runs(redline: Redline, old: str, new: str) -> Iterator[LineRun | None]:
    """Yield runs without newlines; None ends a line."""
    for one in numbered_ops(redline):
        op, change = one.op, one.change
        removed, added = old[op.a0 : op.a1], new[op.b0 : op.b1]
        if op.kind in WORD_KINDS or op.kind == "format":
            deleted = LineRun("delete", removed, "", one.move, change, op.author, (op.a0, None), one.end)
            inserted = LineRun("insert", "", added, one.move, change, op.author, (None, op.b0), one.end)
            yield from _split_lines(deleted)
            yield from _split_lines(inserted)
        elif op.kind == "structure":
            around = with_breaks_around(old, new, (op.a0, op.a1, op.b0, op.b1))
            yield LineRun("structure", *around, one.move, change, op.author, (op.a0, op.b0), one.end)
            yield from [None] * min(2, added.count("\n"))
            start = added.rfind("\n") + 1
            if start and start < len(added):
                yield LineRun("structure", "", added[start:], one.move, places=(None, op.b0 + start), end=one.end)
        elif op.kind == "equal" or "\n" in removed + added:
            places = (op.a0 if op.kind == "equal" else None, op.b0)
            yield from _split_lines(LineRun("equal", "", added, one.move, places=places, end=one.end))
        else:
            yield LineRun(op.kind, removed, added, one.move, change, op.author, (op.a0, op.b0), one.end)


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
    whole = "".join(_shown(run) for run in runs)
    ruler = "|" in whole and _RULER.fullmatch(whole) and all(run.kind == "equal" for run in runs)
    marked = any(run.kind == "structure" and run.change for run in runs)
    if ruler or not (whole.strip() or marked):
        return
    first = runs[0]
    side: Literal["old", "new"] = "new" if any(run.kind != "delete" for run in runs) else "old"
    found = _PREFIX.match("".join(_text_of(run, side) for run in runs))
    if not found:
        yield RedlineLine("text", 0, "", _without_line_starts(runs), first.places)
        return
    before = _PREFIX.match("".join(_text_of(run, "old") for run in runs)) if side == "new" else None
    line_runs = list(_drop_prefix(runs, found.end(), side))
    if found["row"] and line_runs:
        line_runs[-1] = replace(
            line_runs[-1], old=_strip_cell_edge(line_runs[-1].old), new=_strip_cell_edge(line_runs[-1].new)
        )
    shape, level, marker = _line_shape(found)
    was = _line_shape(before)[2] if before else ""
    renumbered = any(run.kind in ("item_number", "note_number", "lookalike") for run in runs)
    marker_was = was if was and was != marker and renumbered else ""
    yield RedlineLine(shape, level, marker, tuple(line_runs), first.places, marker_was)


def _shown(run: LineRun) -> str:
    """Return the words of a run; those of changed structure are shown as marks."""
    return "" if run.kind == "structure" else run.new or run.old


def _text_of(run: LineRun, side: Literal["old", "new"]) -> str:
    """Return the text of a run in one text, in its last line."""
    if run.kind == ("insert" if side == "old" else "delete"):
        return ""
    text = run.new if side == "new" or run.kind == "equal" else run.old
    return text[text.rfind("\n") + 1 :] if run.kind == "structure" and "\n" not in run.new else text.split("\n")[0]


def _without_line_starts(runs: Sequence[LineRun]) -> tuple[LineRun, ...]:
    """Drop the runs that only say what the line begins with."""
    return tuple(run for run in runs if run.kind != "structure" or run.change)


def _drop_prefix(runs: Sequence[LineRun], length: int, side: Literal["old", "new"]) -> Iterator[LineRun]:
    """Yield the runs without what the line begins with; changes of structure stay as marks."""
    for run in runs:
        text = _text_of(run, side)
        taken = min(length, len(text))
        length -= taken
        if run.kind == "structure":
            if run.change:
                yield run
        elif not taken or (taken == len(text) and run.kind in ("insert", "delete")):
            yield run
        elif taken < len(text) or run.kind not in ("equal", "item_number", "note_number", "lookalike", "space"):
            yield replace(run, old=run.old[taken:] if run.old else "", new=run.new[taken:] if run.new else "")


def _strip_cell_edge(row: str) -> str:
    return row.rstrip(" |")


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
