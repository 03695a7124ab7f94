"""`mithaq migrate`: what runs once, before anything else of a new release is started."""

from pathlib import Path

import click

from service.cli.ground import settings_of
from service.cli.options import with_var
from service.store import migrate as schema


@click.command()
@with_var
def migrate(var: Path | None) -> None:
    """Bring the database to this release."""
    settings = settings_of(var=var)
    settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    schema.migrate(settings.database)
