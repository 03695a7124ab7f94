"""Opening the database of a command: checked first, and every error of it one sentence.

No other module of the command line connects to the instance's database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from service.cli.common.database_errors import explain, explain_file
from service.cli.common.errors import CommandError
from service.config import Settings
from service.domain.errors import N_
from service.store import schema_version as schema_version_store
from service.store.administration import database_state as database_state_store
from service.store.administration.database_state import DatabaseState
from service.store.db import Database, connect

MIN_POSTGRES = 14
"""Oldest major version of PostgreSQL."""

MAX_NAMES = 3
"""Tables of another program that are named."""


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the database at the schema of this release, for a role that may use its tables. Raises CommandError."""
    if has_no_file(settings):
        raise CommandError(
            N_("There is no database in {var}. Create one with mithaq init, or use another directory: --var DIR."),
            var=settings.var,
        )
    with connected(settings) as database:
        check_release(database_state_store.read_state(database))
        yield database


@contextmanager
def open_to_migrate(settings: Settings, *, as_owner: bool = False) -> Iterator[Database]:
    """Open the database to bring it to this release, for a role that may change its tables. Raises CommandError.

    A missing SQLite file is created. A role that may only use the tables is enough if there is nothing to change,
    unless `as_owner`.
    """
    settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    with connected(settings) as database:
        check_migration(database_state_store.read_state(database), as_owner=as_owner)
        yield database


@contextmanager
def connected(settings: Settings) -> Iterator[Database]:
    """Open the database, whatever is in it; its errors inside the block become sentences. Raises CommandError."""
    try:
        try:
            database = connect(settings.resolved_database_url)
        except OSError as error:
            raise explain_file(error) from error
        try:
            yield database
        finally:
            database.close()
    except SQLAlchemyError as error:
        raise explain(error, settings) from error


def has_no_file(settings: Settings) -> bool:
    """Return whether the database is a SQLite file that does not exist yet."""
    url = settings.resolved_database_url
    return url.startswith("sqlite:") and not Path(make_url(url).database or "").exists()


def check_release(state: DatabaseState) -> None:
    """Check that the database can be used by this release and this role. Raises CommandError."""
    _check_server(state)
    newest = schema_version_store.get_newest_version()
    if not state.tables:
        raise CommandError(
            N_(
                "The database {name} has no tables yet. Run with the address of the role that owns it: mithaq migrate "
                "--grant-to {role}"
            )
            if state.role
            else N_("The database {name} has no tables yet. Run: mithaq migrate"),
            name=state.name,
            role=state.role,
        )
    if state.schema is not None and state.schema < newest:
        raise CommandError(
            N_("The database is at {has}; this release needs {newest}. Run: mithaq migrate"),
            has=state.schema,
            newest=newest,
        )
    if not state.may_use:
        raise CommandError(
            N_(
                "The role {role} may not use the tables of the database {name}. Run with the address of the role that "
                "owns them: mithaq migrate --grant-to {role}"
            ),
            name=state.name,
            role=state.role,
        )


def check_migration(state: DatabaseState, *, as_owner: bool = False) -> None:
    """Check that this role may bring the database to this release. Raises CommandError."""
    _check_server(state)
    is_current = state.may_use and state.schema == schema_version_store.get_newest_version()
    if not state.may_change and (as_owner or not is_current):
        raise CommandError(
            N_(
                "The role {role} may not change the tables of the database {name}. Use the address of the role that "
                "owns them in MITHAQ_DATABASE_URL for this command."
            ),
            name=state.name,
            role=state.role,
        )


def _check_server(state: DatabaseState) -> None:
    """Check the server, and that the database is ours or empty. Raises CommandError."""
    if state.role and state.major < MIN_POSTGRES:
        raise CommandError(
            N_("PostgreSQL {version} is too old. Use version {wanted} or later."),
            version=state.version,
            wanted=MIN_POSTGRES,
        )
    if state.role and state.encoding != "UTF8":
        raise CommandError(
            N_("The database {name} has the encoding {encoding}. Create one with UTF8: mithaq database create"),
            name=state.name,
            encoding=state.encoding,
        )
    if state.foreign_tables:
        raise CommandError(
            N_("The database {name} belongs to another program ({tables}). Use a database of its own for Mithaq."),
            name=state.name,
            tables=", ".join(state.foreign_tables[:MAX_NAMES]),
        )
    if state.schema is not None and state.schema > schema_version_store.get_newest_version():
        raise CommandError(
            N_("A newer release of Mithaq has updated the database {name}. Use that release, or restore a backup."),
            name=state.name,
        )
