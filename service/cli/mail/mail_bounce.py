"""`mithaq mail-bounce`: take a message from a mail server that says that an email came back.

The exit code is one that mail servers understand (sysexits.h): 0 done, 65 not for us, 75 try again later.
"""

import sys
from pathlib import Path

import click

from service.actions import bounces
from service.cli.common.database import open_database
from service.cli.common.errors import CommandError
from service.cli.common.options import with_var
from service.cli.local.preflight import load_settings
from service.config import Settings
from service.domain.errors import N_, DomainError, NotFound
from service.job_dispatch import NullDispatcher
from service.mail.bounce import MAX_BYTES, Bounce, NotABounce, parse_bounce


class BounceRefused(CommandError):
    """The message is not about an email of ours, and never will be (EX_DATAERR)."""

    exit_code = 65


class BounceDeferred(CommandError):
    """The message cannot be taken now (EX_TEMPFAIL)."""

    exit_code = 75


@click.command(name="mail-bounce")
@with_var
def mail_bounce(var: Path | None) -> None:
    """Read a message from standard input that says that an email came back, and note it.

    The exit code is 0 if it was noted, 65 if it is not about an email of ours, 75 if the mail server should try again.
    """
    data = _read_message()
    try:
        bounce = parse_bounce(data)
    except NotABounce as error:
        raise BounceRefused(N_("Not noted: {reason}."), reason=error) from error
    if not bounce.is_final:
        click.echo(N_("The mail server is still trying, so nothing was noted."))
        return
    try:
        is_new = _note(load_settings(var=var), bounce)
    except NotFound as error:
        raise BounceRefused(N_("Not noted: there is no email {id} here."), id=bounce.email) from error
    except (CommandError, DomainError, OSError) as error:
        reason = error.translated if isinstance(error, CommandError) else type(error).__name__
        raise BounceDeferred(
            N_("Not noted now: {reason} Try again; mithaq doctor says more."), reason=reason
        ) from error
    sentence = N_("Noted: email {id} came back.") if is_new else N_("It was noted before that email {id} came back.")
    click.echo(sentence.format(id=bounce.email))


def _read_message() -> bytes:
    """Return the beginning of the message; the rest is read too, so that the mail server does not see an error."""
    data = sys.stdin.buffer.read(MAX_BYTES)
    while sys.stdin.buffer.read(MAX_BYTES):
        pass
    return data


def _note(settings: Settings, bounce: Bounce) -> bool:
    """Note the bounce; return whether it is new. Raises NotFound, CommandError."""
    with open_database(settings) as database, database.write(NullDispatcher()) as tx:
        return bounces.note_bounce(tx, email=bounce.email, status=bounce.status)
