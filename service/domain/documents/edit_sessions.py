"""Turns of writing: the rows of a journal in the portions in which people remember having written."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

PAUSE = 10 * 60 * 1_000_000
"""µs in which nobody writes: a turn is over."""

LONGEST = 30 * 60 * 1_000_000
"""µs: whoever writes all day does so in several turns."""


class Row(Protocol):
    """A row of the journal: its number, when it was written (µs UTC), by whom (person id)."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> int: ...
    @property
    def actor(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """Rows `first` to `last`, written between `begun` and `ended`; `hands`: who, with how many rows, the most first."""

    first: int
    last: int
    begun: int
    ended: int
    hands: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def turns(rows: Iterable[Row]) -> Iterator[Turn]:
    """The turns of rows that stand in order."""
    waiting: list[Row] = []
    for row in rows:
        if waiting and (row.at - waiting[-1].at >= PAUSE or row.at - waiting[0].at >= LONGEST):
            yield _turn(waiting)
            waiting = []
        waiting.append(row)
    if waiting:
        yield _turn(waiting)


def _turn(rows: list[Row]) -> Turn:
    hands = Counter(row.actor for row in rows)
    ordered = sorted(hands.items(), key=lambda hand: (-hand[1], hand[0]))
    return Turn(rows[0].seq, rows[-1].seq, rows[0].at, rows[-1].at, tuple(ordered))
