"""An organisation's endorsement in a round, and the limits of confirmation codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.endorsement.rules import ENDORSE_WITH_RESERVATION, POSITIONS
from service.domain.errors import N_, InvalidInput, TooLarge
from service.domain.membership.people import Names
from service.domain.trust import canonical_json

MAX_RESERVATION_LENGTH = 2000
"""Code points of a reservation in one language."""

CODE_DIGITS = 8
CODE_LIFETIME = 10 * 60 * 1_000_000
"""µs for which a code is valid."""

MAX_CODE_ATTEMPTS = 5
"""Wrong codes after which a code is void."""

COLLEAGUE, MAIL = "colleague", "mail"
"""Proofs of the signatory's person besides `password` and `totp`.

Another person of the organisation confirmed, or there was nothing but a code sent to their mailbox.
"""

APPROVAL_LIFETIME = 24 * 3600 * 1_000_000
"""µs for which another person's confirmation of an answer stands, also for a new code for the same answer."""

HOUR = 3600 * 1_000_000
MAX_CODES_PER_HOUR = 12
MAX_ATTEMPTS_PER_HOUR = 15
"""Codes a person may request, and wrong codes they may enter, per hour."""


@dataclass(frozen=True, slots=True)
class Endorsement:
    """An organisation's position in a round. Times in µs UTC.

    `statement` is the exact bytes agreed to; `reservation` is the text by language, empty for none; `state` is cast,
    replaced or withdrawn. `proof` is how the person was proved when casting, `marks` what must be shown of the mandate
    or the address.
    """

    id: str
    seq: int
    round: str
    organisation: str
    person: str
    mandate: str
    position: str
    reservation: Names
    state: str
    statement: bytes
    statement_sha256: str
    sentence: str
    assurance: str
    cast_at: int
    ended_at: int | None
    ended_statement: bytes | None
    proof: str = ""
    marks: Sequence[str] = ()


def check_position(position: str, reservation: Mapping[str, str]) -> None:
    """Check that a reservation is given exactly with ENDORSE_WITH_RESERVATION.

    Raises InvalidInput `unknown_position`, `reservation_mismatch`, TooLarge `reservation_too_long`.
    """
    if position not in POSITIONS:
        raise InvalidInput("unknown_position", N_("There is no position “{position}”."), position=position)
    if (position == ENDORSE_WITH_RESERVATION) != bool(reservation):
        raise InvalidInput(
            "reservation_mismatch",
            N_("If you endorse with a reservation, write the reservation. No other answer has one."),
        )
    too_long = next((lang for lang, text in reservation.items() if len(text) > MAX_RESERVATION_LENGTH), None)
    if too_long is not None:
        raise TooLarge(
            "reservation_too_long",
            N_("A reservation can have up to {limit} characters."),
            field=f"reservation.{too_long}",
            limit=MAX_RESERVATION_LENGTH,
        )


def reservation_text(reservation: Mapping[str, str]) -> str:
    """Return the reservation as canonical JSON, whose digest the statement binds; "" for none."""
    return canonical_json.encode(dict(reservation)).decode() if reservation else ""
