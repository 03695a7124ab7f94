"""Disaster recovery: a backup of an instance in use, restored into an empty one, on each database and from one to the
other."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.actions.authorization import or_not_found
from service.actions.membership import people
from service.actions.publication import exports
from service.actions.validation import secret_sha256
from service.cli.common.archive import file_path, write_file
from service.cli.main import mithaq
from service.domain.trust.leaf import verify_chain
from service.files import open_file_store
from service.store import dump as dump_store
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Database, connect
from service.store.drafts import journal as journal_store
from tests.support.factories import (
    SECRET,
    SampleInstance,
    create_document,
    create_sealed_document,
    save_text,
    stored_path,
)
from tests.support.postgres import PostgresTemplate

EMPTY = ("sqlite", "postgresql")


def run(settings: Mapping[str, str], *words: str) -> Result:
    return CliRunner().invoke(mithaq, list(words), env=dict(settings))


def settings_of(instance: SampleInstance) -> dict[str, str]:
    return instance.app_state.settings.to_environ()


@pytest.fixture
def empty_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the settings of an empty instance."""
    settings = {"MITHAQ_VAR": str(tmp_path / "new"), "MITHAQ_SECRET": SECRET.decode()}
    if request.param == "sqlite":
        yield settings
        return
    postgres: PostgresTemplate = request.getfixturevalue("postgres")
    postgres.execute("CREATE DATABASE restored")
    yield {**settings, "MITHAQ_DATABASE_URL": postgres.owner_url("restored")}
    postgres.execute("DROP DATABASE restored WITH (FORCE)")


def open_database(settings: Mapping[str, str]) -> Database:
    return connect(settings.get("MITHAQ_DATABASE_URL") or f"sqlite:///{settings['MITHAQ_VAR']}/mithaq.db")


def all_rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.read() as tx:
        return {name: [json.loads(line) for line in dump_store.dump_rows(tx, name)] for name in dump_store.TABLE_NAMES}


def create_keys_made_with_keys(instance: SampleInstance) -> None:
    """Create a key that refers to a key which comes later in the order of ids: half of them do."""
    order = "SELECT count(*) FROM token AS made JOIN token AS with_ ON with_.id = made.made_with AND with_.id > made.id"
    with instance.write() as tx:
        actor = instance.actor(tx, "reem")
        while not tx.connection.exec_driver_sql(order).scalar_one():
            token = people.issue_token(tx, actor, label="x", scopes=("read",)).token
            actor = or_not_found(people_store.load_actor_by_token(tx, secret_sha256(token)))


def create_busy_instance(instance: SampleInstance) -> str:
    """Create a sealed document, a draft, and a stored file; return its digest."""
    create_sealed_document(instance)
    create_keys_made_with_keys(instance)
    save_text(instance, create_document(instance), "## المادة ١ {#one}\n\nنصّ ثانٍ 😀 “x”.\n")
    sha256 = instance.app_state.files.put(b"a file")
    with instance.write() as tx:
        export = tx.connection.exec_driver_sql("SELECT id FROM export ORDER BY seq").first()
        assert export is not None
        exports.finish_export(tx, export.id, key="a" * 64, sha256=sha256, size=6, format_="pdf")
    return sha256


@pytest.mark.parametrize("empty_settings", EMPTY, indirect=True)
def test_restore_equals_backup(instance: SampleInstance, empty_settings: dict[str, str], tmp_path: Path) -> None:
    sha256 = create_busy_instance(instance)
    before = all_rows(instance.database)
    made = run(settings_of(instance), "backup", str(tmp_path / "copy"))
    assert made.exit_code == 0, made.output
    assert "Proved" in made.output
    assert not (tmp_path / "copy" / ".proof").exists()
    back = run(empty_settings, "restore", str(tmp_path / "copy"))
    assert back.exit_code == 0, back.output
    database = open_database(empty_settings)
    after = all_rows(database)
    assert after["coalition"][0].pop("paused_at") is not None  # a restored instance waits for `mithaq live`
    before["coalition"][0].pop("paused_at")
    assert after == before
    with database.read() as tx:
        assert verify_chain(record_store.list_leaves(tx)) is None
    database.close()
    assert open_file_store(f"file://{empty_settings['MITHAQ_VAR']}/files").get(sha256) == b"a file"
    again = run(empty_settings, "restore", str(tmp_path / "copy"))
    assert (again.exit_code, "into an empty one" in again.output) == (2, True)


@pytest.mark.parametrize("empty_settings", ["sqlite"], indirect=True)
def test_backup_is_consistent_during_writes(
    instance: SampleInstance, empty_settings: dict[str, str], tmp_path: Path
) -> None:
    document, stop = create_document(instance), threading.Event()

    def go_on() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            save_text(instance, document, f"## المادة ١ {{#one}}\n\nنصّ {number}.\n")
            create_document(instance)

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        for number in range(3):
            made = run(settings_of(instance), "backup", str(tmp_path / str(number)))
            assert made.exit_code == 0, made.output
    finally:
        stop.set()
        writer.join()
    assert run(empty_settings, "restore", str(tmp_path / "2")).exit_code == 0
    database = open_database(empty_settings)
    with database.read() as tx:
        acts = [json.loads(row.content or b"{}") for row in record_store.list_leaves(tx, limit=100_000)]
        documents = tx.connection.exec_driver_sql("SELECT count(*) FROM document").scalar_one()
        assert documents == sum(one["act"] == "document.open" for one in acts)
        head = journal_store.get_head(tx, f"{document}.ar")
        assert journal_store.load_draft(tx, f"{document}.ar", epoch=head.epoch).seq == head.seq
    database.close()


@pytest.mark.parametrize("empty_settings", ["sqlite"], indirect=True)
def test_damaged_backup_is_rejected_entirely(
    instance: SampleInstance, empty_settings: dict[str, str], tmp_path: Path
) -> None:
    sha256, copy = create_busy_instance(instance), tmp_path / "copy"
    run(settings_of(instance), "backup", str(copy))
    for path in (copy / "rows" / "record.jsonl", file_path(copy, sha256)):
        whole = path.read_bytes()
        path.write_bytes(whole[:-2])
        result = run(empty_settings, "restore", str(copy))
        assert (result.exit_code, "is damaged or missing" in result.output) == (2, True)
        path.write_bytes(whole)
    assert not (Path(empty_settings["MITHAQ_VAR"]) / "mithaq.db").exists()
    assert run(empty_settings, "restore", str(copy)).exit_code == 0


@pytest.mark.parametrize("empty_settings", ["sqlite"], indirect=True)
def test_record_changed_together_with_its_digest_is_detected(
    instance: SampleInstance, empty_settings: dict[str, str], tmp_path: Path
) -> None:
    create_busy_instance(instance)
    copy = tmp_path / "copy"
    run(settings_of(instance), "backup", str(copy))
    rows, manifest = copy / "rows" / "record.jsonl", copy / "manifest.json"
    found = rows.read_bytes().splitlines(keepends=True)
    found[0] = json.dumps({**json.loads(found[0]), "salt": "A" * 43 + "="}).encode() + b"\n"
    rows.unlink()
    about = json.loads(manifest.read_bytes())
    about["rows"]["record"]["sha256"] = write_file(rows, found)[1]
    manifest.write_text(json.dumps(about))
    result = run(empty_settings, "restore", str(copy))
    assert (result.exit_code, "record in this backup is damaged" in result.output) == (1, True)
    database = open_database(empty_settings)
    assert dump_store.is_empty(database)
    database.close()


def test_non_empty_directory_is_left_unchanged(instance: SampleInstance, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "letter.txt").touch()
    result = run(settings_of(instance), "backup", str(tmp_path / "copy"))
    assert (result.exit_code, "is not empty" in result.output) == (2, True)
    result = run(settings_of(instance), "restore", str(tmp_path / "copy"))
    assert (result.exit_code, "is not a backup" in result.output) == (2, True)


def test_missing_file_is_reported_and_does_not_stop_the_backup(instance: SampleInstance, tmp_path: Path) -> None:
    stored_path(instance.app_state.files, create_busy_instance(instance)).unlink()
    result = run(settings_of(instance), "backup", str(tmp_path / "copy"))
    assert result.exit_code == 0
    assert "could not be read: 1" in result.output


@pytest.mark.parametrize("empty_settings", ["sqlite"], indirect=True)
def test_unrestorable_backup_is_said_in_a_sentence(
    instance: SampleInstance, empty_settings: dict[str, str], tmp_path: Path
) -> None:
    create_busy_instance(instance)
    copy = tmp_path / "copy"
    run(settings_of(instance), "backup", str(copy))
    tampered = {
        "person": (lambda rows: rows[1:], "refer to rows that are missing"),
        "token": (lambda rows: [rows[0].replace(b'"sha256":', b'"sha257":'), *rows[1:]], "cannot be restored"),
        "document": (lambda rows: [row.replace(b'"approved"', b'"unheard"') for row in rows], "cannot be restored"),
        "record": (lambda rows: [b"no json\n", *rows[1:]], "cannot be restored"),
    }
    for name, (alter, sentence) in tampered.items():
        whole = replace_rows(copy, name, alter)
        result = run(empty_settings, "restore", str(copy))
        assert (result.exit_code, isinstance(result.exception, SystemExit)) == (1, True), result.exception
        assert sentence in result.output, result.output
        replace_rows(copy, name, partial(keep, whole))
    assert run(empty_settings, "restore", str(copy)).exit_code == 0


def keep(whole: list[bytes], _: list[bytes]) -> list[bytes]:
    return whole


def replace_rows(copy: Path, name: str, alter: Callable[[list[bytes]], list[bytes]]) -> list[bytes]:
    """Alter the rows of a table in a backup, with their digest and count in the manifest; return what was there."""
    rows, manifest = copy / "rows" / f"{name}.jsonl", copy / "manifest.json"
    found = rows.read_bytes().splitlines(keepends=True)
    rows.unlink()
    about = json.loads(manifest.read_bytes())
    about["rows"][name]["count"], about["rows"][name]["sha256"] = write_file(rows, alter(found))
    manifest.write_text(json.dumps(about))
    return found


def test_backup_says_that_it_was_not_proved(instance: SampleInstance, tmp_path: Path) -> None:
    made = run(settings_of(instance), "backup", str(tmp_path / "copy"), "--no-proof")
    assert (made.exit_code, "Not proved" in made.output) == (0, True)


@pytest.mark.parametrize("empty_settings", ["sqlite"], indirect=True)
def test_altered_rows_are_said_by_backup_and_restore(
    instance: SampleInstance, empty_settings: dict[str, str], tmp_path: Path
) -> None:
    create_busy_instance(instance)
    with instance.write() as tx:  # the service's role may change the state of a mandate
        tx.connection.exec_driver_sql("UPDATE mandate SET state = 'revoked'")
    made = run(settings_of(instance), "backup", str(tmp_path / "copy"))
    assert (made.exit_code, "rows differ from the record: 3" in made.output) == (1, True), made.output
    back = run(empty_settings, "restore", str(tmp_path / "copy"))
    assert (back.exit_code, "differ from the record: 3" in back.output) == (1, True), back.output
    database = open_database(empty_settings)
    assert not dump_store.is_empty(database)
    database.close()
