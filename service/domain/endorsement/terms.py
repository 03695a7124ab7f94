"""The terms of a round (format 2): everything that is printed or decided beside the text, frozen when the round opens.

Rounds of format 1, opened by release 0.1, have none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.domain.trust.canonical_json import digest

ROUND_DOMAIN = "mithaq.round.v1"

ALL, OWN = "all", "own"
"""Values of `visible_while_open`: answers are visible to everyone who sees the round, or to their organisation only."""

COUNTED, NAMED = "counted", "named"
"""Values of `named_in_public`: organisations that decline or abstain are counted in public, or named."""

PASSWORD_OR_MORE, MAIL_ENOUGH = "person", "mail"
"""Values of `proof`: a mailbox alone does not sign, or it does."""


@dataclass(frozen=True, slots=True)
class RoundTerms:
    """The terms of a round. Times and durations in µs.

    `front` is the document's (place, addressees); `date` an ISO date or "approval"; `letterhead` the coalition's names,
    about, place, press, digits, zone and logo_sha256. A round whose organisations have all answered closes
    `close_after_all_us` later, None: at its deadline only. `confirmations` is the coalition's setting for mandates,
    `endings_needed` how many of the secretariat end the round early.
    """

    front: Mapping[str, Any]
    letterhead: Mapping[str, Any]
    date: str
    closes_at: int
    close_after_all_us: int | None
    visible_while_open: str
    named_in_public: str
    proof: str
    confirmations: int
    endings_needed: int
    format: int
    wording: int

    def to_json(self) -> dict[str, object]:
        """Encode as JSON values."""
        return {
            "front": dict(self.front),
            "letterhead": dict(self.letterhead),
            "date": self.date,
            "closes_at": self.closes_at,
            "close_after_all_us": self.close_after_all_us,
            "visible_while_open": self.visible_while_open,
            "named_in_public": self.named_in_public,
            "proof": self.proof,
            "confirmations": self.confirmations,
            "endings_needed": self.endings_needed,
            "format": self.format,
            "wording": self.wording,
        }


def terms_from_json(encoded: Mapping[str, Any]) -> RoundTerms:
    """Decode what `to_json` encoded."""
    return RoundTerms(**{name: value for name, value in encoded.items() if name != "v"})


def round_sha256(terms: RoundTerms, *, version_sha256: str, rule_sha256: str, roll_sha256: str) -> str:
    """Return the digest that binds the whole round (trust-rules §5)."""
    digests = {"version_sha256": version_sha256, "rule_sha256": rule_sha256, "roll_sha256": roll_sha256}
    return digest(ROUND_DOMAIN, {**digests, **terms.to_json()})
