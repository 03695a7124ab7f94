"""Sending out an urgent statement: requested, its proofs are made, its round opens; or it ends without a round."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from service.domain.endorsement.terms import RoundOptions
from service.domain.errors import N_, InvalidInput

REQUESTED, PROVING, OPENED, FAILED, CANCELLED = "requested", "proving", "opened", "failed", "cancelled"

UNDER_WAY = frozenset({REQUESTED, PROVING})
"""States in which the texts are frozen and the round may still open."""

PROVING_TIME = 10 * 60 * 1_000_000
"""µs after the request when a sending without whole proofs ends."""

HOUR = 60 * 60 * 1_000_000
"""µs."""
MIN_HOURS, MAX_HOURS = 1, 7 * 24
"""Hours a round of an urgent statement may last."""


@dataclass(frozen=True, slots=True)
class SendingOptions:
    """What the requester chose. The round is open for `hours` from its opening.

    `rev` is the revision of the document when it was frozen. `without_codes` confirms that codes may not arrive.
    """

    hours: int
    at_least: int
    without_codes: bool
    round: RoundOptions
    rev: int = 0

    @property
    def rule(self) -> dict[str, object]:
        """Return the rule of the round, as JSON."""
        return {"v": 1, "kind": "sign_on", "at_least": self.at_least}

    def to_json(self) -> dict[str, object]:
        """Encode as JSON values."""
        return {"v": 1, **asdict(self)}


@dataclass(frozen=True, slots=True)
class UrgentSending:
    """An urgent statement that is sent out. Times in µs UTC.

    `failure` is {v, code, message, params} once failed: a message id and what fills it; with the `proof` that failed,
    if one did: {lang, format, failure}.
    """

    id: str
    seq: int
    document: str
    version: str
    requested_by: str
    requested_at: int
    options: SendingOptions
    state: str
    round: str | None
    failure: Mapping[str, Any] | None
    ended_by: str | None
    ended_at: int | None

    @property
    def is_under_way(self) -> bool:
        """Return whether the texts are frozen for it."""
        return self.state in UNDER_WAY

    @property
    def gives_up_at(self) -> int:
        """Return when it ends without a round (µs UTC)."""
        return self.requested_at + PROVING_TIME


def options_from_json(stored: Mapping[str, Any]) -> SendingOptions:
    """Decode what `SendingOptions.to_json` encoded."""
    values = {name: value for name, value in stored.items() if name not in ("v", "round")}
    return SendingOptions(**values, round=RoundOptions(**stored["round"]))


def check_hours(hours: int) -> None:
    """Check the duration of the round. Raises InvalidInput `hours_out_of_range`."""
    if not MIN_HOURS <= hours <= MAX_HOURS:
        raise InvalidInput(
            "hours_out_of_range",
            N_("Choose a deadline between {least} and {most} hours."),
            field="hours",
            least=MIN_HOURS,
            most=MAX_HOURS,
        )
