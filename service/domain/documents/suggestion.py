"""Suggested changes: words that a draft could not take, kept until somebody who drafts has looked at them."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.errors import N_, Conflict, InvalidInput

KEPT, TAKEN, SET_ASIDE = "kept", "taken", "set_aside"
STATES = (KEPT, TAKEN, SET_ASIDE)

PENDING_OFFSET = 10**15
"""Beyond every seq: by so much stands higher in a list what waits to be decided about."""

MAX_PENDING = 50
"""Of one person in one document, while nobody has decided about them."""

MAX_PER_PERSON = 200
"""Of one person in one document, whatever became of them."""

REASONS: Mapping[str, str] = {
    "closed": N_("The text was closed when they arrived."),
    "frozen": N_("The text was frozen when they arrived."),
    "role": N_("The author could no longer edit the text when they arrived."),
    "restarted": N_("The text had been restarted before they arrived."),
    "diverged": N_("The author’s copy of the text was different from ours."),
    "old": N_("They had been on the author’s device for more than 30 days."),
    "refused": N_("The server could not accept them."),
}
"""Why words were not taken, by code."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody wrote into an edition that did not take it: `text` is the whole text as they would have it, written
    from `base`, which stood at (epoch, draft_seq). Where that place is not known, `text` is their words alone and the
    three are None. `ended_by` put it in or set it aside; nothing is ever dropped."""

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
class SuggestionSummary:
    """A suggested change without its texts, as lists have it."""

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
        """Where it stands in lists, from the highest down: what waits to be decided about, the newest first; then the
        others, the newest first."""
        return self.seq + (PENDING_OFFSET if self.state == KEPT else 0)


def check_reason(reason: str) -> None:
    """Raises Malformed `unknown_reason`."""
    if reason not in REASONS:
        raise InvalidInput("unknown_reason", N_("We do not know why these words were not accepted."))


def check_has_changes(base: str | None, text: str) -> None:
    """Whether `text` says anything besides `base`. Raises Conflict `nothing_new`."""
    if not text.strip() if base is None else text == base:
        raise Conflict("nothing_new", N_("It is the same as the text."))


def check_suggestion_limits(pending: int, total: int) -> None:
    """Whether there is room for one more beside a person's `ever`, of which `kept` wait to be decided about. Raises
    Conflict `too_many_suggestions`, `suggestions_full`."""
    if total >= MAX_PER_PERSON:
        raise Conflict(
            "suggestions_full",
            N_("You have {most} suggested changes in this document, which is the limit for one person."),
            most=MAX_PER_PERSON,
        )
    if pending >= MAX_PENDING:
        raise Conflict(
            "too_many_suggestions",
            N_("You have {most} suggested changes in this document waiting for a decision. That is the limit."),
            most=MAX_PENDING,
        )


def check_pending(state: str) -> None:
    """Raises Conflict `suggestion_ended`."""
    if state != KEPT:
        raise Conflict("suggestion_ended", N_("It was already added or dismissed. Nothing has changed."))


def require_base(suggestion: Suggestion) -> str:
    """The text it was written from. Raises Conflict `words_alone`."""
    if suggestion.base is None:
        raise Conflict(
            "words_alone",
            N_("We do not know where these words belong. Copy them and add them yourself."),
        )
    return suggestion.base
