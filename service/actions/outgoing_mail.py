"""An email as it goes out: with its link or code, and with what the coalition put around it."""

from dataclasses import dataclass, replace

from service.actions.accounts import code_mail
from service.actions.membership import invitation_mail
from service.domain.errors import N_
from service.domain.membership.mail_settings import MailSettings, mail_settings
from service.domain.membership.people import preferred_name
from service.i18n import Translator
from service.store.db import Tx
from service.store.membership import organisations as organisations_store
from service.store.membership.organisations import Coalition
from service.store.publication.notices import Email

UNNAMED_SENDER = "Mithaq ميثاق"
"""The sender's name where the coalition is not to be named, or does not exist yet."""


@dataclass(frozen=True, slots=True)
class OutgoingEmail:
    """An email with its final subject and body, and what the mail program shows beside it.

    `origin` is the public address that the instance has now, "" before it is founded; `reply_to` is "" for none.
    """

    email: Email
    sender_name: str
    reply_to: str
    origin: str


def prepare(tx: Tx, email: Email, *, secret: bytes) -> OutgoingEmail | None:
    """Return the email as it is sent or shown; None if it is not to be sent (`invitation_mail.fill_in_link`).

    A reply quotes the email, so one with a link or a code has no address for replies: nobody else is to get them.
    """
    complete = invitation_mail.fill_in_link(tx, email, secret=secret)
    if complete is None:
        return None
    coalition = organisations_store.get_coalition(tx)
    settings = mail_settings(coalition.settings if coalition else {})
    code = code_mail.get_code(tx, email, secret=secret) if settings.code_in_subject else ""
    translator, name = Translator(complete.lang), coalition_name(coalition, settings, lang=complete.lang)
    subject = translator.t(N_("Your code: {code}"), code=code) if code else complete.subject
    return OutgoingEmail(
        email=replace(complete, subject=name_in_subject(translator, subject, name)),
        sender_name=name_of_sender(translator, name),
        reply_to="" if email.invitation or email.code_of else settings.reply_to,
        origin=coalition.origin if coalition else "",
    )


def coalition_name(coalition: Coalition | None, settings: MailSettings, *, lang: str) -> str:
    """Return the coalition's name for emails in `lang`; "" if they are not to name it."""
    names = coalition.settings["names"] if coalition and settings.names_coalition else {}
    return preferred_name(names, lang=lang) if names else ""


def name_in_subject(translator: Translator, subject: str, coalition: str) -> str:
    """Return the subject with the coalition's name, if there is one to name."""
    return translator.t(N_("{subject} – {coalition}"), subject=subject, coalition=coalition) if coalition else subject


def name_of_sender(translator: Translator, coalition: str) -> str:
    """Return the sender's name."""
    return translator.t(N_("{coalition} via Mithaq"), coalition=coalition) if coalition else UNNAMED_SENDER
