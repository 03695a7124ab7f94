"""The acts of a round, and where each organisation stands after them. Pure: the offline verifier runs the same code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from service.domain.errors import N_, InvalidInput

ENDORSE, ENDORSE_WITH_RESERVATION, ABSTAIN, DECLINE = "endorse", "endorse_with_reservation", "abstain", "decline"
POSITIONS = (ENDORSE, ENDORSE_WITH_RESERVATION, ABSTAIN, DECLINE)

Act = Literal["answer", "withdrawal", "dispute", "settlement"]


@dataclass(frozen=True, slots=True)
class EndorsementEvent:
    """An act of an organisation in a round. `at` in µs UTC; `seq` orders all acts of the round.

    `position` is that of the answer concerned. A dispute or settlement concerns the last answer or withdrawal before
    it; several disputes of one answer are settled one by one.
    """

    organisation: str
    position: str
    at: int
    seq: int
    act: Act = "answer"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an organisation stands: its last position, whether it was withdrawn, and how many disputes are open."""

    position: str
    withdrawn: bool = False
    disputes: int = 0

    @property
    def counts(self) -> bool:
        """Whether the organisation has answered: neither withdrawn nor disputed."""
        return not self.withdrawn and not self.disputes


def final_stands(roll: Sequence[str], events: Iterable[EndorsementEvent], *, at: int) -> dict[str, Stand]:
    """Return where each organisation that ever answered stands at `at` (µs UTC).

    Raises InvalidInput `act_off_roll`, `acts_collide` (two acts with the same seq), `unknown_position`.
    """
    ordered = sorted(events, key=lambda act: act.seq)
    if any(one.seq == other.seq for one, other in pairwise(ordered)):
        raise InvalidInput("acts_collide", N_("Two acts in this round have the same place."))
    stands: dict[str, Stand] = {}
    for event in ordered:
        _check_event(event, roll)
        if event.at <= at:
            _apply(stands, event)
    return stands


def _apply(stands: dict[str, Stand], event: EndorsementEvent) -> None:
    before = stands.get(event.organisation)
    if event.act == "answer":
        stands[event.organisation] = Stand(event.position)
    elif before is None:
        return
    elif event.act == "withdrawal":
        stands[event.organisation] = Stand(before.position, withdrawn=True)
    else:
        change = 1 if event.act == "dispute" else -1
        disputes = max(0, before.disputes + change)
        stands[event.organisation] = Stand(before.position, before.withdrawn, disputes)


def _check_event(event: EndorsementEvent, roll: Sequence[str]) -> None:
    if event.organisation not in roll:
        raise InvalidInput("act_off_roll", N_("An organisation that is not in the list for this round cannot answer."))
    if event.position not in POSITIONS:
        raise InvalidInput("unknown_position", N_("There is no position “{position}”."), position=event.position)
