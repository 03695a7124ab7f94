"""An instance in use is upgraded to this release: every row stays, and so do the triggers that protect them."""

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import MetaData, text

from service.cli.common import archive
from service.cli.common.archive import Manifest
from service.cli.main import mithaq
from service.store import record as record_store
from service.store.db import Database, connect
from service.store.migrate import upgrade

FIRST = Path(__file__).parents[2] / "support" / "releases" / "0.1.0.db"
SIGNED_IN = (
    "INSERT INTO session (sha256, person, token, scopes, created_at) SELECT 'ab', person, id, '[]', 1 FROM token"
)
TRIGGERS = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")


@pytest.fixture
def used_database(tmp_path: Path) -> Iterator[Database]:
    """A database of 0.1.0, with somebody signed in."""
    path = tmp_path / "old" / "mithaq.db"
    path.parent.mkdir()
    shutil.copy(FIRST, path)
    database = connect(f"sqlite:///{path}")
    with database.engine.begin() as connection:
        connection.execute(text(f"{SIGNED_IN} LIMIT 1"))
    yield database
    database.close()


def rows(database: Database) -> dict[str, list[dict[str, object]]]:
    with database.read() as tx:
        found = MetaData()
        found.reflect(tx.connection)
        tables = {name: table for name, table in found.tables.items() if name != "alembic_version"}
        return {
            name: [dict(row) for row in tx.connection.execute(table.select().order_by(*table.primary_key)).mappings()]
            for name, table in tables.items()
        }


ADDED_TABLES = ("approval", "dispute", "dispute_settlement", "seal_opening", "former_origin", "engine_set")
"""Append-only tables of migrations 0003 to 0005."""


def encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def triggers(database: Database) -> set[str]:
    with database.read() as tx:
        assert tx.connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        return set(tx.connection.execute(TRIGGERS).scalars())


def assert_kept(before: dict[str, list[dict[str, object]]], database: Database) -> None:
    after = rows(database)
    for name, kept in before.items():
        assert [{key: row[key] for key in old} for old, row in zip(kept, after[name], strict=True)] == kept, name


def _take_notices_of_signing_tokens(database: Database) -> set[str]:
    """Remove the notices that the migration adds, and return whom they notified at once."""
    with database.engine.begin() as connection:
        found = connection.execute(text("SELECT person FROM notice WHERE kind = 'key.sign_removed' AND pinned = 1"))
        notified = set(found.scalars())
        connection.execute(text("DELETE FROM notice WHERE kind = 'key.sign_removed'"))
    return notified


def test_session_survives_upgrade(used_database: Database) -> None:
    before, watched = rows(used_database), triggers(used_database)
    assert before["session"] and watched
    upgrade(used_database)
    notified = _take_notices_of_signing_tokens(used_database)
    assert notified == {row["person"] for row in before["token"] if "sign" in str(row["scopes"])}
    assert_kept(before, used_database)
    added_since = {f"{table}_no_{verb}" for table in ("translation", *ADDED_TABLES) for verb in ("update", "delete")}
    assert triggers(used_database) == watched | added_since | {
        "endorsement_no_other_proof",
        "round_no_change",
        "round_same_proofs",
        "search_entry_added",
        "search_entry_deleted",
    }


def test_earlier_suggestions_become_unsaved_changes(used_database: Database) -> None:
    upgrade(used_database, revision="0005")
    before = rows(used_database)
    person, document = before["person"][0]["id"], before["document"][0]["id"]
    kept = {"id": "sug_1", "seq": 1, "document": document, "lang": "ar", "epoch": 1, "draft_seq": 2, "base": "ا\n"}
    kept |= {"text": "ب\n", "why": "closed", "state": "set_aside", "by": person, "at": 3, "ended_by": person}
    columns = ", ".join(kept)
    with used_database.engine.begin() as connection:
        values = ", ".join(f":{name}" for name in kept)
        connection.execute(text(f"INSERT INTO suggestion ({columns}) VALUES ({values})"), kept)
    upgrade(used_database)
    after = rows(used_database)
    assert after["unsaved_change"] == [kept | {"ended_at": None}] and after["suggestion"] == []


def test_dangling_rows_are_reported_and_nothing_is_changed(used_database: Database, tmp_path: Path) -> None:
    with used_database.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            connection.execute(text("UPDATE session SET token = 'nobody'"))
        connection.invalidate()
    before = rows(used_database)
    said = CliRunner().invoke(mithaq, ["migrate"], env={"MITHAQ_VAR": str(tmp_path / "old")})
    assert (said.exit_code, "(session → token)" in said.output) == (2, True)
    assert rows(used_database) == before
    assert triggers(used_database)


def test_backup_of_the_first_release_can_be_restored(used_database: Database, tmp_path: Path) -> None:
    before, copy = rows(used_database), tmp_path / "copy"
    (copy / "rows").mkdir(parents=True)
    about = {}
    for name, found in before.items():
        lines = [json.dumps(row, default=encoded).encode() + b"\n" for row in found]
        count, sha256 = archive.write_file(copy / "rows" / f"{name}.jsonl", lines)
        about[name] = {"count": count, "sha256": sha256}
    with used_database.read() as tx:
        head = {"seq": record_store.get_last_seq(tx), "commitment": record_store.list_leaves(tx)[-1].commitment}
    archive.write_manifest(copy, Manifest(archive.FORMAT_VERSION, 1, "0001", "sqlite", about, (), (), head))
    back = CliRunner().invoke(mithaq, ["restore", str(copy)], env={"MITHAQ_VAR": str(tmp_path / "new")})
    assert back.exit_code == 0, back.output
    database = connect(f"sqlite:///{tmp_path}/new/mithaq.db")
    after = rows(database)
    expected = {name: len(found) for name, found in before.items()}
    holders = {row["person"] for row in before["token"] if "sign" in str(row["scopes"])}
    expected["notice"] += len(holders)  # about tokens that no longer sign
    assert {name: len(after[name]) for name in before} == expected
    assert after["session"][0]["token"] == before["session"][0]["token"]
    database.close()
