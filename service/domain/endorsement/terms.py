"""The terms of a round (format 2): everything that is printed or decided beside the text, frozen when the round opens.

Rounds of format 1, opened by release 0.1, have none.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.domain.errors import N_, InvalidInput
from service.domain.trust.canonical_json import digest

FORMAT, WORDING = 2, 2
"""Format of the statements and seal, and wording of the sentences, of rounds that open now."""

ROUND_DOMAIN = "mithaq.round.v1"

ALL, OWN = "all", "own"
"""Values of `visible_while_open`: answers are visible to everyone who sees the round, or to their organisation only."""

COUNTED, NAMED = "counted", "named"
"""Values of `named_in_public`: organisations that decline or abstain are counted in public, or named."""

PASSWORD_OR_MORE, MAIL_ENOUGH = "person", "mail"
"""Values of `proof`: a mailbox alone does not sign, or it does."""

APPROVAL = "approval"
"""The `date` of a text that is dated on the day of its approval."""

MINUTE = 60 * 1_000_000
"""µs."""
MAX_CLOSE_AFTER_ALL = 60 * MINUTE
"""µs a round may stay open after the last answer."""


@dataclass(frozen=True, slots=True)
class RoundOptions:
    """The choices of the person who opens a round, beside its rule and deadline; the values are those of RoundTerms.

    `close_after_all_us` has no effect in a round that closes at its deadline only.
    """

    date: str = APPROVAL
    close_after_all_us: int = 10 * MINUTE
    visible_while_open: str = ALL
    named_in_public: str = COUNTED
    proof: str = PASSWORD_OR_MORE


DEFAULT_OPTIONS = RoundOptions()


@dataclass(frozen=True, slots=True)
class RoundTerms:
    """The terms of a round. Times and durations in µs.

    `front` is the document's (place, addressees); `date` an ISO date or "approval"; `letterhead` the coalition's names,
    about, place, press, digits, zone and logo_sha256. A round whose organisations have all answered closes
    `close_after_all_us` later, None: at its deadline only. `confirmations` is the coalition's setting for mandates,
    `endings_needed` how many of the secretariat end the round early. `salt` (32 bytes in hexadecimal) keeps the digest
    from confirming a guess of the roll; a public seal omits it. `without_proof` is there if the round opened although
    not every file was whole: the reason, and the files.
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
    salt: str
    without_proof: Mapping[str, Any] | None = None

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
            "salt": self.salt,
            **({"without_proof": dict(self.without_proof)} if self.without_proof is not None else {}),
        }


def terms_from_json(encoded: Mapping[str, Any]) -> RoundTerms:
    """Decode what `to_json` encoded."""
    return RoundTerms(**{name: value for name, value in encoded.items() if name != "v"})


def round_sha256(terms: RoundTerms, *, version_sha256: str, rule_sha256: str, roll_sha256: str) -> str:
    """Return the digest that binds the whole round (trust-rules §5)."""
    digests = {"version_sha256": version_sha256, "rule_sha256": rule_sha256, "roll_sha256": roll_sha256}
    return digest(ROUND_DOMAIN, {**digests, **terms.to_json()})


def check_options(options: RoundOptions) -> None:
    """Check the options of a round. Raises InvalidInput `bad_round_option`, `date_malformed`."""
    choices = {
        "visible_while_open": (ALL, OWN),
        "named_in_public": (COUNTED, NAMED),
        "proof": (PASSWORD_OR_MORE, MAIL_ENOUGH),
    }
    for name, values in choices.items():
        if getattr(options, name) not in values:
            raise _bad_option(name)
    if not 0 <= options.close_after_all_us <= MAX_CLOSE_AFTER_ALL:
        raise InvalidInput(
            "bad_round_option",
            N_("Choose up to {most} minutes."),
            field="close_after_all_minutes",
            most=MAX_CLOSE_AFTER_ALL // MINUTE,
        )
    if options.date != APPROVAL:
        _check_date(options.date)


def _check_date(date: str) -> None:
    try:
        valid = dt.date.fromisoformat(date).isoformat() == date
    except ValueError:
        valid = False
    if not valid:
        raise InvalidInput("date_malformed", N_("“{date}” is not a date."), field="dated_on", date=date)


def _bad_option(name: str) -> InvalidInput:
    return InvalidInput("bad_round_option", N_("Choose one of the options."), field=name)
