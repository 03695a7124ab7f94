"""A suggestion: a change to a draft with an author and a reason, which drafters accept or dismiss hunk by hunk."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from service.domain.errors import N_, Conflict, InvalidInput, NotFound
from service.domain.suggestions.hunks import PENDING, SuggestionHunk, select_hunks
from service.domain.text.markup.canonical import text_sha256

PENDING_FIRST = 10**15
"""Added to the sort key of pending suggestions: larger than any `seq`."""

MAX_PENDING_SUGGESTIONS = 50
"""Pending suggestions of one person in one document."""

MAX_SUGGESTIONS = 200
"""All suggestions of one person in one document."""

MAX_REASON = 1000
"""Code points of a reason."""


@dataclass(frozen=True, slots=True)
class SuggestionSummary:
    """A suggestion without its texts, for lists. Times in µs UTC."""

    id: str
    seq: int
    document: str
    lang: str
    reason: str
    state: str
    by: str
    at: int
    ended_at: int | None
    hunks: tuple[SuggestionHunk, ...]

    @property
    def sort_key(self) -> int:
        """The key of lists in descending order: pending ones first, newest first, then the others, newest first."""
        return self.seq + (PENDING_FIRST if self.state == PENDING else 0)


@dataclass(frozen=True, slots=True)
class Suggestion(SuggestionSummary):
    """A suggestion with its texts: `base` was the draft at (epoch, draft_seq), `proposed` is what its author wants.

    Both are stored, because the draft's history can begin again.
    """

    epoch: int
    draft_seq: int
    base: str
    proposed: str


def check_suggestion_reason(reason: str) -> str:
    """Return the reason without blanks at its ends. Raises InvalidInput `reason_too_long`."""
    found = reason.strip()
    if len(found) > MAX_REASON:
        raise InvalidInput("reason_too_long", N_("The reason is longer than {most} characters."), most=MAX_REASON)
    return found


def check_proposed(hunks: Sequence[SuggestionHunk]) -> None:
    """Raise Conflict `nothing_suggested` if nothing differs."""
    if not hunks:
        raise Conflict("nothing_suggested", N_("You have not changed anything yet, so there is nothing to send."))


def check_suggestion_quota(pending: int, total: int) -> None:
    """Check that a person with `total` suggestions in a document, of which `pending` are undecided, may add one.

    Raises Conflict `too_many_suggestions`, `suggestions_full`.
    """
    if total >= MAX_SUGGESTIONS:
        raise Conflict(
            "suggestions_full",
            N_("You have made {most} suggestions in this document, which is the limit for one person."),
            most=MAX_SUGGESTIONS,
        )
    if pending >= MAX_PENDING_SUGGESTIONS:
        raise Conflict(
            "too_many_suggestions",
            N_("{most} of your suggestions in this document are waiting for a decision. That is the limit."),
            most=MAX_PENDING_SUGGESTIONS,
        )


def choose_hunks(hunks: Sequence[SuggestionHunk], numbers: Collection[int] | None) -> tuple[int, ...]:
    """Return the numbers of the chosen hunks, all of which must be pending; without `numbers`, all pending ones.

    Raises `NotFound`, Conflict `suggestion_ended`.
    """
    pending = [hunk.number for hunk in select_hunks(hunks, PENDING)]
    wanted = pending if numbers is None else sorted(set(numbers))
    if not set(wanted) <= {hunk.number for hunk in hunks}:
        raise NotFound()
    if not wanted or not set(wanted) <= set(pending):
        raise Conflict("suggestion_ended", N_("This was already accepted or dismissed. Nothing has changed."))
    return tuple(wanted)


def suggestion_conflict() -> Conflict:
    """Return the error for hunks whose words others have changed since."""
    return Conflict(
        "suggestion_conflict",
        N_("The same words were changed after this suggestion was written. Choose below what the text should say."),
    )


def check_passage_unchanged(now: str, *, seen: str) -> None:
    """Check a passage against `seen`, the SHA-256 of what the drafter saw. Raises Conflict `passage_changed`."""
    if text_sha256(now) != seen:
        raise Conflict(
            "passage_changed",
            N_("Someone changed these words while you were choosing. They are shown below as they are now."),
        )


def resolved_passage(proposed: str, passage: str) -> str:
    """Return what a drafter wrote, with the blanks at the ends that the proposed passage has."""
    words = passage.strip()
    if not words or not proposed.strip():
        return words
    start = proposed[: len(proposed) - len(proposed.lstrip())]
    return start + words + proposed[len(proposed.rstrip()) :]
