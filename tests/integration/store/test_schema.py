"""The migrations produce the schema of tables.py, and the database rejects changes to append-only tables."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import exc, text

from service.domain.trust.leaf import verify_chain
from service.store import record as record_store
from service.store import schema_version as schema_version_store
from service.store.db import connect
from service.store.drafts import journal as journal_store
from service.store.tables import metadata
from tests.support.factories import SampleInstance, create_database, create_document, cut_version
from tests.support.postgres import PostgresTemplate

DATABASES = ("sqlite",)
IDLE = "idle_in_transaction_session_timeout"


def is_in_metadata(_: object, name: str | None, *__: object) -> bool:
    """Leave out what only one database has: the full-text table of SQLite, and the index of PostgreSQL."""
    return not str(name).startswith(("search_words", "ix_search_entry_words"))


def test_migrations_produce_the_tables(tmp_path: Path) -> None:
    create_database(tmp_path / "m.db")
    database = connect(f"sqlite:///{tmp_path / 'm.db'}")
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_in_metadata})
        assert compare_metadata(context, metadata) == []
    assert schema_version_store.get_schema_versions(database) == ("0007", "0007")
    database.close()


def test_migrations_produce_the_tables_on_postgresql(postgres: PostgresTemplate) -> None:
    url = postgres.create_copy()
    database = connect(url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_in_metadata})
        assert compare_metadata(context, metadata) == []
    database.close()
    postgres.drop(url)


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    create_database(tmp_path / "m.db")
    create_database(tmp_path / "m.db")


def test_durability_settings_are_on(instance: SampleInstance) -> None:
    with instance.read() as tx:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        found = [tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in pragmas]
    assert found == ["wal", 2, 1, 1]


def test_postgresql_session_releases_its_locks(postgres: PostgresTemplate) -> None:
    url = postgres.create_copy()
    database = connect(url)
    with database.read() as tx:
        found = {name: tx.connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in ("lock_timeout", IDLE)}
    database.close()
    postgres.drop(url)
    assert found == {"lock_timeout": "30s", IDLE: "30s"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record SET content = x'00' WHERE seq = 1",
        "DELETE FROM record WHERE seq = 1",
        "INSERT OR REPLACE INTO record SELECT seq, prev, salt, x'00', commitment, at FROM record WHERE seq = 1",
        "UPDATE version SET number = 9",
        "UPDATE version_edition SET text = 'other'",
        "UPDATE record SET salt = NULL WHERE seq = 1",
        "UPDATE record SET salt = NULL, content = NULL, at = 0 WHERE seq = 1",
        "UPDATE draft_snapshot SET seq = 2",
    ],
)
def test_asvs_48_append_only_tables_cannot_be_changed(instance: SampleInstance, statement: str) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    with instance.write() as tx:
        journal_store.add_snapshot(tx, f"{document}.ar", epoch=1, seq=1, state=b"", text_sha256="")
    with pytest.raises(exc.IntegrityError, match="only ever added to"), instance.write() as tx:
        tx.connection.execute(text(statement))


def test_record_row_can_be_erased_and_the_chain_still_verifies(instance: SampleInstance) -> None:
    with instance.write() as tx:
        tx.connection.execute(text("UPDATE record SET salt = NULL, content = NULL WHERE seq = 2"))
    with instance.read() as tx:
        rows = record_store.list_leaves(tx)
    assert rows[1].content is None
    assert verify_chain(rows) is None


def test_database_files_are_private(tmp_path: Path) -> None:
    create_database(tmp_path / "m.db")
    database = connect(f"sqlite:///{tmp_path / 'm.db'}")
    with database.read() as tx:
        tx.connection.exec_driver_sql("SELECT count(*) FROM record")
        found = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("m.db*")}
    database.close()
    assert found == dict.fromkeys(("m.db", "m.db-wal", "m.db-shm", "m.db.lock"), 0o600)
