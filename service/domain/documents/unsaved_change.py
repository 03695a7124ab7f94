"""Unsaved changes: text that a draft could not accept, kept until a drafter decides about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.errors import N_, Conflict, InvalidInput

KEPT, TAKEN, SET_ASIDE, SUGGESTED = "kept", "taken", "set_aside", "suggested"
"""Stored states: waiting for a decision, added to the draft, dismissed, made a suggestion."""

STATES = (KEPT, TAKEN, SET_ASIDE, SUGGESTED)

PENDING_OFFSET = 10**15
"""Added to the sort key of pending ones: larger than any `seq`."""

MAX_PENDING = 50
"""Pending unsaved changes of one person in one document."""

MAX_PER_PERSON = 200
"""All unsaved changes of one person in one document."""

REASONS: Mapping[str, str] = {
    "closed": N_("The text was closed when they arrived."),
    "frozen": N_("The text was frozen when they arrived."),
    "role": N_("The author could no longer edit the text when they arrived."),
    "restarted": N_("The text had been restarted before they arrived."),
    "diverged": N_("The author’s copy of the text was different from ours."),
    "old": N_("They had been on the author’s device for more than 30 days."),
    "refused": N_("The server could not accept them."),
}
"""Code → sentence: why the text was not accepted."""


@dataclass(frozen=True, slots=True)
class UnsavedChange:
    """An unsaved change to an edition. Times in µs UTC.

    `text` is the whole text as its author wants it, based on `base`, the draft at (epoch, draft_seq). If that position
    is unknown, `text` is the new words alone and the three are None. `ended_by` added or dismissed it; none is deleted.
    """

    id: str
    seq: int
    document: str
    lang: str
    epoch: int | None
    draft_seq: int | None
    base: str | None
    text: str
    why: str
    state: str
    by: str
    at: int
    ended_by: str | None
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class UnsavedChangeSummary:
    """An unsaved change without its texts, for lists."""

    id: str
    seq: int
    document: str
    lang: str
    why: str
    state: str
    by: str
    at: int
    ended_by: str | None
    ended_at: int | None

    @property
    def sort_key(self) -> int:
        """The key of lists in descending order: pending ones first, newest first, then the others, newest first."""
        return self.seq + (PENDING_OFFSET if self.state == KEPT else 0)


def check_reason(reason: str) -> None:
    """Raise InvalidInput `unknown_reason` unless it is a key of REASONS."""
    if reason not in REASONS:
        raise InvalidInput("unknown_reason", N_("We do not know why these words were not accepted."))


def check_has_changes(base: str | None, text: str) -> None:
    """Check that `text` differs from `base`. Raises Conflict `nothing_new`."""
    if not text.strip() if base is None else text == base:
        raise Conflict("nothing_new", N_("It is the same as the text."))


def check_unsaved_change_limits(pending: int, total: int) -> None:
    """Check that a person with `total` unsaved changes, of which `pending` wait for a decision, may add one.

    Raises Conflict `too_many_unsaved_changes`, `unsaved_changes_full`.
    """
    if total >= MAX_PER_PERSON:
        raise Conflict(
            "unsaved_changes_full",
            N_("You have {most} unsaved changes in this document, which is the limit for one person."),
            most=MAX_PER_PERSON,
        )
    if pending >= MAX_PENDING:
        raise Conflict(
            "too_many_unsaved_changes",
            N_("You have {most} unsaved changes in this document waiting for a decision. That is the limit."),
            most=MAX_PENDING,
        )


def check_pending(state: str) -> None:
    """Raise Conflict `unsaved_change_ended` unless a decision is pending."""
    if state != KEPT:
        raise Conflict("unsaved_change_ended", N_("It was already added or dismissed. Nothing has changed."))


def require_base(unsaved_change: UnsavedChange) -> str:
    """Return the text the unsaved change is based on. Raises Conflict `words_alone` if it is unknown."""
    if unsaved_change.base is None:
        raise Conflict(
            "words_alone",
            N_("We do not know where these words belong. Copy them and add them yourself."),
        )
    return unsaved_change.base
