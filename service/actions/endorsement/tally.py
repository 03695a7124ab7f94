"""The tally of a round: its acts, in order, and its outcome at a moment."""

from service.domain.endorsement.round import Round
from service.domain.endorsement.rules import EndorsementEvent, Outcome, evaluate, rule_from_json
from service.store.db import Tx
from service.store.endorsement import endorsements as endorsements_store


def tally(tx: Tx, round_: Round, *, at: int | None = None) -> Outcome:
    """Return the outcome of the round if it closed at `at` (µs UTC), by default now or when it did."""
    moment = round_.closed_at or tx.now if at is None else at
    return evaluate(rule_from_json(round_.rule), round_.organisations, list_events(tx, round_.id), at=moment)


def list_events(tx: Tx, round_id: str) -> list[EndorsementEvent]:
    """Return the acts of a round."""
    events = []
    for one in endorsements_store.list_by_round(tx, round_id):
        events.append(EndorsementEvent(one.organisation, one.position, one.cast_at, 2 * one.seq))
        if one.state == "withdrawn" and one.ended_at is not None:
            events.append(
                EndorsementEvent(one.organisation, one.position, one.ended_at, 2 * one.seq + 1, withdrawn=True)
            )
    return events
