"""The lines of a redline as each of its two texts has them: for two columns, and in an order that one can read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from service.domain.text.redline.lines import Line, Stretch


def faces(line: Line) -> tuple[Line | None, Line | None]:
    """The line as the old text and as the new one has it; None where that one has no such line."""
    old = [_as_old(stretch) for stretch in line.stretches if stretch.kind != "insert"]
    new = [stretch for stretch in line.stretches if stretch.kind != "delete"]
    return _of(line, old), _of(line, new)


def before(line: Line) -> Line:
    """A line of which all was removed, as it read."""
    stretches = tuple(Stretch("equal", "", stretch.old or stretch.new) for stretch in line.stretches)
    return replace(line, stretches=stretches)


def beside(all_lines: Sequence[Line]) -> Iterator[tuple[Line | None, Line | None]]:
    """Rows of two columns; what was removed stands beside what came in its place."""
    gone: list[Line] = []
    for line in all_lines:
        old, new = faces(line)
        if old and not new:
            gone.append(old)
        elif new and not old and gone:
            yield gone.pop(0), new
        else:
            yield from ((one, None) for one in gone)
            gone = []
            yield old, new
    yield from ((one, None) for one in gone)


def homed(all_lines: Iterable[Line]) -> Iterator[Line]:
    """Where some lines were removed and others added, what stands under the headings before them comes first: a line
    that was added does not belong under a heading that was removed."""
    for one_sided, run in groupby(all_lines, key=lambda line: _side(line) is not None):
        if not one_sided:
            yield from run
            continue
        its = list(run)
        under = _before_heading(its, "delete") | _before_heading(its, "insert")
        yield from sorted(its, key=lambda line: id(line) not in under)


def _side(line: Line) -> str | None:
    """The only text that has this line: the old one ("delete") or the new one ("insert")."""
    kinds = {stretch.kind for stretch in line.stretches}
    return next((side for side in ("delete", "insert") if kinds == {side}), None)


def _before_heading(its: Sequence[Line], side: str) -> set[int]:
    """Which lines of one text come before its first heading here."""
    own = (line for line in its if _side(line) == side)
    return {id(line) for line in takewhile(lambda line: line.shape != "heading", own)}


def _as_old(stretch: Stretch) -> Stretch:
    if stretch.kind in ("equal", "delete"):
        return stretch
    return Stretch("equal", "", stretch.old)


def _of(line: Line, stretches: Sequence[Stretch]) -> Line | None:
    return replace(line, stretches=tuple(stretches)) if stretches else None
