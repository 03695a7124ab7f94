"""Disputes: a person of an organisation says that an answer given in its name, or its withdrawal, is not its own.

Nobody outside the organisation makes or settles one.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from service.domain.documents.document import PUBLISHED, WITHDRAWN
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.round import CANCELLED, OPEN, PASSED, Round
from service.domain.errors import N_, Conflict, Forbidden, InvalidInput, TooLarge
from service.domain.trust.canonical_json import digest

Subject = Literal["answer", "withdrawal"]
ANSWER: Final = "answer"
WITHDRAWAL: Final = "withdrawal"

Settling = Literal["withdraw", "agree", "agree_alone", "new_answer"]
TAKEN_BACK: Final = "withdraw"
AGREED: Final = "agree"
AGREED_ALONE: Final = "agree_alone"
NEW_ANSWER: Final = "new_answer"
"""How a person settles a dispute: who made it takes it back; another agrees with the answer; another answers again."""

DISPUTE_DOMAIN = "mithaq.dispute.v1"

MAX_REASON_LENGTH = 2000
"""Code points of the reason of a dispute."""

MINUTE = 60 * 1_000_000
LAST_HOUR = 60 * MINUTE
"""µs before the deadline in which a dispute moves it."""

EXTENSION, URGENT_EXTENSION = 60 * MINUTE, 15 * MINUTE
"""µs by which a dispute in the last hour moves the deadline, once; the second for urgent documents."""

WITHDRAWAL_DISPUTABLE_FOR = 7 * 24 * 60 * MINUTE
"""µs for which a withdrawal can be disputed after the document is published."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute of an answer, or of its withdrawal if `subject` says so. `at` in µs UTC."""

    id: str
    seq: int
    round: str
    endorsement: str
    organisation: str
    person: str
    subject: Subject
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one person did to settle a dispute. `at` in µs UTC."""

    dispute: str
    person: str
    seq: int
    act: Settling
    at: int


@dataclass(frozen=True, slots=True)
class DisputeStatus:
    """A dispute with what was done to settle it."""

    dispute: Dispute
    settlements: tuple[Settlement, ...] = ()

    @property
    def settled_by(self) -> Settlement | None:
        """The act that settled it; None while it is open."""
        agreements = [one for one in self.settlements if one.act == AGREED]
        decisive = [one for one in self.settlements if one.act != AGREED] + agreements[1:2]
        return min(decisive, key=lambda one: one.seq, default=None)

    @property
    def is_open(self) -> bool:
        """Whether nothing has settled it."""
        return self.settled_by is None

    @property
    def agreed_by(self) -> tuple[str, ...]:
        """The persons who agreed with the answer, as one of two."""
        return tuple(one.person for one in self.settlements if one.act == AGREED)


def dispute_sha256(dispute: Dispute) -> str:
    """Return the digest by which the record binds a dispute and its reason."""
    facts = {
        name: getattr(dispute, name) for name in ("id", "round", "endorsement", "subject", "person", "reason", "at")
    }
    return digest(DISPUTE_DOMAIN, facts)


def check_reason(reason: str) -> None:
    """Check that a reason is given. Raises InvalidInput `reason_needed`, TooLarge `reason_too_long`."""
    if not reason:
        raise InvalidInput("reason_needed", N_("Say in one or two sentences why you dispute it."), field="reason")
    if len(reason) > MAX_REASON_LENGTH:
        raise TooLarge(
            "reason_too_long",
            N_("A reason can have up to {limit} characters."),
            field="reason",
            limit=MAX_REASON_LENGTH,
        )


def subject_of(endorsement: Endorsement) -> Subject:
    """Return what a dispute of this endorsement concerns now."""
    return WITHDRAWAL if endorsement.state == "withdrawn" else ANSWER


def concerns(status: DisputeStatus, endorsement: Endorsement | None) -> bool:
    """Return whether a dispute concerns the present answer of its organisation, or its withdrawal."""
    return (
        endorsement is not None
        and status.dispute.endorsement == endorsement.id
        and status.dispute.subject == subject_of(endorsement)
    )


def check_disputable(
    endorsement: Endorsement, round_: Round, *, document_state: str, made: Iterable[Dispute], by: str, now: int
) -> None:
    """Check that the person `by` may dispute the present answer now, or its withdrawal. `made` are earlier disputes.

    A person disputes an answer once. Raises Conflict `dispute_too_late`, `already_disputed`.
    """
    published = document_state in (PUBLISHED, WITHDRAWN)
    later_withdrawal = (
        endorsement.state == "withdrawn" and now < (endorsement.ended_at or 0) + WITHDRAWAL_DISPUTABLE_FOR
    )
    if round_.state == CANCELLED or (published and not later_withdrawal):
        raise Conflict(
            "dispute_too_late",
            N_(
                "This answer can no longer be disputed. An answer can be disputed until the document is published, and "
                "a withdrawal for 7 days."
            ),
        )
    subject = subject_of(endorsement)
    if any((one.endorsement, one.subject, one.person) == (endorsement.id, subject, by) for one in made):
        raise Conflict("already_disputed", N_("You have already disputed this answer."))


def settling_act(status: DisputeStatus, *, by: str, is_focal_point: bool, others: Collection[str]) -> Settling:
    """Return how the person `by` settles a dispute: as who made it, as one of two others, or as the only other.

    `others` are the organisation's people besides who made it. Raises Conflict `dispute_settled`, `already_agreed`,
    Forbidden `focal_point_settles`.
    """
    if not status.is_open:
        raise Conflict("dispute_settled", N_("This dispute has already been resolved."))
    if by == status.dispute.person:
        return TAKEN_BACK
    if len(others) > 1:
        if by in status.agreed_by:
            raise Conflict(
                "already_agreed", N_("You have already agreed with this answer. One more person must agree too.")
            )
        return AGREED
    if not is_focal_point:
        raise Forbidden(
            "focal_point_settles",
            N_("Only the focal point of your organisation, or the person who disputed the answer, can resolve this."),
        )
    return AGREED_ALONE


def check_may_answer(disputed: Sequence[tuple[DisputeStatus, str | None]], *, by: str) -> None:
    """Check that `by` may answer: nobody repeats an answer that another person disputes.

    `disputed` are the open disputes of the organisation, each with who gave the answer, or withdrew it. Raises Conflict
    `answer_disputed`.
    """
    if any(author == by and status.dispute.person != by for status, author in disputed):
        raise Conflict(
            "answer_disputed",
            N_(
                "Someone in your organisation disputes what you signed. Another person with a mandate can answer now, "
                "or the dispute is resolved first."
            ),
        )


def blocks_publication(status: DisputeStatus, round_: Round) -> bool:
    """Return whether an open dispute stops publishing: it is of an answer that counted when the round passed."""
    outcome = round_.outcome or {}
    silent = outcome.get("silent", [])
    return (
        round_.state == PASSED
        and status.is_open
        and isinstance(silent, list | tuple)
        and status.dispute.organisation not in silent
    )


def deadline_after_dispute(round_: Round, *, urgent: bool, now: int) -> int | None:
    """Return the new deadline of a round in which an answer is disputed at `now`; None if it stays."""
    if round_.state != OPEN or round_.extended_at is not None or now < round_.closes_at - LAST_HOUR:
        return None
    return round_.closes_at + (URGENT_EXTENSION if urgent else EXTENSION)
