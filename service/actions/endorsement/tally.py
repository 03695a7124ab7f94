"""The tally of a round: its acts, in order, and its outcome at a moment."""

from collections.abc import Iterator, Sequence

from service.domain.endorsement.acts import Act, EndorsementEvent
from service.domain.endorsement.dispute import ANSWER, WITHDRAWAL, DisputeStatus
from service.domain.endorsement.endorsement import Endorsement
from service.domain.endorsement.round import Round
from service.domain.endorsement.rules import Outcome, evaluate, rule_from_json
from service.store.db import Tx
from service.store.endorsement import disputes as disputes_store
from service.store.endorsement import endorsements as endorsements_store


def tally(tx: Tx, round_: Round, *, at: int | None = None) -> Outcome:
    """Return the outcome of the round if it closed at `at` (µs UTC), by default now or when it did."""
    moment = round_.closed_at or tx.now if at is None else at
    return evaluate(rule_from_json(round_.rule), round_.organisations, list_events(tx, round_.id), at=moment)


def list_events(tx: Tx, round_id: str) -> list[EndorsementEvent]:
    """Return the acts of a round, in one order for each organisation: answers, withdrawals, disputes, settlements."""
    disputes = disputes_store.list_by_round(tx, round_id)
    acts = [
        (one, at, act)
        for one in endorsements_store.list_by_round(tx, round_id)
        for at, act in _acts_about(one, [status for status in disputes if status.dispute.endorsement == one.id])
    ]
    return [
        EndorsementEvent(one.organisation, one.position, at, seq, act)
        for seq, (one, at, act) in enumerate(acts, start=1)
    ]


def _acts_about(one: Endorsement, disputes: Sequence[DisputeStatus]) -> Iterator[tuple[int, Act]]:
    """Yield (at, act) of an answer and of everything that concerns it until the next answer."""
    yield one.cast_at, "answer"
    yield from _disputing(disputes, ANSWER)
    if one.state == "withdrawn" and one.ended_at is not None:
        yield one.ended_at, "withdrawal"
        yield from _disputing(disputes, WITHDRAWAL)


def _disputing(disputes: Sequence[DisputeStatus], subject: str) -> Iterator[tuple[int, Act]]:
    """Yield disputes of the answer or its withdrawal, then their settlements; the order among them does not matter."""
    concerned = [status for status in disputes if status.dispute.subject == subject]
    for status in concerned:
        yield status.dispute.at, "dispute"
    for status in concerned:
        if status.settled_by:
            yield status.settled_by.at, "settlement"
