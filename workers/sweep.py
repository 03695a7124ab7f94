"""The timetable's one task: bells nobody heard, rounds whose deadline is near or has passed, notices that go by mail,
answers kept long enough.

What breaks in one of them is written to the log and stops none of the others.
"""

import logging

from service.actions import notifications
from service.actions.endorsement import rounds
from service.jobs import SWEEP
from service.store import idempotency as idempotency_store
from service.store import jobs as jobs_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import notices as notices_store
from workers.app import celery
from workers.task import Tools, tools

log = logging.getLogger(__name__)


@celery.task(name=SWEEP)  # type: ignore[untyped-decorator]
def sweep(_: str = "") -> None:
    """Go over everything once: bells first, so that nothing that breaks after them keeps the house from working."""
    own = tools()
    ring_again(own)
    close_rounds(own)
    remind(own)
    gather_mails(own)
    with own.database.write(own.bell) as tx:
        idempotency_store.forget(tx)


def close_rounds(own: Tools) -> None:
    """Write down the closing of every round past its deadline, each in a transaction of its own."""
    with own.database.read() as tx:
        due = rounds_store.past_deadline(tx, now=tx.now)
    for round_id in due:
        try:
            _close(own, round_id)
        except Exception:
            log.exception("round %s could not be closed by its deadline", round_id)


def _close(own: Tools, round_id: str) -> None:
    with own.database.write(own.bell) as tx:
        if rounds.close_if_due(tx, round_id=round_id):
            log.info("round %s closed by its deadline", round_id)


def remind(own: Tools) -> None:
    """Remind those who have not answered of every round that ends soon."""
    with own.database.read() as tx:
        near = notifications.to_remind(tx)
    for round_id in near:
        try:
            with own.database.write(own.bell) as tx:
                notifications.remind(tx, round_id=round_id)
        except Exception:
            log.exception("nobody could be reminded of round %s", round_id)


def gather_mails(own: Tools) -> None:
    """One mail a person of the notices that waited long enough, and of those that came meanwhile."""
    with own.database.read() as tx:
        readers = notices_store.awaited(tx, now=tx.now)
    for person in readers:
        try:
            with own.database.write(own.bell) as tx:
                notifications.gather(tx, person=person)
        except Exception:
            log.exception("the notices of %s could not be gathered", person)


def ring_again(own: Tools) -> None:
    """Ring for jobs that wait or whose holder's lease ran out."""
    with own.database.read() as tx:
        waiting = bool(jobs_store.counts(tx).keys() & {"queued", "running"})
    if not waiting:
        return
    with own.database.write(own.bell) as tx:
        for job in jobs_store.due(tx):
            tx.ring(job)
