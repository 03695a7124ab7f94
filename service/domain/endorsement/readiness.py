"""Whether a text is ready to be signed: who can sign it, and words of a starter text that were not replaced."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from service.domain.errors import N_, Conflict
from service.domain.membership.people import Mandate

CAN_SIGN = "can_sign"
STARTS_LATER = "starts_later"
UNCONFIRMED = "unconfirmed"
NO_MANDATE = "no_mandate"
NO_SIGNATORY = "no_signatory"
NO_PEOPLE = "no_people"
"""States of an organisation, from ready to farthest from it.

STARTS_LATER: its only mandate starts later. UNCONFIRMED: a mandate waits for the secretariat. NO_MANDATE: it has a
signatory without a mandate. NO_SIGNATORY: none of its people is a signatory. NO_PEOPLE: nobody has joined.
"""

ELLIPSIS = "…"
QUESTION_MARKS = ("?", "؟")


@dataclass(frozen=True, slots=True)
class OrganisationReadiness:
    """Whether somebody can sign for an organisation; `state` is one of the states above."""

    organisation: str
    state: str


def organisation_state(
    *, people: Collection[str], signatories: Collection[str], mandates: Iterable[Mandate], now: int
) -> str:
    """Return the state of an organisation from its active people, its signatories and its mandates; `now` in µs UTC."""
    held = [one for one in mandates if one.person in signatories and not _is_over(one, now=now)]
    if any(one.is_live(now=now) for one in held):
        return CAN_SIGN
    if any(one.state == "confirmed" for one in held):
        return STARTS_LATER
    if any(one.state == "granted" for one in held):
        return UNCONFIRMED
    if signatories:
        return NO_MANDATE
    return NO_SIGNATORY if people else NO_PEOPLE


def check_somebody_can_sign(states: Iterable[str]) -> None:
    """Check that somebody can sign for at least one organisation now or later. Raises Conflict `nobody_can_sign`."""
    if not {CAN_SIGN, STARTS_LATER} & set(states):
        raise Conflict(
            "nobody_can_sign",
            N_(
                "No organisation has a person who can sign, so nobody could answer this round. The focal point of an "
                "organisation grants a mandate to its signatory, and the secretariat confirms it."
            ),
        )


def unfinished_lines(text: str, *, starter: str) -> Sequence[str]:
    """Return the lines of `text` that still wait to be written, in order, each once.

    Those are the lines of the `starter` text that ask a question or leave a gap (`…`), and other lines with a gap
    between two words.
    """
    asked = {line.strip() for line in starter.splitlines() if _asks(line)}
    lines = (line.strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line in asked or f" {ELLIPSIS} " in f"{line} "))


def _asks(line: str) -> bool:
    return ELLIPSIS in line or any(mark in line for mark in QUESTION_MARKS)


def _is_over(mandate: Mandate, *, now: int) -> bool:
    return mandate.state == "revoked" or (mandate.expires_at is not None and mandate.expires_at <= now)
