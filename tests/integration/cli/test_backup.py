"""The drill: a backup of a house at work, restored into an empty one, on each database and from one to the other."""

import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.actions.publication import exports
from service.cli.common.archive import place, write
from service.cli.main import mithaq
from service.domain.trust.leaf import verify
from service.files import open_files
from service.store import dump as dump_store
from service.store import record as record_store
from service.store.db import Database, connect
from service.store.drafts import journal as journal_store
from tests.support.factories import SECRET, Stage, a_document, a_save, a_sealed_document, place_of
from tests.support.postgres import Postgres

EMPTY = ("sqlite", "postgresql")


def run(settings: Mapping[str, str], *words: str) -> Result:
    return CliRunner().invoke(mithaq, list(words), env=dict(settings))


def settings_of(stage: Stage) -> dict[str, str]:
    return stage.house.settings.environ()


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of an instance with nothing in it."""
    settings = {"MITHAQ_VAR": str(tmp_path / "new"), "MITHAQ_SECRET": SECRET.decode()}
    if request.param == "sqlite":
        yield settings
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    postgres.execute("CREATE DATABASE restored")
    yield {**settings, "MITHAQ_DATABASE_URL": postgres.owner("restored")}
    postgres.execute("DROP DATABASE restored WITH (FORCE)")


def opened(settings: Mapping[str, str]) -> Database:
    return connect(settings.get("MITHAQ_DATABASE_URL") or f"sqlite:///{settings['MITHAQ_VAR']}/mithaq.db")


def every_row(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.read() as tx:
        return {name: [json.loads(line) for line in dump_store.lines(tx, name)] for name in dump_store.NAMES}


def a_house(stage: Stage) -> str:
    """A sealed document, a draft, and a file that is kept; its digest."""
    a_sealed_document(stage)
    a_save(stage, a_document(stage), "## المادة ١ {#one}\n\nنصّ ثانٍ 😀 “x”.\n")
    sha256 = stage.house.files.put(b"a file")
    with stage.write() as tx:
        export = tx.connection.exec_driver_sql("SELECT id FROM export ORDER BY seq").first()
        assert export is not None
        exports.finish(tx, export.id, key="a" * 64, sha256=sha256, size=6, format_="pdf")
    return sha256


@pytest.mark.parametrize("empty", EMPTY, indirect=True)
def test_what_comes_back_is_what_was_there(stage: Stage, empty: dict[str, str], tmp_path: Path) -> None:
    sha256 = a_house(stage)
    before = every_row(stage.database)
    made = run(settings_of(stage), "backup", str(tmp_path / "copy"))
    assert made.exit_code == 0, made.output
    back = run(empty, "restore", str(tmp_path / "copy"))
    assert back.exit_code == 0, back.output
    database = opened(empty)
    assert every_row(database) == before
    with database.read() as tx:
        assert verify(record_store.rows(tx)) is None
    database.close()
    assert open_files(f"file://{empty['MITHAQ_VAR']}/files").get(sha256) == b"a file"
    again = run(empty, "restore", str(tmp_path / "copy"))
    assert (again.exit_code, "into an empty one" in again.output) == (2, True)


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_a_backup_is_one_state_while_people_go_on(stage: Stage, empty: dict[str, str], tmp_path: Path) -> None:
    document, stop = a_document(stage), threading.Event()

    def go_on() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            a_save(stage, document, f"## المادة ١ {{#one}}\n\nنصّ {number}.\n")
            a_document(stage)

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        for number in range(3):
            made = run(settings_of(stage), "backup", str(tmp_path / str(number)))
            assert made.exit_code == 0, made.output
    finally:
        stop.set()
        writer.join()
    assert run(empty, "restore", str(tmp_path / "2")).exit_code == 0
    database = opened(empty)
    with database.read() as tx:
        told = [json.loads(row.content or b"{}") for row in record_store.rows(tx, limit=100_000)]
        documents = tx.connection.exec_driver_sql("SELECT count(*) FROM document").scalar_one()
        assert documents == sum(one["act"] == "document.open" for one in told)
        head = journal_store.head(tx, f"{document}.ar")
        assert journal_store.load(tx, f"{document}.ar", epoch=head.epoch).seq == head.seq
    database.close()


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_a_damaged_backup_is_refused_whole(stage: Stage, empty: dict[str, str], tmp_path: Path) -> None:
    sha256, copy = a_house(stage), tmp_path / "copy"
    run(settings_of(stage), "backup", str(copy))
    for path in (copy / "rows" / "record.jsonl", place(copy, sha256)):
        whole = path.read_bytes()
        path.write_bytes(whole[:-2])
        said = run(empty, "restore", str(copy))
        assert (said.exit_code, "is damaged or missing" in said.output) == (2, True)
        path.write_bytes(whole)
    assert not (Path(empty["MITHAQ_VAR"]) / "mithaq.db").exists()
    assert run(empty, "restore", str(copy)).exit_code == 0


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_a_record_that_was_changed_with_its_digest_is_found(
    stage: Stage, empty: dict[str, str], tmp_path: Path
) -> None:
    a_house(stage)
    copy = tmp_path / "copy"
    run(settings_of(stage), "backup", str(copy))
    rows, manifest = copy / "rows" / "record.jsonl", copy / "manifest.json"
    found = rows.read_bytes().splitlines(keepends=True)
    found[0] = json.dumps({**json.loads(found[0]), "salt": "A" * 43 + "="}).encode() + b"\n"
    rows.unlink()
    about = json.loads(manifest.read_bytes())
    about["rows"]["record"]["sha256"] = write(rows, found)[1]
    manifest.write_text(json.dumps(about))
    said = run(empty, "restore", str(copy))
    assert (said.exit_code, "does not recompute" in said.output) == (1, True)
    database = opened(empty)
    assert dump_store.is_empty(database)
    database.close()


def test_a_directory_that_is_not_empty_is_left_alone(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "letter.txt").touch()
    said = run(settings_of(stage), "backup", str(tmp_path / "copy"))
    assert (said.exit_code, "is not empty" in said.output) == (2, True)
    said = run(settings_of(stage), "restore", str(tmp_path / "copy"))
    assert (said.exit_code, "is not a backup" in said.output) == (2, True)


def test_a_file_that_is_lost_is_told_and_stops_nothing(stage: Stage, tmp_path: Path) -> None:
    place_of(stage.house.files, a_house(stage)).unlink()
    said = run(settings_of(stage), "backup", str(tmp_path / "copy"))
    assert said.exit_code == 0
    assert "could not be read: 1" in said.output
