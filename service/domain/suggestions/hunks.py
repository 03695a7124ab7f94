"""Hunks: the parts of the difference between a base and a proposed text that are decided one by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from service.domain.text.diff.minimal_edits import Splice, apply_splices, word_splices

PENDING, ACCEPTED, DISMISSED, PARTLY = "pending", "accepted", "dismissed", "partly"
"""Stored states. A suggestion is `partly` accepted if some of its hunks were accepted and the others dismissed."""

MAX_HUNKS = 200
"""Hunks of one suggestion; the nearest ones are joined if there are more."""

_BOUNDARY = regex.compile(r"[.!?؟۔…]+[\"'»”’)\]]*\s|\n")
"""What separates two hunks: the end of a sentence or of a line."""


@dataclass(frozen=True, slots=True)
class SuggestionHunk:
    """Code points `start`–`end` of the base become `text`.

    `number` is its place in the suggestion, from 1. `applied`: what a drafter wrote instead, to resolve a conflict.
    `ended_by` accepted or dismissed it at `ended_at` (µs UTC).
    """

    number: int
    start: int
    end: int
    text: str
    state: str = PENDING
    applied: str | None = None
    ended_by: str | None = None
    ended_at: int | None = None

    @property
    def splice(self) -> Splice:
        """The hunk as an edit of the base."""
        return self.start, self.end, self.text


def split_hunks(base: str, proposed: str) -> tuple[SuggestionHunk, ...]:
    """Return the hunks that turn `base` into `proposed`, in order and disjoint.

    Edits of one sentence are one hunk, as are edits of one table.
    """
    joined: list[Splice] = []
    for splice in word_splices(base, proposed):
        if joined and _belong_together(base, joined[-1][1], splice[0]):
            joined[-1] = _join(base, joined[-1], splice)
        else:
            joined.append(splice)
    return tuple(SuggestionHunk(number, *splice) for number, splice in enumerate(_limit(base, joined), start=1))


def apply_hunks(base: str, hunks: Iterable[SuggestionHunk]) -> str:
    """Return the base with these hunks of it applied."""
    return apply_splices(base, 0, len(base), sorted(hunk.splice for hunk in hunks))


def select_hunks(hunks: Sequence[SuggestionHunk], state: str) -> list[SuggestionHunk]:
    """Return the hunks in a state."""
    return [hunk for hunk in hunks if hunk.state == state]


def combined_state(hunks: Sequence[SuggestionHunk]) -> str:
    """Return the state of a suggestion with these hunks."""
    states = {hunk.state for hunk in hunks}
    if PENDING in states:
        return PENDING
    return states.pop() if len(states) == 1 else PARTLY


def _belong_together(base: str, end: int, start: int) -> bool:
    gap = base[end:start]
    return _BOUNDARY.search(gap) is None or _is_table(base, end, start)


def _is_table(base: str, first: int, last: int) -> bool:
    """Return whether all lines from the one at `first` to the one at `last` are rows of a table."""
    start, end = base.rfind("\n", 0, first) + 1, base.find("\n", last)
    return all(line.lstrip().startswith("|") for line in base[start : end if end >= 0 else None].split("\n"))


def _join(base: str, one: Splice, other: Splice) -> Splice:
    return one[0], other[1], one[2] + base[one[1] : other[0]] + other[2]


def _limit(base: str, splices: Sequence[Splice]) -> Sequence[Splice]:
    """Join the splices with the smallest gaps until there are no more than MAX_HUNKS."""
    excess = len(splices) - MAX_HUNKS
    if excess <= 0:
        return splices
    by_gap = sorted(range(1, len(splices)), key=lambda index: splices[index][0] - splices[index - 1][1])
    to_join = set(by_gap[:excess])
    found = [splices[0]]
    for index in range(1, len(splices)):
        if index in to_join:
            found[-1] = _join(base, found[-1], splices[index])
        else:
            found.append(splices[index])
    return found
