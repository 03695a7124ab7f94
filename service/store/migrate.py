"""Bring a database to this release's schema. Forward only."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from service.store.db import Database, connect
from service.store.sequence import lock_schema

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(url: str) -> None:
    """Upgrade the database at `url` to the newest schema; makes a SQLite file that is not there yet."""
    database = connect(url)
    try:
        upgrade(database)
    finally:
        database.close()


def upgrade(database: Database, *, to: str = "head") -> None:
    """Upgrade an open database, in one transaction; of several at once, the later find nothing to do."""
    with database.engine.connect().execution_options(mithaq_write=True) as connection, connection.begin():
        config = _config()
        lock_schema(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config
