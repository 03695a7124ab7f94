"""The task `notices.mail`: deliver emails by SMTP; a sample instance only shows them in the app.

Without an SMTP server, and in a paused instance, emails wait as jobs for as long as it takes; a server that does not
respond is retried for five days, but not with a code that has expired. The body is deleted once the email is sent or
has failed. The link of an invitation and a code are filled in only at delivery, and an email whose link is no longer
valid is discarded.
"""

from service.actions.accounts import code_mail
from service.actions.membership import invitation_mail
from service.config import Settings
from service.jobs import DELIVER_EMAIL
from service.mail import smtp
from service.mail.errors import EmailNotSent
from service.mail.message import compose
from service.store.membership import organisations as organisations_store
from service.store.publication import deliveries as deliveries_store
from service.store.publication import notices as notices_store
from workers.app import celery
from workers.task import JobNotReady, RetryableJobError, WorkerContext, run_job


@celery.task(name=DELIVER_EMAIL)  # type: ignore[untyped-decorator]
def deliver(job_id: str) -> None:
    """Deliver one email."""
    run_job(job_id, _deliver, on_failure=_on_failure)


def _deliver(context: WorkerContext, mail_id: str) -> None:
    with context.database.read() as tx:
        queued = notices_store.get_email(tx, mail_id)
        is_void = queued is not None and code_mail.is_void(tx, queued)
        resolved = invitation_mail.fill_in_link(tx, queued, secret=context.secret) if queued else None
        paused = organisations_store.is_paused(tx)
    if queued is None or queued.state != "waiting":
        return
    if paused:
        raise JobNotReady("paused", "this instance was restored and is paused: mithaq live")
    if resolved is None:
        _discard(context, mail_id)
        return
    if is_void and not context.settings.sample:
        _finish(context, mail_id, state="failed", keep_body=False)
        return
    if context.settings.sample:
        _finish(context, mail_id, state="shown", keep_body=True)
        return
    if not context.settings.smtp_url:
        _note_error(context, mail_id, "no mail server is configured")
        raise JobNotReady("no_mail_server", "MITHAQ_SMTP_URL is not set")
    try:
        message = compose(
            sender=sender_address(context.settings),
            to=resolved.to,
            subject=resolved.subject,
            body=resolved.body,
            lang=resolved.lang,
        )
        smtp.send(message, smtp_url=context.settings.smtp_url.get_secret_value())
    except EmailNotSent as error:
        _note_error(context, mail_id, str(error))
        if error.permanent:
            _finish(context, mail_id, state="failed", keep_body=False)
            return
        raise RetryableJobError("mail_not_sent", str(error)) from error
    _finish(context, mail_id, state="sent", keep_body=False)


def sender_address(settings: Settings) -> str:
    """Return the From address: MITHAQ_MAIL_FROM, or else `mithaq@` and the host of the public origin."""
    host = settings.public_origin.split("://", 1)[-1].split(":", 1)[0]
    return settings.mail_from or f"mithaq@{host}"


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


def _on_failure(context: WorkerContext, mail_id: str, code: str, message: str) -> None:
    _finish(context, mail_id, state="failed", keep_body=False)
