"""The visible marks of changed structure: ¶ for a paragraph, ↵ for a line, and what a line begins with."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

StructureName = Literal["paragraph", "line_break", "deeper", "shallower", "line_start"]


@dataclass(frozen=True, slots=True)
class StructureMark:
    """A mark that was added or removed; `symbol` is what is seen, `name` what it means."""

    is_added: bool
    symbol: str
    name: StructureName


def structure_marks(old: str, new: str, *, column: Literal["old", "new"] | None = None) -> Iterator[StructureMark]:
    """Yield the marks of a change of structure, of one text if `column` names it.

    Breaks come first, then what the line begins with.
    """
    for mark in _all_marks(old, new):
        if column is None or mark.is_added == (column == "new"):
            yield mark


def _all_marks(old: str, new: str) -> Iterator[StructureMark]:
    breaks = _breaks(old), _breaks(new)
    if breaks[0] != breaks[1]:
        if breaks[0]:
            yield StructureMark(False, *_BREAKS[breaks[0]])
        if breaks[1]:
            yield StructureMark(True, *_BREAKS[breaks[1]])
    starts = [text[text.rfind("\n") + 1 :] for text in (old, new)]
    markers = [start.strip() for start in starts]
    if markers[0] != markers[1]:
        if markers[0]:
            yield StructureMark(False, markers[0], "line_start")
        if markers[1]:
            yield StructureMark(True, markers[1], "line_start")
    elif breaks[0] == breaks[1] and starts[0] != starts[1]:
        deeper = len(starts[1].expandtabs(4)) > len(starts[0].expandtabs(4))
        yield StructureMark(True, "⇥" if deeper else "⇤", "deeper" if deeper else "shallower")


def with_breaks_around(old: str, new: str, places: tuple[int, int, int, int]) -> tuple[str, str]:
    """Return the old and the new text of a change of structure with the equal newlines beside it."""
    a0, a1, b0, b1 = places
    while min(a0, b0) > 0 and old[a0 - 1] == new[b0 - 1] == "\n":
        a0, b0 = a0 - 1, b0 - 1
    while a1 < len(old) and b1 < len(new) and old[a1] == new[b1] == "\n":
        a1, b1 = a1 + 1, b1 + 1
    return old[a0:a1], new[b0:b1]


_BREAKS: dict[int, tuple[str, StructureName]] = {1: ("↵", "line_break"), 2: ("¶", "paragraph")}


def _breaks(text: str) -> int:
    return min(2, text.count("\n"))
