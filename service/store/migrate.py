"""Bring a database to this release's schema. Forward only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from service.store.db import Database, connect
from service.store.sequence import lock_schema

SCRIPTS = Path(__file__).parent / "migrations"


class Dangling(Exception):
    """After the migration rows would refer to rows that are not there (which tables, to which); nothing was changed."""


def migrate(url: str) -> None:
    """Upgrade the database at `url` to the newest schema; makes a SQLite file that is not there yet."""
    database = connect(url)
    try:
        upgrade(database)
    finally:
        database.close()


def upgrade(database: Database, *, to: str = "head") -> None:
    """Upgrade an open database, in one transaction; of several at once, the later find nothing to do.
    Raises Dangling."""
    with database.engine.connect().execution_options(mithaq_write=True) as connection, _rebuilding(connection):
        config = _config()
        lock_schema(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, to)


@contextmanager
def _rebuilding(connection: Connection) -> Iterator[None]:
    """A transaction. SQLite changes a table by making it anew, and drops none that a row refers to: references are
    therefore looked at once, before the commit. They can be switched off outside a transaction only."""
    if connection.dialect.name != "sqlite":
        with connection.begin():
            yield
        return
    _enforce(connection, "OFF")
    try:
        with connection.begin():
            yield
            _check_references(connection)
    finally:
        _enforce(connection, "ON")


def _enforce(connection: Connection, switch: str) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={switch}")
    cursor.close()


def _check_references(connection: Connection) -> None:
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if found:
        pairs = sorted({f"{table} → {parent}" for table, _, parent, _ in found})
        raise Dangling(", ".join(pairs))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config
