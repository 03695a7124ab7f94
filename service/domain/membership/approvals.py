"""Acts of power that one person of the secretariat asks for and another confirms (trust rules §1 and §3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from service.domain.errors import N_, Conflict, Forbidden, InvalidInput

HOUR = 3600 * 1_000_000

WAIT = 72 * HOUR
"""µs that an act waits, told to all organisations, where nobody else may confirm it."""

FORMER_CONTACT_PERIOD = 30 * 24 * HOUR
"""µs for which addresses that an organisation had before an act are notified of further ones."""

MAX_CHANNEL_LENGTH = 200
"""Code points of “I checked by: …”."""

ROLE_BEGIN = "role.begin"
ROLE_GRANT = "role.grant"
ROLE_TAKE = "role.take"
PERSON_CLOSE = "person.close"
ORGANISATION_LEAVE = "organisation.leave"
ORGANISATION_REJOIN = "organisation.rejoin"
SETTINGS_LOWER = "settings.lower"
ADDRESS_CONFIRM = "address.confirm"
PROOF_WAIVE = "proof.waive"
APPROVED_ACTS = (
    ROLE_BEGIN,
    ROLE_GRANT,
    ROLE_TAKE,
    PERSON_CLOSE,
    ORGANISATION_LEAVE,
    ORGANISATION_REJOIN,
    SETTINGS_LOWER,
    ADDRESS_CONFIRM,
    PROOF_WAIVE,
)
"""Names of the acts, as stored."""

WAITING, DONE, REFUSED, WITHDRAWN = "waiting", "done", "refused", "withdrawn"
RequestState = Literal["waiting", "done", "refused", "withdrawn"]

BY_ONE = "one"
"""Channel of a role that began by the word of one person, because the secretariat had no other."""


@dataclass(frozen=True, slots=True)
class Approval:
    """The confirmation of a request by `person`, who checked by `channel`; `at` in µs UTC."""

    person: str
    channel: str
    at: int


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """An act that waits for `needed` more persons than the one who asked. Times in µs UTC.

    At `due_at` it is carried out, whatever was confirmed by then. `subject` is the id of the person, organisation or
    document concerned; `params` hold what the act needs.
    """

    id: str
    act: str
    subject: str
    params: Mapping[str, Any]
    needed: int
    requested_by: str
    requested_at: int
    due_at: int | None
    state: RequestState
    ended_at: int | None
    approvals: tuple[Approval, ...]

    @property
    def about_person(self) -> str | None:
        """The person who may not confirm this act because it is about them."""
        found = self.params.get("person")
        return str(found) if found else None

    @property
    def organisation(self) -> str | None:
        """The organisation that the act concerns."""
        found = self.params.get("organisation")
        return str(found) if found else None


@dataclass(frozen=True, slots=True)
class RoleProposal:
    """The proposal that `person` act as focal point or signatory of their organisation. Times in µs UTC.

    `channel` says how it was checked who they are; empty if one of the organisation's people accepted it.
    """

    id: str
    person: str
    organisation: str
    role: str
    proposed_by: str | None
    proposed_at: int
    state: Literal["proposed", "accepted", "refused", "withdrawn"]
    ended_by: str | None
    ended_at: int | None
    channel: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an act takes effect: `at_once`, after `needed` more persons confirmed, or `wait` µs from now."""

    at_once: bool
    needed: int
    wait: int | None


def eligible_approvers(secretariat: frozenset[str], *, requested_by: str, about_person: str | None) -> frozenset[str]:
    """Return the members of the secretariat who may confirm: not who asked, and not whom the act is about."""
    return secretariat - {requested_by} - ({about_person} if about_person else frozenset())


def schedule(
    secretariat: frozenset[str], *, requested_by: str, about_person: str | None, demanded: int, founding: bool
) -> Schedule:
    """Return when an act that `demanded` persons must want takes effect.

    Where fewer may confirm, all of them must. Where nobody may, the act waits; except that before the first round of
    the instance (`founding`) an only member of the secretariat acts at once.
    """
    others = eligible_approvers(secretariat, requested_by=requested_by, about_person=about_person)
    needed = min(demanded - 1, len(others))
    if needed > 0:
        return Schedule(at_once=False, needed=needed, wait=None)
    is_only_one = len(secretariat | {requested_by}) == 1
    if demanded <= 1 or (founding and is_only_one):
        return Schedule(at_once=True, needed=0, wait=None)
    return Schedule(at_once=False, needed=0, wait=WAIT)


def count_approvals(request: ApprovalRequest, *, eligible: frozenset[str]) -> int:
    """Return how many of those who may confirm now have confirmed."""
    return len({one.person for one in request.approvals} & eligible)


def check_waiting(request: ApprovalRequest) -> None:
    """Raise Conflict `approval_over` unless the request is waiting."""
    if request.state != WAITING:
        raise Conflict("approval_over", N_("This was confirmed, refused or withdrawn already. Nothing was changed."))


def check_may_approve(request: ApprovalRequest, *, by: str, eligible: frozenset[str]) -> None:
    """Raise Conflict `approval_over`, `already_confirmed`, Forbidden `second_person_needed`."""
    check_waiting(request)
    if by not in eligible:
        raise Forbidden(
            "second_person_needed",
            N_("Someone else must confirm this: not the person who asked for it, and not the person it is about."),
        )
    if by in {one.person for one in request.approvals}:
        raise Conflict("already_confirmed", N_("You have already confirmed this."))


def validate_channel(channel: str) -> str:
    """Return how somebody checked, in their words. Raises InvalidInput `channel_needed`, `channel_too_long`."""
    trimmed = " ".join(channel.split())
    if not trimmed:
        raise InvalidInput("channel_needed", N_("Say how you checked: a call, a meeting, a message."), field="channel")
    if len(trimmed) > MAX_CHANNEL_LENGTH:
        raise InvalidInput(
            "channel_too_long", N_("Up to {limit} characters."), field="channel", limit=MAX_CHANNEL_LENGTH
        )
    return trimmed


def check_proposed(proposal: RoleProposal) -> None:
    """Raise Conflict `approval_over` unless the proposal is open."""
    if proposal.state != "proposed":
        raise Conflict("approval_over", N_("This was confirmed, refused or withdrawn already. Nothing was changed."))
