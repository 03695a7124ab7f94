"""Migrations: upgrade a database to this release's schema. Forward only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from service.store.db import Database, connect
from service.store.sequence import lock_schema

MIGRATIONS = Path(__file__).parent / "migrations"
"""Directory of the migration scripts."""


class DanglingReferences(Exception):
    """The migration would leave references to missing rows, and was rolled back.

    The message names the tables and those they refer to.
    """


def migrate(url: str) -> None:
    """Upgrade the database at `url` to the newest schema; a missing SQLite file is created."""
    database = connect(url)
    try:
        upgrade(database)
    finally:
        database.close()


def upgrade(database: Database, *, revision: str = "head") -> None:
    """Upgrade an open database in one transaction; concurrent upgrades wait and find nothing to do.

    Raises `DanglingReferences`.
    """
    with (
        database.engine.connect().execution_options(mithaq_write=True) as connection,
        _transaction_without_foreign_keys(connection),
    ):
        config = _config()
        lock_schema(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@contextmanager
def _transaction_without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Open a transaction without foreign-key checks on SQLite, and check all references once before commit.

    SQLite changes a table by creating it again and cannot drop one that a row refers to. Foreign keys can be switched
    off outside a transaction only.
    """
    if connection.dialect.name != "sqlite":
        with connection.begin():
            yield
        return
    _set_foreign_keys(connection, "OFF")
    try:
        with connection.begin():
            yield
            _check_references(connection)
    finally:
        _set_foreign_keys(connection, "ON")


def _set_foreign_keys(connection: Connection, setting: str) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={setting}")
    cursor.close()


def _check_references(connection: Connection) -> None:
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if found:
        pairs = sorted({f"{table} → {parent}" for table, _, parent, _ in found})
        raise DanglingReferences(", ".join(pairs))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
