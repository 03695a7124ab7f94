"""The periodic task `sweep.all`.

It dispatches lost jobs, closes overdue rounds, opens those of urgent statements, sends reminders, carries out acts of
the secretariat that waited, queues notice emails, deletes old proofs, brings the search index up to date, and deletes
proofs of reservations and expired idempotency keys; in a paused instance only the first and the last two. An error in
one item is logged and does not stop the others.
"""

import logging
from collections.abc import Callable, Iterable

from service.actions import notifications
from service.actions.documents import search
from service.actions.endorsement import closing, endings, urgent_sending
from service.actions.membership import address_changes, approval_decisions
from service.actions.proofs import rendering
from service.actions.publication import draft_files
from service.domain.errors import DomainError
from service.files import FilesUnreachable
from service.jobs import SWEEP
from service.store import idempotency as idempotency_store
from service.store import jobs as jobs_store
from service.store.db import DatabaseUnavailable, Tx
from service.store.endorsement import reservation_proofs as reservation_proofs_store
from service.store.membership import organisations as organisations_store
from service.store.publication import draft_files as draft_files_store
from service.store.publication import notices as notices_store
from service.store.publication import proofs as proofs_store
from workers.app import celery
from workers.task import WorkerContext, worker_context

log = logging.getLogger(__name__)


@celery.task(name=SWEEP)  # type: ignore[untyped-decorator]
def sweep(_: str = "") -> None:
    """Run every step once; if the database is away, which the log says, the next sweep comes soon."""
    try:
        run_steps(worker_context())
    except DatabaseUnavailable:
        return


def run_steps(context: WorkerContext) -> None:
    """Run every step. Jobs come first, so that no later error keeps the instance from working."""
    redispatch_jobs(context)
    if not is_paused(context):
        close_due_rounds(context)
        carry_on_sendings(context)
        send_reminders(context)
        carry_out_approvals(context)
        queue_notice_mails(context)
        delete_old_proofs(context)
        delete_draft_files(context)
    index_texts(context)
    with context.database.write(context.dispatcher) as tx:
        idempotency_store.delete_expired(tx)
        reservation_proofs_store.delete_old(tx)


def is_paused(context: WorkerContext) -> bool:
    """Return whether the instance was restored and not declared live: nothing happens by itself then."""
    with context.database.read() as tx:
        return organisations_store.is_paused(tx)


def _for_each(
    context: WorkerContext, items: Iterable[str], perform: Callable[[Tx, str], object], *, failed: str
) -> None:
    """Call `perform` for each item in a transaction of its own; `failed`, with %s for the item, is logged on error."""
    for item in items:
        try:
            with context.database.write(context.dispatcher) as tx:
                perform(tx, item)
        except Exception:
            log.exception(failed, item)


def close_due_rounds(context: WorkerContext) -> None:
    """Close every round past its deadline, fully answered, or due to end early, each in its own transaction."""
    with context.database.read() as tx:
        due, ending = closing.list_due(tx), endings.list_due(tx)
    _for_each(context, [*due, *ending], _close_round, failed="round %s could not be closed when it was due")


def _close_round(tx: Tx, round_id: str) -> None:
    if closing.close_if_due(tx, round_id=round_id) or endings.end_if_due(tx, round_id=round_id):
        log.info("round %s closed when it was due", round_id)


def carry_on_sendings(context: WorkerContext) -> None:
    """Open or end the rounds of urgent statements whose workers were lost, or whose time is over."""
    with context.database.read() as tx:
        due = urgent_sending.list_due(tx)
    _for_each(context, due, _carry_on_sending, failed="the urgent statement %s could not be sent out")


def _carry_on_sending(tx: Tx, document_id: str) -> None:
    urgent_sending.carry_on(tx, document_id=document_id)


def send_reminders(context: WorkerContext) -> None:
    """Remind the organisations that have not responded to a round that closes soon."""
    with context.database.read() as tx:
        ending_soon = notifications.list_due_reminders(tx)
    _for_each(context, ending_soon, _send_reminder, failed="reminders of round %s could not be sent")


def _send_reminder(tx: Tx, round_id: str) -> None:
    notifications.send_reminder(tx, round_id=round_id)


def carry_out_approvals(context: WorkerContext) -> None:
    """Carry out the acts of the secretariat whose waiting time is over; end those that have become impossible."""
    with context.database.read() as tx:
        due = approval_decisions.list_due(tx)
    for request in due:
        try:
            with context.database.write(context.dispatcher) as tx:
                approval_decisions.carry_out_due(tx, request=request)
        except DomainError as error:
            log.warning("request %s cannot be carried out: %s", request, error.code)
            with context.database.write(context.dispatcher) as tx:
                approval_decisions.give_up(tx, request=request)
        except Exception:
            log.exception("request %s could not be carried out", request)
    with context.database.read() as tx:
        changes = address_changes.list_due(tx)
    _for_each(context, changes, _change_address, failed="address change %s could not be carried out")
    with context.database.write(context.dispatcher) as tx:
        approval_decisions.delete_old_contacts(tx)


def _change_address(tx: Tx, change: str) -> None:
    address_changes.carry_out_due(tx, change=change)


def queue_notice_mails(context: WorkerContext) -> None:
    """Queue one digest email per person with a notice past its email delay, covering all notices not yet emailed."""
    with context.database.read() as tx:
        recipients = notices_store.list_persons_due_email(tx, now=tx.now)
    _for_each(context, recipients, _send_digest, failed="the notice email of person %s could not be queued")


def _send_digest(tx: Tx, person: str) -> None:
    notifications.send_digest(tx, person=person)


def delete_old_proofs(context: WorkerContext) -> None:
    """Delete proofs that were superseded long ago, and their files."""
    _delete_old_files(context, has_old=proofs_store.has_old, delete_rows=rendering.delete_superseded)


def delete_draft_files(context: WorkerContext) -> None:
    """Delete the files of drafts that are older than a week."""
    _delete_old_files(context, has_old=draft_files_store.has_old, delete_rows=draft_files.delete_old)


def _delete_old_files(
    context: WorkerContext, *, has_old: Callable[[Tx], bool], delete_rows: Callable[[Tx], Iterable[str]]
) -> None:
    """Delete old rows, and the bytes whose digests `delete_rows` returns; bytes that cannot be deleted stay."""
    with context.database.read() as tx:
        if not has_old(tx):
            return
    with context.database.write(context.dispatcher) as tx:
        unnamed = delete_rows(tx)
    for sha256 in unnamed:
        try:
            context.files.delete(sha256)
        except (OSError, FilesUnreachable) as error:
            log.warning("the bytes of an old file could not be deleted: %s", error)


def index_texts(context: WorkerContext) -> None:
    """Bring the search index up to date. Each text is read outside of the write transaction."""
    with context.database.read() as tx:
        outdated = search.list_outdated(tx)
    for one in outdated:
        try:
            with context.database.read() as tx:
                entry = search.prepare(tx, one)
            with context.database.write(context.dispatcher) as tx:
                search.store(tx, entry)
        except Exception:
            log.exception("a text of document %s could not be indexed", one.document)


def redispatch_jobs(context: WorkerContext) -> None:
    """Dispatch queued jobs and jobs whose lease has expired again."""
    with context.database.read() as tx:
        has_unfinished = bool(jobs_store.count_by_state(tx).keys() & {"queued", "running"})
    if not has_unfinished:
        return
    with context.database.write(context.dispatcher) as tx:
        for job in jobs_store.reschedule_overdue(tx):
            tx.dispatch(job)
