"""`mithaq doctor` on a faulty instance: each finding with its wording and remedy, in both languages."""

import re
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, select, update

from service.cli.common.terminal import terminal_language
from service.cli.doctor import command, instance_checks, record_checks, search_index, server_checks
from service.config import Settings
from service.jobs import DELIVER_EMAIL
from service.sample.document import SampleMembers
from service.store import jobs as jobs_store
from service.store import record as record_store
from service.store.db import now_us
from service.store.drafts import journal as journal_store
from service.store.dump import TABLE_NAMES
from service.store.tables import search_entry
from tests.integration.cli.test_backup import create_busy_instance
from tests.support.factories import SampleInstance, copy_template, create_document, create_sealed_document, stored_path
from tests.support.mail import servers as mail_servers
from tests.support.postgres import SERVICE_ROLE, PostgresTemplate

LATER = 3_600_000_000


def run_check_in_languages(check: command.Check, settings: Settings) -> Mapping[str, tuple[bool, str]]:
    """Return the findings of a check by language."""
    found = {lang: command.run_check(check, settings, lang=lang) for lang in ("ar", "en")}
    assert re.search("[\u0621-\u064a]", (found["ar"] or (True, ""))[1])
    return {lang: one for lang, one in found.items() if one}


def failure_sentence(check: command.Check, settings: Settings) -> str:
    """Return the English sentence of a finding."""
    found = run_check_in_languages(check, settings)
    assert [well for well, _ in found.values()] == [False, False], found
    return found["en"][1]


def settings_of(instance: SampleInstance) -> Settings:
    return instance.app_state.settings


def test_healthy_instance_has_no_findings(instance: SampleInstance) -> None:
    create_busy_instance(instance)
    settings = settings_of(instance)
    for check in command.CHECKS:
        if check.__module__ in (instance_checks.__name__, record_checks.__name__, server_checks.__name__):
            well, sentence = command.run_check(check, settings) or (True, "")
            assert well, sentence


def test_unreachable_redis_is_reported(instance: SampleInstance) -> None:
    away = settings_of(instance).replace(redis_url="unix:///nowhere/redis.sock")
    assert "Start it" in failure_sentence(server_checks.redis, away)
    assert command.run_check(server_checks.worker, away) is None


def test_unclaimed_job_is_reported(instance: SampleInstance) -> None:
    create_sealed_document(instance)
    with instance.write() as tx:
        tx.connection.exec_driver_sql(f"UPDATE jobs SET next_at = {tx.now - LATER}")
    assert "waiting (minutes): mails (60), files (60)." in failure_sentence(instance_checks.jobs, settings_of(instance))


def test_each_lane_with_old_jobs_is_named(instance: SampleInstance) -> None:
    create_sealed_document(instance)
    with instance.write() as tx:
        jobs_store.enqueue(tx, DELIVER_EMAIL, ref="mai_x", effect_key="x")
        tx.connection.exec_driver_sql(f"UPDATE jobs SET next_at = {tx.now - LATER}")
        tx.connection.exec_driver_sql(f"UPDATE jobs SET next_at = {tx.now - LATER // 4} WHERE name = 'notices.mail'")
    sentence = failure_sentence(instance_checks.jobs, settings_of(instance))
    assert "waiting (minutes): mails (15), files (60)." in sentence


def test_missing_file_is_reported(instance: SampleInstance) -> None:
    stored_path(instance.app_state.files, create_busy_instance(instance)).unlink()
    assert "missing files: 1" in failure_sentence(instance_checks.files, settings_of(instance))


def test_unreachable_bucket_is_reported(instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "tests")
    nowhere = settings_of(instance).replace(files_url="s3://b?endpoint=http://127.0.0.1:9&region=x")
    assert "does not respond" in failure_sentence(instance_checks.files, nowhere)


def test_unreadable_draft_is_reported(instance: SampleInstance) -> None:
    document = create_document(instance)
    with instance.write() as tx:
        head = journal_store.lock_head(tx, f"{document}.ar")
        journal_store.append_all(tx, f"{document}.ar", head, [("per_nobody", b"\xff")], origin="typed")
    found = failure_sentence(instance_checks.drafts, settings_of(instance))
    assert f"The first: {document}.ar, change 2" in found


def test_slow_clock_is_reported(instance: SampleInstance) -> None:
    with instance.write(at=now_us() + LATER) as tx:
        record_store.append(tx, act="test.later", actor=None, facts={})
    assert "behind the record" in failure_sentence(instance_checks.clock, settings_of(instance))


def test_foreign_origin_is_reported(instance: SampleInstance) -> None:
    other = settings_of(instance).replace(origin="https://other.example")
    assert "coalition is http://localhost:8000" in failure_sentence(instance_checks.coalition, other)


def test_unreachable_mail_server_is_reported(instance: SampleInstance) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        assert "does not respond" in failure_sentence(server_checks.mail, settings_of(instance).replace(smtp_url=url))


@pytest.mark.parametrize(
    ("user", "query", "starttls", "sentence"),
    [
        ("", "?tls=starttls", True, "is not trusted"),
        ("", "?tls=starttls", False, "offers no STARTTLS"),
        ("me:passphrase@", "?ca={ca}", True, "refuses user and password"),
        ("me:passphrase@", "", False, "offers no STARTTLS"),
    ],
)
def test_mail_server_that_would_take_no_mail_is_reported(
    instance: SampleInstance, tmp_path: Path, user: str, query: str, starttls: bool, sentence: str
) -> None:
    keeper = mail_servers.MailServer()
    ca = mail_servers.make_certificate(tmp_path / "ca.pem", name="mail.example", is_authority=False)
    certificate = ca if starttls else None
    with mail_servers.run_mail_server(keeper, certificate=certificate, wants_password=bool(user and starttls)) as port:
        url = f"smtp://{user}127.0.0.1:{port}{query.format(ca=ca)}"
        found = failure_sentence(server_checks.mail, settings_of(instance).replace(smtp_url=url))
    assert sentence in found and "passphrase" not in found and keeper.got == []


def test_mail_server_that_takes_user_and_password_is_reported_as_ready(
    instance: SampleInstance, tmp_path: Path
) -> None:
    keeper = mail_servers.MailServer()
    ca = mail_servers.make_certificate(tmp_path / "ca.pem", name="mail.example", is_authority=False)
    credentials = f"{quote(mail_servers.USER, safe='')}:{quote(mail_servers.PASSWORD, safe='')}@"
    with mail_servers.run_mail_server(keeper, certificate=ca, wants_password=True) as port:
        ready = settings_of(instance).replace(smtp_url=f"smtp://{credentials}127.0.0.1:{port}?ca={ca}")
        found = run_check_in_languages(server_checks.mail, ready)
        plain = settings_of(instance).replace(smtp_url=f"smtp://127.0.0.1:{port}")
        assert run_check_in_languages(server_checks.mail, plain)["en"][0]
    assert found["en"][0] and re.search(r"over TLSv1\.\d and accepts user and password$", found["en"][1])


def test_unreachable_database_is_reported(instance: SampleInstance) -> None:
    away = settings_of(instance).replace(database_url="postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    assert "cannot be reached" in failure_sentence(instance_checks.database, away)
    for check in (
        instance_checks.durability,
        record_checks.roles,
        record_checks.record,
        instance_checks.clock,
        instance_checks.coalition,
        instance_checks.jobs,
        instance_checks.files,
    ):
        assert command.run_check(check, away) is None


def test_modified_record_row_is_reported(database_template: tuple[Path, SampleMembers], tmp_path: Path) -> None:
    instance = copy_template(*database_template, tmp_path / "var")
    create_busy_instance(instance)
    assert command.run_check(record_checks.record, settings_of(instance)) is not None
    with instance.write() as tx:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'record'"
        for name in tx.connection.exec_driver_sql(query).scalars().all():
            tx.connection.exec_driver_sql(f"DROP TRIGGER {name}")
        tx.connection.exec_driver_sql("UPDATE record SET content = replace(content, 'act', 'atc') WHERE seq = 2")
    assert "Entry 2 of the record" in failure_sentence(record_checks.record, settings_of(instance))
    instance.database.close()


@pytest.mark.parametrize(("check", "place"), [(instance_checks.database, 0), (instance_checks.durability, -4096)])
def test_corrupt_database_file_is_reported(
    database_template: tuple[Path, SampleMembers], tmp_path: Path, check: command.Check, place: int
) -> None:
    instance = copy_template(*database_template, tmp_path / "var")
    create_busy_instance(instance)
    instance.database.close()
    path = tmp_path / "var" / "mithaq.db"
    with path.open("r+b") as file:
        file.seek(place % path.stat().st_size)
        file.write(b"\xff" * 4096)
    assert "damaged" in failure_sentence(check, settings_of(instance))


@pytest.fixture
def owned_database_url(postgres: PostgresTemplate) -> Iterator[str]:
    """Return the URL of an instance on PostgreSQL, for the owner of its tables."""
    name = postgres.create_copy().split("?")[0].rsplit("/", 1)[-1]
    yield postgres.owner_url(name)
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_service_owning_append_only_tables_is_reported(owned_database_url: str, tmp_path: Path) -> None:
    settings = Settings.load({}, var=tmp_path, database_url=owned_database_url, secret="s" * 40)
    as_owner = run_check_in_languages(record_checks.roles, settings)["en"]
    assert (as_owner[0], SERVICE_ROLE in as_owner[1]) == (True, True)  # the service has a role of its own
    engine = create_engine(owned_database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {SERVICE_ROLE}")
        assert "--grant-to" in failure_sentence(record_checks.roles, settings)
        name = engine.url.database
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
        assert "synchronous_commit = off" in failure_sentence(instance_checks.durability, settings)
        connection.exec_driver_sql("UPDATE record SET salt = decode(repeat('00', 32), 'hex') WHERE seq = 2")
    engine.dispose()
    assert "Entry 2 of the record" in failure_sentence(record_checks.record, settings)


def test_language_follows_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert terminal_language() == "en"
    for value, lang in (("ar_SY.UTF-8", "ar"), ("C.UTF-8", "en"), ("de_DE", "en"), ("ar", "ar")):
        monkeypatch.setenv("LANG", value)
        assert terminal_language() == lang


def test_search_index_that_lags_is_reported_and_made_again(
    instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(instance)
    create_document(instance)
    monkeypatch.setattr(search_index, "MAX_WAITING", 0)
    assert "does not find 1 new texts" in failure_sentence(search_index.search, settings)
    search_index.rebuild(instance.database)
    assert (command.run_check(search_index.search, settings) or (False, ""))[0]
    with instance.write() as tx:
        tx.connection.execute(update(search_entry).values(words="other", body="other"))
    search_index.rebuild(instance.database)
    with instance.read() as tx:
        assert tx.connection.execute(select(search_entry.c.words)).scalars().all() == ["title ar ماده 1 نص اول"]
        assert "search_entry" not in TABLE_NAMES
