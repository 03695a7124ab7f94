"""Turns of writing: the rows of a journal in the portions in which people remember having written."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

MAX_PAUSE = 10 * 60 * 1_000_000
"""µs in which nobody writes: a turn is over."""

MAX_SESSION = 30 * 60 * 1_000_000
"""µs: whoever writes all day does so in several turns."""


class JournalRow(Protocol):
    """A row of the journal: its number, when it was written (µs UTC), by whom (person id)."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> int: ...
    @property
    def actor(self) -> str: ...


@dataclass(frozen=True, slots=True)
class EditSession:
    """Rows `first` to `last`, written between `begun` and `ended`; `hands`: who, with how many rows, the most first."""

    first: int
    last: int
    started_at: int
    ended_at: int
    authors: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def edit_sessions(rows: Iterable[JournalRow]) -> Iterator[EditSession]:
    """The turns of rows that stand in order."""
    session_rows: list[JournalRow] = []
    for row in rows:
        if session_rows and (row.at - session_rows[-1].at >= MAX_PAUSE or row.at - session_rows[0].at >= MAX_SESSION):
            yield _to_session(session_rows)
            session_rows = []
        session_rows.append(row)
    if session_rows:
        yield _to_session(session_rows)


def _to_session(rows: list[JournalRow]) -> EditSession:
    row_counts = Counter(row.actor for row in rows)
    ordered = sorted(row_counts.items(), key=lambda hand: (-hand[1], hand[0]))
    return EditSession(rows[0].seq, rows[-1].seq, rows[0].at, rows[-1].at, tuple(ordered))
