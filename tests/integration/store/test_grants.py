"""On PostgreSQL the role of the running service cannot change append-only tables, whatever its code does."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, exc, text
from sqlalchemy.engine import make_url

from service.store import protections as protections_store
from service.store import schema_version as schema_version_store
from service.store import tables as tables_store
from service.store.db import connect
from service.store.grants import APPEND_ONLY, DELETABLE, UPDATABLE_COLUMNS
from tests.support.factories import SampleInstance, create_document, create_sealed_document, cut_version
from tests.support.postgres import SERVICE_ROLE, PostgresTemplate

DATABASES = ("postgresql",)

REFUSED = [
    "UPDATE record SET content = ''::bytea WHERE seq = 1",
    "UPDATE record SET salt = NULL, content = NULL WHERE seq = 1",
    "DELETE FROM record WHERE seq = 1",
    "TRUNCATE record",
    "UPDATE version SET number = 9",
    "DELETE FROM version",
    "UPDATE version_edition SET text = 'other'",
    "UPDATE seal SET content = ''::bytea",
    "DELETE FROM seal",
    "UPDATE artefact SET sha256 = ''",
    "UPDATE publication_revision SET number = 2",
    "UPDATE endorsement SET position = 'decline'",
    "DELETE FROM endorsement",
    "UPDATE endorsement SET proof = 'password'",
    "UPDATE round SET terms = NULL",
    "UPDATE round SET format = 1",
    "DELETE FROM document",
    "DELETE FROM jobs",
    "DROP TABLE record",
    "CREATE TABLE other (id int)",
    "ALTER TABLE record DISABLE TRIGGER ALL",
    "UPDATE alembic_version SET version_num = '0000'",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_asvs_48_append_only_tables_cannot_be_changed(instance: SampleInstance, statement: str) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    with pytest.raises(exc.ProgrammingError, match=r"permission denied|must be owner"), instance.write() as tx:
        tx.connection.execute(text(statement))


def test_whole_life_of_a_document_needs_no_more_privileges(instance: SampleInstance) -> None:
    create_sealed_document(instance)
    with instance.read() as tx:
        assert tx.connection.execute(text("SELECT current_user")).scalar_one() == SERVICE_ROLE
        owned = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user"
        assert tx.connection.execute(text(owned)).scalar_one() == 0


def test_both_databases_store_the_same_rows(database_template: tuple[Path, object]) -> None:
    database = connect(f"sqlite:///{database_template[0] / 'mithaq.db'}")
    with database.read() as tx:
        query = text("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
        triggers = {(row.name, row.tbl_name) for row in tx.connection.execute(query)}
    database.close()
    kept = {table for name, table in triggers if name.endswith("_no_update")}
    assert kept == APPEND_ONLY
    assert {table for name, table in triggers if name.endswith("_no_change")} == set(UPDATABLE_COLUMNS)
    assert set(tables_store.metadata.tables) >= APPEND_ONLY | DELETABLE | set(UPDATABLE_COLUMNS)
    assert not DELETABLE & (APPEND_ONLY | set(UPDATABLE_COLUMNS))


@pytest.fixture
def empty_database_url(postgres: PostgresTemplate) -> Iterator[str]:
    """Return the URL of an empty database, for its owner."""
    postgres.execute("CREATE DATABASE empty")
    yield postgres.owner_url("empty")
    postgres.execute("DROP DATABASE empty WITH (FORCE)")


def run_migrate(url: str, *words: str) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "MITHAQ_DATABASE_URL": url, "MITHAQ_SECRET": "s" * 40}
    command = [sys.executable, "-m", "service.cli.main", "migrate", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_command_migrates_and_grants_idempotently(
    empty_database_url: str, postgres: PostgresTemplate, tmp_path: Path
) -> None:
    nobody = run_migrate(empty_database_url, "--var", str(tmp_path), "--grant-to", "nobody_here")
    assert nobody.returncode == 2
    assert "There is no role nobody_here" in nobody.stderr
    for _ in range(2):
        done = run_migrate(empty_database_url, "--var", str(tmp_path), "--grant-to", SERVICE_ROLE)
        assert (done.returncode, done.stderr) == (0, "")
    url = make_url(empty_database_url).set(username=SERVICE_ROLE).render_as_string(hide_password=False)
    assert run_migrate(url, "--var", str(tmp_path)).returncode == 0  # nothing to do, and no error
    database = connect(url)
    has, newest = schema_version_store.get_schema_versions(database)
    database.close()
    assert has == newest


def test_sqlite_has_no_roles(tmp_path: Path) -> None:
    result = run_migrate(f"sqlite:///{tmp_path}/m.db", "--grant-to", SERVICE_ROLE)
    assert (result.returncode, result.stderr) == (2, "SQLite has no roles. Leave out --grant-to.\n")


def test_three_concurrent_migrations_succeed(empty_database_url: str, tmp_path: Path) -> None:
    env = {
        **os.environ,
        "MITHAQ_DATABASE_URL": empty_database_url,
        "MITHAQ_SECRET": "s" * 40,
        "MITHAQ_VAR": str(tmp_path),
    }
    command = [sys.executable, "-m", "service.cli.main", "migrate"]
    started = [subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate()[1] for process in started]
    assert said == ["", "", ""]
    assert [process.returncode for process in started] == [0, 0, 0]


def test_role_url_is_in_no_error(empty_database_url: str, tmp_path: Path) -> None:
    url = (
        make_url(empty_database_url)
        .set(username="nobody_here", password="not-to-be-seen")
        .render_as_string(hide_password=False)
    )
    result = run_migrate(url, "--var", str(tmp_path))
    assert result.returncode != 0
    assert not re.search("not-to-be-seen", result.stderr)


def test_privilege_that_the_service_needs_not_is_named(instance: SampleInstance, postgres: PostgresTemplate) -> None:
    with instance.read() as tx:
        assert protections_store.list_excess_privileges(tx) == []
    owner = create_engine(postgres.owner_url(make_url(str(instance.database.engine.url)).database or ""))
    with owner.begin() as connection:
        connection.execute(text(f"GRANT UPDATE, DELETE ON seal TO {SERVICE_ROLE}"))
        connection.execute(text(f"GRANT TRUNCATE ON endorsement TO {SERVICE_ROLE}"))
    owner.dispose()
    with instance.read() as tx:
        assert protections_store.list_excess_privileges(tx) == [
            "TRUNCATE ON endorsement",
            "DELETE ON seal",
            "UPDATE ON seal",
        ]
