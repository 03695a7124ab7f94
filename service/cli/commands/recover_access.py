"""`mithaq recover-access`: let a person who holds a role in again, under the eyes of everyone else."""

from pathlib import Path

import click

from service.actions.accounts import recovery
from service.actions.membership import invitation_links, invitation_mail
from service.cli.common.database import open_database
from service.cli.common.errors import CommandError
from service.cli.common.options import with_var
from service.cli.local.preflight import load_settings, read_secret
from service.domain.accounts.rules import HOUR
from service.domain.errors import N_, DomainError
from service.job_dispatch import NullDispatcher
from service.store.db import Database, now_us


@click.command(name="recover-access")
@with_var
@click.option("--email", required=True, help="Address of a person who holds a role.")
@click.option("--show", is_flag=True, help="Print the link here too. The record says so.")
def recover_access(var: Path | None, email: str, show: bool) -> None:
    """Send a person who holds a role a link with which they get in again.

    Nothing is created; no address and no role changes. Everyone with a role is told. For 72 hours the person can only
    read, and any other secretary or focal point can refuse.
    """
    settings = load_settings(var=var)
    secret = read_secret(settings)
    try:
        with open_database(settings) as database:
            link, hours = _recover(database, email=email, shown=show, secret=secret)
    except DomainError as error:
        raise CommandError(error.sentence, **error.params) from error
    click.echo(
        N_("A link was sent to {email}. The person can only read for {hours} hours.").format(email=email, hours=hours)
    )
    click.echo(N_("Everyone who holds a role is told and can refuse."))
    if show:
        click.echo(f"  {link}")


def _recover(database: Database, *, email: str, shown: bool, secret: bytes) -> tuple[str, int]:
    """Return the full link, and the hours of the restriction. Raises DomainError."""
    with database.write(NullDispatcher()) as tx:
        found = recovery.recover(tx, email=email, shown=shown)
        made = invitation_links.create_recovery_link(tx, person=found.person.id, secret=secret)
        hours = -(-(found.restricted_until - now_us()) // HOUR)
        return invitation_mail.link_url(tx, made.link), hours
