"""The secret across a restore: the right one is asked for before anything is restored, or given up on purpose."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.cli.local.start_checks import check_secret
from service.config import Settings
from service.store import dump as dump_store
from service.store import record as record_store
from service.store.db import Database
from tests.integration.cli.database.servers import INIT, run_well, settings_for
from tests.integration.cli.test_backup import open_database, run
from tests.support.factories import SECRET
from tests.support.postgres import PostgresTemplate

OTHER = "another secret, as long as it must be, of a mistaken administrator"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a backup of an instance on SQLite that stores its secret itself."""
    directory = tmp_path_factory.mktemp("embedded")
    source = {"MITHAQ_VAR": str(directory / "source")}
    run_well(source, *INIT)
    check_secret(Settings.load(source))
    run_well(source, "backup", str(directory / "backup"))
    return directory / "backup"


@pytest.fixture(scope="module")
def server_url(postgres: PostgresTemplate) -> Iterator[str]:
    """Return the address of an empty database on PostgreSQL, for its owner."""
    postgres.execute("CREATE DATABASE other_secret")
    yield postgres.owner_url("other_secret")
    postgres.execute("DROP DATABASE other_secret WITH (FORCE)")


def is_untouched(settings: dict[str, str]) -> bool:
    database = open_database(settings)
    empty = dump_store.is_empty(database)
    database.close()
    return empty and not (Path(settings["MITHAQ_VAR"]) / "files").exists()


def test_secret_of_the_backup_is_copied_where_there_is_none(embedded: Path, tmp_path: Path) -> None:
    settings = {"MITHAQ_VAR": str(tmp_path / "new")}
    run_well(settings, "restore", str(embedded))
    assert (tmp_path / "new" / "secret").read_bytes() == (embedded / "secret").read_bytes()
    check_secret(Settings.load(settings))


def test_secret_that_is_here_already_is_not_replaced(embedded: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret of another instance, long enough")
    settings = {"MITHAQ_VAR": str(tmp_path)}
    result = run(settings, "restore", str(embedded))
    assert (result.exit_code, f"content of {embedded / 'secret'} into MITHAQ_SECRET" in result.stderr) == (2, True)
    assert not (tmp_path / "mithaq.db").exists()


def test_server_gets_the_secret_as_a_setting_and_gives_none_back(
    embedded: Path, server_url: str, tmp_path: Path
) -> None:
    settings = settings_for(server_url, tmp_path / "server")
    unset = run({**settings, "MITHAQ_SECRET": ""}, "restore", str(embedded))
    assert (unset.exit_code, f"is the content of {embedded / 'secret'}" in unset.stderr) == (2, True)
    wrong = run(settings, "restore", str(embedded))
    assert (wrong.exit_code, f"content of {embedded / 'secret'} into MITHAQ_SECRET" in wrong.stderr) == (2, True)
    assert is_untouched(settings)

    right = {**settings, "MITHAQ_SECRET": (embedded / "secret").read_text()}
    run_well(right, "restore", str(embedded))
    check_secret(Settings.load(right))
    run_well(right, "backup", str(tmp_path / "back"))
    assert not (tmp_path / "back" / "secret").exists()  # a server's settings hold it

    sqlite = {"MITHAQ_VAR": str(tmp_path / "again")}
    unknown = run(sqlite, "restore", str(tmp_path / "back"))
    fingerprint = check_secret(Settings.load(right))
    assert (unknown.exit_code, f"the fingerprint {fingerprint}" in unknown.stderr) == (2, True)
    assert not (tmp_path / "again" / "mithaq.db").exists()
    run_well({**sqlite, "MITHAQ_SECRET": right["MITHAQ_SECRET"]}, "restore", str(tmp_path / "back"))


def test_another_secret_is_accepted_on_purpose_and_recorded(embedded: Path, tmp_path: Path) -> None:
    settings = {"MITHAQ_VAR": str(tmp_path / "new"), "MITHAQ_SECRET": OTHER}
    assert run(settings, "restore", str(embedded)).exit_code == 2
    run_well(settings, "restore", str(embedded), "--accept-secret")
    check_secret(Settings.load(settings))
    database = open_database(settings)
    assert last_act(database) == "secret.accept"
    database.close()
    run_well(settings, "record", "check")
    assert not (tmp_path / "new" / "secret").exists()


def last_act(database: Database) -> str:
    with database.read() as tx:
        content = record_store.list_leaves(tx)[-1].content or b""
    return content.decode().partition('"act":"')[2].partition('"')[0]


def test_backup_of_an_instance_that_never_ran_needs_no_secret(tmp_path: Path) -> None:
    source = {"MITHAQ_VAR": str(tmp_path / "source"), "MITHAQ_SECRET": SECRET.decode()}
    run_well(source, *INIT)
    run_well(source, "backup", str(tmp_path / "backup"))
    run_well({"MITHAQ_VAR": str(tmp_path / "new"), "MITHAQ_SECRET": OTHER}, "restore", str(tmp_path / "backup"))
