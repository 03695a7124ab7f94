"""`mithaq mail-test`: send one real email, and say which step failed and what to change."""

import datetime as dt
import secrets
from dataclasses import dataclass
from pathlib import Path

import click

from service.actions import outgoing_mail
from service.cli.common.errors import CommandError, CommandFailed
from service.cli.common.options import with_var
from service.cli.common.terminal import terminal_language
from service.cli.doctor.finding import CheckSkipped
from service.cli.doctor.queries import run_query
from service.cli.local.preflight import load_settings
from service.config import Settings
from service.domain.accounts.addresses import parse_address
from service.domain.errors import N_, DomainError
from service.domain.membership.mail_settings import mail_settings
from service.i18n import LANGUAGES, Translator
from service.mail import smtp
from service.mail.errors import EmailNotSent
from service.mail.message import Envelope, compose, message_id, sender_address
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store
from service.store.membership.organisations import Coalition

STEPS = {
    smtp.Step.CONNECTED: N_("The server answers"),
    smtp.Step.ENCRYPTED: N_("The connection is encrypted ({detail})"),
    smtp.Step.SIGNED_IN: N_("User and password are accepted ({detail})"),
    smtp.Step.ACCEPTED: N_("The message is accepted"),
}
"""What is printed after each step."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who gets the email, as far as the database knows."""

    lang: str
    coalition: Coalition | None = None


@click.command(name="mail-test")
@with_var
@click.option("--lang", type=click.Choice(list(LANGUAGES)), help="Language of the email. Default: that of its reader.")
@click.argument("address")
def mail_test(var: Path | None, lang: str | None, address: str) -> None:
    """Send a test email to ADDRESS, and show each step.

    Server and sender are those of MITHAQ_SMTP_URL and MITHAQ_MAIL_FROM. If a step fails, it says what to change.
    """
    settings, here = load_settings(var=var), Translator(terminal_language())
    _check_sends(settings)
    try:
        to = parse_address(address)
    except DomainError as error:
        raise CommandError(error.sentence, **error.params) from error
    envelope = _send(settings, to=to, reader=_load_reader(settings, to, lang=lang), here=here)
    click.echo(
        here.t(
            N_(
                "Now look whether it arrives at {address}, also among unwanted email. If it does not, the log of the "
                "email server says why; look for {id}."
            ),
            address=to,
            id=message_id(envelope.id, sender=envelope.sender),
        )
    )


def _check_sends(settings: Settings) -> None:
    if settings.sample:
        raise CommandError(N_("A demo sends no email."))
    if not settings.smtp_server:
        raise CommandError(N_("There is no email server yet, so emails wait. Set MITHAQ_SMTP_URL."))


def _load_reader(settings: Settings, address: str, *, lang: str | None) -> _Reader:
    """Return the language of the person with this address, else the coalition's first; before it is founded, ours."""

    def read(tx: Tx) -> _Reader:
        coalition, person = organisations_store.get_coalition(tx), people_store.get_by_email(tx, address)
        known = person.lang if person else coalition.settings["langs"][0] if coalition else terminal_language()
        return _Reader(lang or known, coalition)

    try:
        return run_query(settings, read)
    except CheckSkipped:
        return _Reader(lang or terminal_language())


def _send(settings: Settings, *, to: str, reader: _Reader, here: Translator) -> Envelope:
    """Send the email, print each step, and return its envelope. Raises CommandFailed."""
    server, translator, coalition = settings.smtp_server, Translator(reader.lang), reader.coalition
    assert server
    name = outgoing_mail.coalition_name(
        coalition, mail_settings(coalition.settings if coalition else {}), lang=reader.lang
    )
    envelope = Envelope(
        id=f"test_{secrets.token_hex(16)}",
        sender=sender_address(
            mail_from=settings.mail_from, origin=coalition.origin if coalition else settings.public_origin
        ),
        sender_name=outgoing_mail.name_of_sender(translator, name),
        to=to,
        reply_to="",
        sent_at=dt.datetime.now(dt.UTC),
    )
    message = compose(
        envelope,
        subject=outgoing_mail.name_in_subject(translator, translator.t("A test"), name),
        body=translator.t("This is a test. If you read it, codes by email arrive too."),
        lang=reader.lang,
    )
    click.echo(here.t(N_("From {sender} by {host}"), sender=envelope.sender, host=f"{server.host}:{server.port}"))
    try:
        smtp.send(
            message,
            server=server,
            report=lambda step, detail: click.echo(f"✓ {here.t(STEPS[step], detail=detail)}"),
        )
    except EmailNotSent as error:
        raise CommandFailed("✗ {wrong}", wrong=here.t(error.sentence, **error.params)) from error
    return envelope
