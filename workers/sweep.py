"""The timetable's one task: bells nobody heard, rounds whose deadline has passed, answers kept long enough.

What breaks in one of them is written to the log and stops none of the others.
"""

import logging

from service.actions import rounds as closing
from service.jobs import SWEEP
from service.store import idempotency, jobs, rounds
from workers.app import celery
from workers.task import Tools, tools

log = logging.getLogger(__name__)


@celery.task(name=SWEEP)  # type: ignore[untyped-decorator]
def sweep(_: str = "") -> None:
    """Go over everything once: bells first, so that nothing that breaks after them keeps the house from working."""
    own = tools()
    ring_again(own)
    close_rounds(own)
    with own.database.write(own.bell) as tx:
        idempotency.forget(tx)


def close_rounds(own: Tools) -> None:
    """Write down the closing of every round past its deadline, each in a transaction of its own."""
    with own.database.read() as tx:
        due = rounds.past_deadline(tx, now=tx.now)
    for round_id in due:
        try:
            _close(own, round_id)
        except Exception:
            log.exception("round %s could not be closed by its deadline", round_id)


def _close(own: Tools, round_id: str) -> None:
    with own.database.write(own.bell) as tx:
        if closing.close_if_due(tx, round_id=round_id):
            log.info("round %s closed by its deadline", round_id)


def ring_again(own: Tools) -> None:
    """Ring for jobs that wait or whose holder's lease ran out."""
    with own.database.read() as tx:
        waiting = bool(jobs.counts(tx).keys() & {"queued", "running"})
    if not waiting:
        return
    with own.database.write(own.bell) as tx:
        for job in jobs.due(tx):
            tx.ring(job)
