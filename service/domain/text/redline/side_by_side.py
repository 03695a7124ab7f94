"""Redline lines split into the two texts: for two columns, and in an order suited to reading."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from service.domain.text.redline.lines import LineRun, Places, RedlineLine


def split_sides(line: RedlineLine) -> tuple[RedlineLine | None, RedlineLine | None]:
    """Return the line in the old text and in the new one; None for a text that does not have it."""
    if line.move_end:
        return (line, None) if line.move_end == "old" else (None, line)
    old = [one for run in line.runs if run.kind != "insert" for one in _old_runs(run)]
    new = [one for run in line.runs if run.kind != "delete" for one in _new_runs(run)]
    in_old, in_new = line.places
    return _with_runs(line, old, (in_old, None)), _with_runs(line, new, (None, in_new))


def old_reading(line: RedlineLine) -> RedlineLine:
    """Return a removed line as it read in the old text."""
    runs = tuple(LineRun("equal", "", run.old or run.new) for run in line.runs)
    return replace(line, runs=runs, places=(line.places[0], None))


def side_by_side(all_lines: Sequence[RedlineLine]) -> Iterator[tuple[RedlineLine | None, RedlineLine | None]]:
    """Yield rows of two columns; removed lines are paired with the lines that replaced them."""
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
    """Reorder runs of removed and added lines so that those under the preceding headings come first.

    Otherwise a line that was added would appear under a heading that was removed.
    """
    for one_sided, run in groupby(all_lines, key=lambda line: _only_side(line) is not None):
        if not one_sided:
            yield from run
            continue
        group = list(run)
        under = _before_heading(group, "delete") | _before_heading(group, "insert")
        yield from sorted(group, key=lambda line: id(line) not in under)


def _only_side(line: RedlineLine) -> str | None:
    """Return the only side that has this line: "delete" (old) or "insert" (new); None if both have it."""
    if line.move_end:
        return "delete" if line.move_end == "old" else "insert"
    kinds = {run.kind for run in line.runs}
    return next((side for side in ("delete", "insert") if kinds == {side}), None)


def _before_heading(group: Sequence[RedlineLine], side: str) -> set[int]:
    """Return the `id()`s of the lines of one side that precede its first heading here."""
    side_lines = (line for line in group if _only_side(line) == side)
    return {id(line) for line in takewhile(lambda line: line.shape != "heading", side_lines)}


def _new_runs(run: LineRun) -> Iterator[LineRun]:
    """Yield a run as the new text has it: the marks of what was removed are left to the other column."""
    if run.kind != "structure":
        yield run
    elif _is_blank_for_break(run.new, run.old):
        yield LineRun("equal", "", run.new, places=run.places)
    else:
        yield replace(run, column="new")


def _old_runs(run: LineRun) -> Iterator[LineRun]:
    """Yield a run as the old text had it, with a line break where the new text has none."""
    if run.kind != "structure":
        yield run if run.kind in ("equal", "delete") else LineRun("equal", "", run.old)
    elif _is_blank_for_break(run.old, run.new):
        yield LineRun("equal", "", run.old, places=run.places)
    else:
        yield replace(run, column="old")
        if "\n" in run.old and "\n" not in run.new:
            yield LineRun("break", "", "", places=run.places)


def _is_blank_for_break(text: str, other: str) -> bool:
    """Whether there is only a blank between the words here, and a break in the other text."""
    return "\n" in other and bool(text) and not text.strip(" \t")


def _with_runs(line: RedlineLine, runs: Sequence[LineRun], places: Places) -> RedlineLine | None:
    return replace(line, runs=tuple(runs), places=places) if runs else None
