"""Bring a database to this release's schema. Forward only."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

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


def state(database: Database) -> tuple[str | None, str]:
    """(the schema the database has, the newest this release knows); equal when nothing is to be done."""
    with database.engine.connect() as connection:
        has = MigrationContext.configure(connection).get_current_revision()
    return has, newest()


def newest() -> str:
    """The newest schema this release knows."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None
    return found


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config
