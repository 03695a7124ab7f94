"""`mithaq doctor` of a house in trouble: each finding by its words and its remedy, in both languages."""

import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from service.cli.doctor import command, instance_checks
from service.config import Settings
from service.sample.document import Cast
from service.store import record as record_store
from service.store.db import now_us
from service.store.drafts import journal as journal_store
from tests.integration.cli.test_backup import a_house
from tests.support.factories import Stage, a_document, a_sealed_document, a_stage, place_of
from tests.support.postgres import Postgres

LATER = 3_600_000_000


def said(check: command.Check, settings: Settings) -> Mapping[str, tuple[bool, str]]:
    """What the doctor says, by language."""
    found = {lang: command.examine(check, settings, lang=lang) for lang in ("ar", "en")}
    assert re.search("[\u0621-\u064a]", (found["ar"] or (True, ""))[1])
    return {lang: one for lang, one in found.items() if one}


def wrong(check: command.Check, settings: Settings) -> str:
    """The English sentence of what is wrong."""
    found = said(check, settings)
    assert [well for well, _ in found.values()] == [False, False], found
    return found["en"][1]


def settings_of(stage: Stage) -> Settings:
    return stage.house.settings


def test_a_house_that_is_well(stage: Stage) -> None:
    a_house(stage)
    settings = settings_of(stage)
    for check in command.CHECKS:
        if check.__module__ == instance_checks.__name__:
            well, sentence = command.examine(check, settings) or (True, "")
            assert well, sentence


def test_a_redis_that_is_away(stage: Stage) -> None:
    away = replace(settings_of(stage), redis_url="unix:///nowhere/redis.sock")
    assert "Start it" in wrong(instance_checks.redis, away)
    assert command.examine(instance_checks.worker, away) is None


def test_a_job_nobody_takes(stage: Stage) -> None:
    a_sealed_document(stage)
    with stage.write() as tx:
        tx.connection.exec_driver_sql(f"UPDATE jobs SET next_at = {tx.now - LATER}")
    assert "waited for 60 minutes" in wrong(instance_checks.jobs, settings_of(stage))


def test_a_file_that_is_gone(stage: Stage) -> None:
    place_of(stage.house.files, a_house(stage)).unlink()
    assert "missing: 1" in wrong(instance_checks.files, settings_of(stage))


def test_a_bucket_that_does_not_answer(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "tests")
    nowhere = replace(settings_of(stage), files_url="s3://b?endpoint=http://127.0.0.1:9&region=x")
    assert "does not answer" in wrong(instance_checks.files, nowhere)


def test_a_draft_nobody_can_read_to_its_end(stage: Stage) -> None:
    document = a_document(stage)
    with stage.write() as tx:
        head = journal_store.lock(tx, f"{document}.ar")
        journal_store.append_all(tx, f"{document}.ar", head, [("per_nobody", b"\xff")], origin="typed")
    found = wrong(instance_checks.drafts, settings_of(stage))
    assert f"The first: {document}.ar, change 2" in found


def test_a_clock_that_runs_behind(stage: Stage) -> None:
    with stage.write(at=now_us() + LATER) as tx:
        record_store.append(tx, act="test.later", actor=None, facts={})
    assert "behind the record" in wrong(instance_checks.clock, settings_of(stage))


def test_an_address_that_is_not_the_coalitions(stage: Stage) -> None:
    other = replace(settings_of(stage), origin="https://other.example")
    assert "began at http://localhost:8000" in wrong(instance_checks.coalition, other)


def test_a_mail_server_that_does_not_answer(stage: Stage) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        assert "does not answer" in wrong(instance_checks.mail, replace(settings_of(stage), smtp_url=url))


def test_a_database_that_is_away(stage: Stage) -> None:
    away = replace(settings_of(stage), database_url="postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    assert "cannot be reached" in wrong(instance_checks.database, away)
    for check in (
        instance_checks.durability,
        instance_checks.roles,
        instance_checks.record,
        instance_checks.clock,
        instance_checks.coalition,
        instance_checks.jobs,
        instance_checks.files,
    ):
        assert command.examine(check, away) is None


def test_a_row_of_the_record_that_somebody_changed_in_the_file(template: tuple[Path, Cast], tmp_path: Path) -> None:
    stage = a_stage(*template, tmp_path / "var")
    a_house(stage)
    assert command.examine(instance_checks.record, settings_of(stage)) is not None
    with stage.write() as tx:
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'record'"
        for name in tx.connection.exec_driver_sql(asked).scalars().all():
            tx.connection.exec_driver_sql(f"DROP TRIGGER {name}")
        tx.connection.exec_driver_sql("UPDATE record SET content = replace(content, 'act', 'atc') WHERE seq = 2")
    assert "Row 2 of the record" in wrong(instance_checks.record, settings_of(stage))
    stage.database.close()


@pytest.mark.parametrize(("check", "place"), [(instance_checks.database, 0), (instance_checks.durability, -4096)])
def test_a_database_file_that_the_disk_has_spoilt(
    template: tuple[Path, Cast], tmp_path: Path, check: command.Check, place: int
) -> None:
    stage = a_stage(*template, tmp_path / "var")
    a_house(stage)
    stage.database.close()
    path = tmp_path / "var" / "mithaq.db"
    with path.open("r+b") as file:
        file.seek(place % path.stat().st_size)
        file.write(b"\xff" * 4096)
    assert "damaged" in wrong(check, settings_of(stage))


@pytest.fixture
def owned(postgres: Postgres) -> Iterator[str]:
    """The address of a house on PostgreSQL, for whoever owns it."""
    name = postgres.fresh().split("?")[0].rsplit("/", 1)[-1]
    yield postgres.owner(name)
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_service_that_owns_what_it_must_not_change(owned: str, tmp_path: Path) -> None:
    settings = Settings.read({}, var=tmp_path, database_url=owned, secret="s" * 40)
    assert "--grant-to" in wrong(instance_checks.roles, settings)
    engine = create_engine(owned, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        name = engine.url.database
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
        assert "synchronous_commit = off" in wrong(instance_checks.durability, settings)
        connection.exec_driver_sql("UPDATE record SET salt = decode(repeat('00', 32), 'hex') WHERE seq = 2")
    engine.dispose()
    assert "Row 2 of the record" in wrong(instance_checks.record, settings)


def test_the_language_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert command.spoken() == "en"
    for value, lang in (("ar_SY.UTF-8", "ar"), ("C.UTF-8", "en"), ("de_DE", "en"), ("ar", "ar")):
        monkeypatch.setenv("LANG", value)
        assert command.spoken() == lang
