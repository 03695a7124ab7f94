"""Where the pending hunks of a suggestion are in a later text, and the text with some of them accepted.

The base with the accepted hunks is merged with the later text, token by token. A hunk that overlaps or touches a later
edit is a conflict, which a person resolves.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Literal

from service.domain.suggestions.hunks import ACCEPTED, PENDING, SuggestionHunk, apply_hunks, select_hunks
from service.domain.text.diff.minimal_edits import Splice, apply_splices, word_splices
from service.domain.text.merge.diff3 import CleanPart, MergeConflict, MergePart, both_readings, diff3
from service.domain.text.merge.merge_validation import validate_parts
from service.domain.text.merge.relocation import mark_move_conflicts

PlacementKind = Literal["clean", "present", "conflict"]
"""`clean`: it can be accepted. `present`: the text has the same edit already. `conflict`: others changed its words."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Code points `start`–`end` of the live text, which accepting the hunks would replace by `text`.

    `numbers`: more than one hunk only in a conflict or if the edits are present. `base` and `live` are the passage as
    it was when the suggestion was written, and as it is now.
    """

    kind: PlacementKind
    numbers: tuple[int, ...]
    start: int
    end: int
    text: str
    base: str
    live: str


@dataclass(frozen=True, slots=True)
class AcceptedText:
    """The live text after hunks were accepted: those in `accepted`; those in `conflicts` were left as they are."""

    text: str
    accepted: tuple[int, ...]
    conflicts: tuple[int, ...]
    is_changed: bool = True


def place_hunks(
    base: str, hunks: Sequence[SuggestionHunk], live: str, *, validated: bool = True
) -> tuple[Placement, ...]:
    """Return where the pending hunks are in the live text, in order.

    Without `validated`, edits that do not overlap but break each other (a table, a list) are not found as conflicts;
    that is faster.
    """
    pending = select_hunks(hunks, PENDING)
    return tuple(_place(base, hunks, pending, live, validated=validated)) if pending else ()


def accept_hunks(base: str, hunks: Sequence[SuggestionHunk], live: str, numbers: Collection[int]) -> AcceptedText:
    """Return the live text with the hunks of these numbers, except those in conflict. Other text is not changed."""
    chosen = [hunk for hunk in select_hunks(hunks, PENDING) if hunk.number in numbers]
    conflicts: set[int] = set()
    while True:
        placements = list(_place(base, hunks, chosen, live, validated=True)) if chosen else []
        found = {number for one in placements if one.kind == "conflict" for number in one.numbers}
        if not found:
            break
        conflicts |= found
        chosen = [hunk for hunk in chosen if hunk.number not in found]
    edits = [(one.start, one.end, one.text) for one in placements if one.kind == "clean"]
    accepted = tuple(hunk.number for hunk in chosen)
    text = apply_splices(live, 0, len(live), edits)
    return AcceptedText(text, accepted, tuple(sorted(conflicts)), is_changed=text != live)


def _place(
    base: str, hunks: Sequence[SuggestionHunk], chosen: Sequence[SuggestionHunk], live: str, *, validated: bool
) -> Iterator[Placement]:
    accepted = select_hunks(hunks, ACCEPTED)
    start_text = apply_hunks(base, accepted)
    waiting = _shift(chosen, accepted)
    splices = [splice for _, splice in waiting]
    ours = _later_edits(start_text, live)
    parts = tuple(diff3(start_text, ours, splices))
    if validated and ours:
        theirs = apply_splices(start_text, 0, len(start_text), splices)
        parts = mark_move_conflicts(start_text, live, theirs, parts)
        parts = validate_parts(start_text, live, theirs, parts) or parts
    yield from _read_parts(start_text, parts, waiting)


@lru_cache(maxsize=8)
def _later_edits(start_text: str, live: str) -> tuple[Splice, ...]:
    """Return what was changed since; the suggestions of one list are often based on one text."""
    return tuple(word_splices(start_text, live)) if start_text != live else ()


def _shift(chosen: Sequence[SuggestionHunk], accepted: Sequence[SuggestionHunk]) -> list[tuple[int, Splice]]:
    """Return the chosen hunks as numbered edits of the base with the accepted hunks."""
    found: list[tuple[int, Splice]] = []
    for hunk in sorted(chosen, key=lambda one: one.number):
        shift = sum(len(one.text) - (one.end - one.start) for one in accepted if one.number < hunk.number)
        found.append((hunk.number, (hunk.start + shift, hunk.end + shift, hunk.text)))
    return found


def _read_parts(
    start_text: str, parts: Sequence[MergePart], waiting: Sequence[tuple[int, Splice]]
) -> Iterator[Placement]:
    offset, rest = 0, list(waiting)
    for part in parts:
        live_text, proposed = both_readings(start_text, part)
        end = offset + len(live_text)
        kind = _kind_of(part)
        if kind:
            numbers = tuple(
                number
                for number, _ in takewhile(lambda one, last=part.a1: one[1][1] <= last, rest)  # type: ignore[misc]
            )
            rest = rest[len(numbers) :]
            yield Placement(kind, numbers, offset, end, proposed, start_text[part.a0 : part.a1], live_text)
        offset = end


def _kind_of(part: MergePart) -> PlacementKind | None:
    if isinstance(part, MergeConflict):
        return "conflict"
    kinds: dict[str, PlacementKind] = {"theirs": "clean", "both": "present"}
    return kinds.get(part.side) if isinstance(part, CleanPart) else None
