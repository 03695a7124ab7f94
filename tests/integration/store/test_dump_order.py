"""Rows are loaded in any order: references are checked once, at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.job_dispatch import NullDispatcher
from service.store import dump as dump_store
from service.store import tables as tables_store
from service.store.db import Database, connect
from service.store.deferred_references import MissingRow, defer_references
from service.store.migrate import migrate
from tests.support.factories import SampleInstance, create_sealed_document
from tests.support.postgres import PostgresTemplate

DATABASES = ("sqlite",)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/empty.db"
    if request.param == "postgresql":
        postgres: PostgresTemplate = request.getfixturevalue("postgres")
        postgres.execute("CREATE DATABASE loaded")
        url = postgres.owner_url("loaded")
    migrate(url)
    database = connect(url)
    yield database
    database.close()
    if request.param == "postgresql":
        postgres.execute("DROP DATABASE loaded WITH (FORCE)")


def read_all(database: Database) -> dict[str, list[bytes]]:
    with database.read() as tx:
        return {name: list(dump_store.dump_rows(tx, name)) for name in dump_store.TABLE_NAMES}


def load_backwards(database: Database, rows: dict[str, list[bytes]]) -> None:
    with database.write(NullDispatcher()) as tx, defer_references(tx):
        for name in reversed(dump_store.TABLE_NAMES):
            dump_store.load_rows(tx, name, reversed(rows[name]))


def test_tables_and_rows_load_backwards(instance: SampleInstance, empty: Database) -> None:
    """Whatever refers to whatever, now or in a later release: no order of rows or tables is needed."""
    create_sealed_document(instance)
    rows = read_all(instance.database)
    load_backwards(empty, rows)
    loaded = read_all(empty)
    assert {name: sorted(lines) for name, lines in loaded.items()} == {
        name: sorted(lines) for name, lines in rows.items()
    }


def test_reference_to_a_missing_row_is_named(instance: SampleInstance, empty: Database) -> None:
    rows = read_all(instance.database)
    with pytest.raises(MissingRow, match="person"):
        load_backwards(empty, {**rows, "person": rows["person"][:-1]})
    with pytest.raises(MissingRow, match="token"):
        load_backwards(
            empty, {**rows, "token": [rows["token"][0].replace(b'"made_with":null', b'"made_with":"tok_x"')]}
        )
    assert read_all(empty)["organisation"] == []


def test_references_are_immediate_after_the_load(instance: SampleInstance, empty: Database) -> None:
    load_backwards(empty, read_all(instance.database))
    with pytest.raises(Exception, match=r"FOREIGN KEY|foreign key"), empty.write(NullDispatcher()) as tx:
        tx.connection.exec_driver_sql("UPDATE token SET made_with = 'tok_x'")
        raise AssertionError("the reference was not checked at once")


def test_tables_that_refer_to_themselves_are_known() -> None:
    """A new self-reference is added here, and to the rows of the backup test."""
    found = {
        (table.name, key.parent.name)
        for table in tables_store.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table is table
    }
    assert found == {("token", "made_with")}
    order = {name: number for number, name in enumerate(dump_store.TABLE_NAMES)}
    backwards = [
        (table.name, key.column.table.name)
        for table in tables_store.metadata.tables.values()
        if table.name in order
        for key in table.foreign_keys
        if order[key.column.table.name] > order[table.name]
    ]
    assert backwards == []
