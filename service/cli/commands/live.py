"""`mithaq live`: a restored instance becomes the one that people use."""

from pathlib import Path

import click

from service.actions.trust import pause
from service.cli.common.database import open_database
from service.cli.common.errors import CommandError
from service.cli.common.options import with_var
from service.cli.local.preflight import load_settings
from service.config import Settings
from service.domain.errors import N_, DomainError
from service.job_dispatch import NullDispatcher


@click.command()
@with_var
def live(var: Path | None) -> None:
    """End the pause of a restored instance: it sends email and closes rounds again."""
    settings = load_settings(var=var)
    try:
        make_live(settings)
    except DomainError as error:
        raise CommandError(error.sentence, **error.params) from error
    click.echo(N_("Live: emails that waited are sent, and rounds past their deadline are closed."))


def make_live(settings: Settings) -> None:
    """End the pause. Raises Conflict `not_paused`."""
    with open_database(settings) as database, database.write(NullDispatcher()) as tx:
        pause.resume(tx)
