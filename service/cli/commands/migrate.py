"""`mithaq migrate`: update the database schema, once, before anything else of a new release starts."""

from pathlib import Path

import click

from service.cli.common.errors import CommandError
from service.cli.common.options import with_var
from service.cli.local.preflight import load_settings
from service.cli.local.secret_check import check_secret
from service.domain.errors import N_
from service.store import grants as grants_store
from service.store import migrate as migrate_store
from service.store.db import connect


@click.command()
@with_var
@click.option("--grant-to", "role", help="PostgreSQL role that the service runs as. It gets only the rights it needs.")
@click.option("--accept-secret", is_flag=True, help="Accept that MITHAQ_SECRET was changed on purpose.")
def migrate(var: Path | None, role: str | None, accept_secret: bool) -> None:
    """Update the database to this release."""
    settings = load_settings(var=var)
    if role and settings.resolved_database_url.startswith("sqlite:"):
        raise CommandError(N_("SQLite has no roles. Leave out --grant-to."))
    settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        migrate_store.migrate(settings.resolved_database_url)
    except migrate_store.DanglingReferences as error:
        raise CommandError(
            N_("Rows in this database refer to missing rows ({tables}). Nothing was changed."), tables=error
        ) from error
    if accept_secret:
        check_secret(settings, accept=True)
    if role:
        _grant_privileges(settings.resolved_database_url, role)


def _grant_privileges(url: str, role: str) -> None:
    database = connect(url)
    try:
        grants_store.grant(database, role)
    except grants_store.RoleNotFound as error:
        raise CommandError(
            N_(
                "There is no role {role} besides the one that migrates. Create it: CREATE ROLE {role} LOGIN "
                "PASSWORD '…'"
            ),
            role=role,
        ) from error
    finally:
        database.close()
