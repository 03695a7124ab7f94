"""Mails: by SMTP in a real instance, shown in the app in a sample.

Without a server they wait as jobs, for as long as it takes; a server that does not answer is tried for five days. A
mail keeps its words until it is sent or given up. The link of an invitation is put in only as it goes, and one that is
good no longer does not go.
"""

from service import mail
from service.actions.membership import invitation_mail
from service.config import Settings
from service.jobs import DELIVER_MAIL
from service.store.publication import notices as notices_store
from workers.app import celery
from workers.task import NotYet, Tools, TryAgain, work


@celery.task(name=DELIVER_MAIL)  # type: ignore[untyped-decorator]
def deliver(job_id: str) -> None:
    """Deliver one mail."""
    work(job_id, _deliver, given_up=_given_up)


def _deliver(own: Tools, mail_id: str) -> None:
    with own.database.read() as tx:
        letter = notices_store.get_mail(tx, mail_id)
        going = invitation_mail.ready(tx, letter, secret=own.secret) if letter else None
    if letter is None or letter.state != "waiting":
        return
    if going is None:
        _drop(own, mail_id)
        return
    if own.settings.sample:
        _end(own, mail_id, state="shown", keep_body=True)
        return
    if not own.settings.smtp_url:
        raise NotYet("no_mail_server", "MITHAQ_SMTP_URL is not set")
    message = mail.compose(
        sender=sender(own.settings), to=going.to, subject=going.subject, body=going.body, lang=going.lang
    )
    try:
        mail.send(message, smtp_url=own.settings.smtp_url)
    except mail.NotSent as error:
        if error.final:
            _end(own, mail_id, state="failed", keep_body=False)
            return
        raise TryAgain("mail_not_sent", str(error)) from error
    _end(own, mail_id, state="sent", keep_body=False)


def sender(settings: Settings) -> str:
    """The address mails come from."""
    host = settings.public_origin.split("://", 1)[-1].split(":", 1)[0]
    return settings.mail_from or f"mithaq@{host}"


def _drop(own: Tools, mail_id: str) -> None:
    """A mail that goes nowhere leaves no trace."""
    with own.database.write(own.bell) as tx:
        notices_store.drop_mail(tx, mail_id)


def _end(own: Tools, mail_id: str, *, state: str, keep_body: bool) -> None:
    with own.database.write(own.bell) as tx:
        notices_store.end_mail(tx, mail_id, state=state, keep_body=keep_body)


def _given_up(own: Tools, mail_id: str, code: str, message: str) -> None:
    _end(own, mail_id, state="failed", keep_body=False)
