"""Which schema a database has, and which this release knows. Without the library that changes it: a web server only
asks, and would carry its ten megabytes for nothing."""

from pathlib import Path

from sqlalchemy import String, column, inspect, select, table

from service.store.db import Database

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"


def get_schema_versions(database: Database) -> tuple[str | None, str]:
    """(the schema the database has, the newest this release knows); equal when nothing is to be done."""
    with database.engine.connect() as connection:
        has_version = inspect(connection).has_table("alembic_version")
        query = select(column("version_num", String)).select_from(table("alembic_version"))
        return connection.execute(query).scalar_one_or_none() if has_version else None, get_newest_version()


def get_newest_version() -> str:
    """The newest schema this release knows: the name of a migration begins with its number, v0002_…"""
    return max(path.stem[1:5] for path in MIGRATIONS.glob("v*_*.py"))
