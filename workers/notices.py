"""The task `notices.mail`: deliver emails by SMTP; a sample instance only shows them in the app.

Without an SMTP server, and in a paused instance, emails wait as jobs for as long as it takes; a server that does not
respond is retried for five days, but not with a code that has expired. The body is deleted once the email is sent or
has failed. The link of an invitation and a code are filled in only at delivery, and an email whose link is no longer
valid is discarded.
"""

import datetime as dt
import logging
from email.message import EmailMessage

from service.actions import outgoing_mail
from service.actions.accounts import code_mail
from service.actions.outgoing_mail import OutgoingEmail
from service.jobs import DELIVER_EMAIL
from service.logs.back_off import Outage
from service.mail import smtp
from service.mail.errors import EmailNotSent
from service.mail.failures import ABOUT_ONE_EMAIL
from service.mail.message import Envelope, compose, sender_address
from service.store.membership import organisations as organisations_store
from service.store.publication import deliveries as deliveries_store
from service.store.publication import notices as notices_store
from workers.app import celery
from workers.task import JobError, JobNotReady, RetryableJobError, WorkerContext, run_job

MAIL_SERVER = Outage(logging.getLogger(__name__), "The mail server")


@celery.task(name=DELIVER_EMAIL)  # type: ignore[untyped-decorator]
def deliver(job_id: str) -> None:
    """Deliver one email."""
    run_job(job_id, _deliver, on_failure=_on_failure)


def _deliver(context: WorkerContext, mail_id: str) -> None:
    with context.database.read() as tx:
        queued = notices_store.get_email(tx, mail_id)
        is_void = queued is not None and code_mail.is_void(tx, queued)
        outgoing = outgoing_mail.prepare(tx, queued, secret=context.secret) if queued else None
        paused = organisations_store.is_paused(tx)
    if queued is None or queued.state != "waiting":
        return
    if paused:
        raise JobNotReady("paused", "this instance was restored and is paused: mithaq live")
    if outgoing is None:
        _discard(context, mail_id)
        return
    if is_void and not context.settings.sample:
        _finish(context, mail_id, state="failed", keep_body=False)
        return
    if context.settings.sample:
        _finish(context, mail_id, state="shown", keep_body=True)
        return
    _send(context, outgoing)


def _send(context: WorkerContext, outgoing: OutgoingEmail) -> None:
    """Send an email and store the outcome. Raises JobNotReady without a mail server, RetryableJobError."""
    server, id = context.settings.smtp_server, outgoing.email.id
    if server is None:
        _note_error(context, id, "no mail server is configured")
        raise JobNotReady("no_mail_server", "MITHAQ_SMTP_URL is not set")
    try:
        smtp.send(
            _compose(context, outgoing),
            server=server,
            seconds=min(smtp.DELIVERY_SECONDS, context.settings.task_seconds),
        )
    except EmailNotSent as error:
        _note_error(context, id, str(error))
        if error.permanent:
            _finish(context, id, state="failed", keep_body=False)
            return
        if error.sentence not in ABOUT_ONE_EMAIL:
            MAIL_SERVER.failed(error)
        raise RetryableJobError("mail_not_sent", str(error)) from error
    MAIL_SERVER.recovered()
    _finish(context, id, state="sent", keep_body=False)


def _compose(context: WorkerContext, outgoing: OutgoingEmail) -> EmailMessage:
    """Build the message. Its date is that of this attempt, its Message-ID that of every attempt."""
    settings, email = context.settings, outgoing.email
    envelope = Envelope(
        id=email.id,
        sender=sender_address(mail_from=settings.mail_from, origin=outgoing.origin or settings.public_origin),
        sender_name=outgoing.sender_name,
        to=email.to,
        reply_to=outgoing.reply_to,
        sent_at=dt.datetime.now(dt.UTC),
    )
    return compose(envelope, subject=email.subject, body=email.body, lang=email.lang)


def _discard(context: WorkerContext, mail_id: str) -> None:
    """Delete an email that will never be delivered."""
    with context.database.write(context.dispatcher) as tx:
        notices_store.delete_email(tx, mail_id)


def _note_error(context: WorkerContext, mail_id: str, error: str) -> None:
    """Store why this attempt failed, for the person who waits for the email."""
    with context.database.write(context.dispatcher) as tx:
        deliveries_store.set_email_error(tx, mail_id, error=error)


def _finish(context: WorkerContext, mail_id: str, *, state: str, keep_body: bool) -> None:
    with context.database.write(context.dispatcher) as tx:
        notices_store.set_email_state(tx, mail_id, state=state, keep_body=keep_body)


def _on_failure(context: WorkerContext, mail_id: str, error: JobError) -> None:
    _finish(context, mail_id, state="failed", keep_body=False)
