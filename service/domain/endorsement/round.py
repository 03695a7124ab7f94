"""A round of endorsement: one version, one frozen rule, one frozen roll, one period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.endorsement.terms import RoundTerms
from service.domain.errors import N_, Conflict, InvalidInput
from service.domain.membership.people import Names
from service.domain.trust.canonical_json import digest

OPEN, PASSED, FAILED, CANCELLED = "open", "passed", "failed", "cancelled"

ROLL_DOMAIN = "mithaq.roll.v1"
MIN_DURATION = 60 * 1_000_000
MAX_DURATION = 366 * 24 * 3600 * 1_000_000
"""µs a round may last."""


@dataclass(frozen=True, slots=True)
class RollEntry:
    """An entry of the roll: an organisation and its names when the round opened."""

    organisation: str
    names: Names


@dataclass(frozen=True, slots=True)
class Round:
    """A round. Times in µs UTC; `rule` and `outcome` are JSON as stored.

    `format` is that of its statements and seal, `wording` that of its sentences; format 1 has no `terms` and no
    `round_sha256`. `secretariat` are the persons who could end it when it opened. `answered_at` is when the last
    missing answer came, `extended_at` when a dispute moved the deadline. `proofs` names the engines and the files
    on which it was opened; rounds of earlier releases have none.
    """

    id: str
    document: str
    version: str
    rule: Mapping[str, object]
    rule_sha256: str
    roll: tuple[RollEntry, ...]
    roll_sha256: str
    state: str
    close_when_all_answered: bool
    opened_by: str
    opened_at: int
    opens_seq: int
    closes_at: int
    closed_at: int | None
    outcome: Mapping[str, object] | None
    format: int = 1
    wording: int = 1
    terms: RoundTerms | None = None
    round_sha256: str | None = None
    secretariat: tuple[str, ...] | None = None
    answered_at: int | None = None
    extended_at: int | None = None
    proofs: Mapping[str, Any] | None = None

    @property
    def organisations(self) -> tuple[str, ...]:
        """Ids of the organisations on the roll, in its order."""
        return tuple(entry.organisation for entry in self.roll)

    @property
    def close_after_all_us(self) -> int | None:
        """µs between the last missing answer and the close; None if it closes at its deadline only."""
        if self.terms is not None:
            return self.terms.close_after_all_us
        return 0 if self.close_when_all_answered else None

    @property
    def closes_answered_at(self) -> int | None:
        """When it closes because all have answered (µs UTC); None if it does not, or not yet."""
        wait = self.close_after_all_us
        return None if self.answered_at is None or wait is None else self.answered_at + wait

    def is_accepting(self, *, now: int) -> bool:
        """Return whether it accepts endorsements at `now`: open, and before its deadline even if not closed yet."""
        return self.state == OPEN and now < self.closes_at


def roll_json(roll: Sequence[RollEntry]) -> list[dict[str, object]]:
    """Encode the roll as JSON values, in its order."""
    return [{"organisation": entry.organisation, "names": dict(entry.names)} for entry in roll]


def roll_sha256(roll: Sequence[RollEntry]) -> str:
    """Return the digest of the roll (DESIGN §3.1)."""
    return digest(ROLL_DOMAIN, roll_json(roll))


def check_round_open(round_: Round, *, now: int) -> None:
    """Raise Conflict `round_closed` if the round no longer accepts endorsements."""
    if not round_.is_accepting(now=now):
        raise Conflict(
            "round_closed",
            N_("This round is closed. Nothing was changed."),
            extra={"state": round_.state, "closes_at": round_.closes_at},
        )


def check_closing_time(*, now: int, closes_at: int) -> None:
    """Check that a round lasts between a minute and a year. Raises InvalidInput `bad_deadline`."""
    if not now + MIN_DURATION <= closes_at <= now + MAX_DURATION:
        raise InvalidInput("bad_deadline", N_("Choose a closing date in the next 12 months."))


def approvals_needed_to_close(secretariat_size: int) -> int:
    """Return how many members of the secretariat must agree to close a round early or cancel it."""
    return min(2, max(1, secretariat_size))
