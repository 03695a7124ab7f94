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
from workers.task import WorkerContext, worker_context

log = logging.getLogger(__name__)


@celery.task(name=SWEEP)  # type: ignore[untyped-decorator]
def sweep(_: str = "") -> None:
    """Go over everything once: bells first, so that nothing that breaks after them keeps the house from working."""
    context = worker_context()
    redispatch_jobs(context)
    close_due_rounds(context)
    send_reminders(context)
    queue_notice_mails(context)
    with context.database.write(context.dispatcher) as tx:
        idempotency_store.delete_expired(tx)


def close_due_rounds(context: WorkerContext) -> None:
    """Write down the closing of every round past its deadline, each in a transaction of its own."""
    with context.database.read() as tx:
        due = rounds_store.list_overdue(tx, now=tx.now)
    for round_id in due:
        try:
            _close_round(context, round_id)
        except Exception:
            log.exception("round %s could not be closed by its deadline", round_id)


def _close_round(context: WorkerContext, round_id: str) -> None:
    with context.database.write(context.dispatcher) as tx:
        if rounds.close_if_due(tx, round_id=round_id):
            log.info("round %s closed by its deadline", round_id)


def send_reminders(context: WorkerContext) -> None:
    """Remind those who have not answered of every round that ends soon."""
    with context.database.read() as tx:
        ending_soon = notifications.list_due_reminders(tx)
    for round_id in ending_soon:
        try:
            with context.database.write(context.dispatcher) as tx:
                notifications.send_reminder(tx, round_id=round_id)
        except Exception:
            log.exception("nobody could be reminded of round %s", round_id)


def queue_notice_mails(context: WorkerContext) -> None:
    """One mail a person of the notices that waited long enough, and of those that came meanwhile."""
    with context.database.read() as tx:
        recipients = notices_store.list_persons_due_email(tx, now=tx.now)
    for person in recipients:
        try:
            with context.database.write(context.dispatcher) as tx:
                notifications.send_digest(tx, person=person)
        except Exception:
            log.exception("the notices of %s could not be gathered", person)


def redispatch_jobs(context: WorkerContext) -> None:
    """Ring for jobs that wait or whose holder's lease ran out."""
    with context.database.read() as tx:
        has_unfinished = bool(jobs_store.count_by_state(tx).keys() & {"queued", "running"})
    if not has_unfinished:
        return
    with context.database.write(context.dispatcher) as tx:
        for job in jobs_store.reschedule_overdue(tx):
            tx.dispatch(job)
