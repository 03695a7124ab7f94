"""Edit sessions: journal rows grouped by pauses, for the history of a draft."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

MAX_PAUSE = 10 * 60 * 1_000_000
"""µs without a row after which a session ends."""

MAX_SESSION = 30 * 60 * 1_000_000
"""Maximum duration of a session in µs."""


class JournalRow(Protocol):
    """A row of the journal: its number, when it was written (µs UTC), by which person (id)."""

    @property
    def seq(self) -> int:
        """Row number."""

    @property
    def at(self) -> int:
        """Time in µs UTC."""

    @property
    def actor(self) -> str:
        """Person id."""


@dataclass(frozen=True, slots=True)
class EditSession:
    """Rows `first` to `last`, written between `started_at` and `ended_at` (µs UTC).

    `authors` are pairs of person and number of rows, most rows first.
    """

    first: int
    last: int
    started_at: int
    ended_at: int
    authors: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        """Number of rows."""
        return self.last - self.first + 1


def edit_sessions(rows: Iterable[JournalRow]) -> Iterator[EditSession]:
    """Group rows, given in order, into sessions."""
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
    ordered = sorted(row_counts.items(), key=lambda author: (-author[1], author[0]))
    return EditSession(rows[0].seq, rows[-1].seq, rows[0].at, rows[-1].at, tuple(ordered))
