"""The database of a command that works on an instance which exists."""

from service.cli.common.errors import CommandError
from service.config import Settings
from service.domain.errors import N_
from service.store import schema_version as schema_version_store
from service.store.db import Database, connect


def open_current_database(settings: Settings) -> Database:
    """Open the database. Raises CommandError if there is none, or if it is not of this release."""
    if settings.resolved_database_url.startswith("sqlite:") and not (settings.var / "mithaq.db").exists():
        raise CommandError(N_("There is no database in {var}."), var=settings.var)
    database = connect(settings.resolved_database_url)
    current, newest = schema_version_store.get_schema_versions(database)
    if current != newest:
        database.close()
        raise CommandError(N_("The database is not at this release. Run: mithaq migrate"))
    return database
