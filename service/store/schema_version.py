"""The schema version of a database, and the newest one known to this release.

Kept apart from `migrate`: a web server only checks the version and saves the ten megabytes of the migration library.
"""

from pathlib import Path

from sqlalchemy import String, column, inspect, select, table

from service.store.db import Database

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"
"""Directory of the migrations."""


def get_schema_versions(database: Database) -> tuple[str | None, str]:
    """Return (the database's schema version, the newest of this release); equal if there is nothing to migrate."""
    with database.engine.connect() as connection:
        has_version = inspect(connection).has_table("alembic_version")
        query = select(column("version_num", String)).select_from(table("alembic_version"))
        return connection.execute(query).scalar_one_or_none() if has_version else None, get_newest_version()


def get_newest_version() -> str:
    """Return the newest schema version of this release.

    It is the number in a migration's file name: `v0002_…`.
    """
    return max(path.stem[1:5] for path in MIGRATIONS.glob("v*_*.py"))
