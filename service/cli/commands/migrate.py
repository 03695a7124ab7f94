"""`mithaq migrate`: update the database schema, once, before anything else of a new release starts."""

from pathlib import Path

import click

from service.cli.common.database import open_to_migrate
from service.cli.common.errors import CommandError
from service.cli.common.options import with_var
from service.cli.local.preflight import load_settings
from service.cli.local.start_checks import check_secret
from service.domain.errors import N_
from service.store import grants as grants_store
from service.store import migrate as migrate_store
from service.store.db import Database


@click.command()
@with_var
@click.option("--grant-to", "role", help="PostgreSQL role that the service runs as. It gets only the rights it needs.")
@click.option("--accept-secret", is_flag=True, help="Accept that MITHAQ_SECRET was changed on purpose.")
def migrate(var: Path | None, role: str | None, accept_secret: bool) -> None:
    """Update the database to this release."""
    settings = load_settings(var=var)
    if role and settings.resolved_database_url.startswith("sqlite:"):
        raise CommandError(N_("SQLite has no roles. Leave out --grant-to."))
    with open_to_migrate(settings, as_owner=bool(role)) as database:
        if role:
            _check_role(database, role)
        try:
            migrate_store.upgrade(database)
        except migrate_store.DanglingReferences as error:
            raise CommandError(
                N_("Rows in this database refer to missing rows ({tables}). Nothing was changed."), tables=error
            ) from error
        if role:
            grants_store.grant(database, role)
    if accept_secret:
        check_secret(settings, accept=True)


def _check_role(database: Database, role: str) -> None:
    """Check that the privileges of a role can be limited. Raises CommandError."""
    found = grants_store.describe_role(database, role)
    if found.is_same:
        raise CommandError(
            N_(
                "MITHAQ_DATABASE_URL and --grant-to name the same role, {role}. The service needs a role of its own, "
                "which does not own the tables: mithaq database create"
            ),
            role=role,
        )
    if not found.exists:
        raise CommandError(N_("There is no role {role} in PostgreSQL. Create it: mithaq database create"), role=role)
    if found.is_owner:
        raise CommandError(
            N_(
                "The role {role} is a superuser or belongs to the role that owns the tables, so its rights cannot be "
                "limited. Use another role."
            ),
            role=role,
        )
