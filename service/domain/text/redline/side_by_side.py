"""The lines of a redline as each of its two texts has them: for two columns, and in an order that one can read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from service.domain.text.redline.lines import LineRun, RedlineLine


def split_sides(line: RedlineLine) -> tuple[RedlineLine | None, RedlineLine | None]:
    """The line as the old text and as the new one has it; None where that one has no such line."""
    old = [_old_run(stretch) for stretch in line.runs if stretch.kind != "insert"]
    new = [stretch for stretch in line.runs if stretch.kind != "delete"]
    return _with_runs(line, old), _with_runs(line, new)


def old_reading(line: RedlineLine) -> RedlineLine:
    """A line of which all was removed, as it read."""
    runs = tuple(LineRun("equal", "", stretch.old or stretch.new) for stretch in line.runs)
    return replace(line, runs=runs)


def side_by_side(all_lines: Sequence[RedlineLine]) -> Iterator[tuple[RedlineLine | None, RedlineLine | None]]:
    """Rows of two columns; what was removed stands beside what came in its place."""
    removed: list[RedlineLine] = []
    for line in all_lines:
        old, new = split_sides(line)
        if old and not new:
            removed.append(old)
        elif new and not old and removed:
            yield removed.pop(0), new
        else:
            yield from ((one, None) for one in removed)
            removed = []
            yield old, new
    yield from ((one, None) for one in removed)


def order_for_reading(all_lines: Iterable[RedlineLine]) -> Iterator[RedlineLine]:
    """Where some lines were removed and others added, what stands under the headings before them comes first: a line
    that was added does not belong under a heading that was removed."""
    for one_sided, run in groupby(all_lines, key=lambda line: _only_side(line) is not None):
        if not one_sided:
            yield from run
            continue
        group = list(run)
        under = _before_heading(group, "delete") | _before_heading(group, "insert")
        yield from sorted(group, key=lambda line: id(line) not in under)


def _only_side(line: RedlineLine) -> str | None:
    """The only text that has this line: the old one ("delete") or the new one ("insert")."""
    kinds = {stretch.kind for stretch in line.runs}
    return next((side for side in ("delete", "insert") if kinds == {side}), None)


def _before_heading(group: Sequence[RedlineLine], side: str) -> set[int]:
    """Which lines of one text come before its first heading here."""
    side_lines = (line for line in group if _only_side(line) == side)
    return {id(line) for line in takewhile(lambda line: line.shape != "heading", side_lines)}


def _old_run(run: LineRun) -> LineRun:
    if run.kind in ("equal", "delete"):
        return run
    return LineRun("equal", "", run.old)


def _with_runs(line: RedlineLine, runs: Sequence[LineRun]) -> RedlineLine | None:
    return replace(line, runs=tuple(runs)) if runs else None
