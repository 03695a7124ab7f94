"""What may be named of the answers in a round: in public, and to a member of the coalition."""

from service.domain.endorsement.round import OPEN, Round
from service.domain.endorsement.rules import ENDORSE, ENDORSE_WITH_RESERVATION
from service.domain.endorsement.terms import NAMED, OWN, RoundTerms

SILENT = "silent"
"""The position of an organisation that has not answered."""

ENDORSING = (ENDORSE, ENDORSE_WITH_RESERVATION)
"""Positions that are always named in public."""


def is_named_in_public(terms: RoundTerms | None, *, position: str) -> bool:
    """Return whether an organisation with this position (SILENT for none) is named in public.

    Rounds of format 1 have no `terms` and name every organisation.
    """
    return terms is None or terms.named_in_public == NAMED or position in ENDORSING


def hides_answers(round_: Round) -> bool:
    """Return whether answers are hidden from other organisations now: while the round is open, if its terms say so."""
    return round_.state == OPEN and round_.terms is not None and round_.terms.visible_while_open == OWN


def may_see_answer(round_: Round, *, organisation: str, reader: str | None, oversees: bool) -> bool:
    """Return whether a member of the coalition may see the answer of `organisation` in this round now.

    `reader` is the reader's organisation; `oversees`: they are of the secretariat or an auditor.
    """
    return not hides_answers(round_) or oversees or organisation == reader
