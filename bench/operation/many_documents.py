"""Ten thousand documents: migration from release 0.1, backup, restore, checks and pages.

Each command runs in a process of its own. Its processor time says more than its duration on a shared machine.
"""

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.pages import create_request, measure_ms
from bench.support.copied_documents import build
from bench.support.sample_instance import SECRET
from service.actions.accounts import sign_in
from service.config import Settings
from service.files import open_file_store
from service.job_dispatch import NullDispatcher
from service.sample import document as document_module
from service.store.accounts import people as people_store
from service.store.db import Database, connect
from service.web.app import create_app
from service.web.http.app_state import AppState
from tests.support.postgres import run_server

DOCUMENTS = int(os.environ.get("MITHAQ_BENCH_DOCUMENTS", "10000"))
GOALS = {"migrate": 30, "backup": 60}
"""Seconds, on a quiet machine."""

PAGES = ("/", "/notices", "/api/v1/documents", "/api/v1/documents?limit=100")
READERS = ("salma@mithaq.example", "lama@sindyan.example")
"""Of the secretariat, and of an organisation."""

REQUESTS = 5


def run() -> None:
    """Print the tables: on SQLite, then restored into PostgreSQL."""
    with tempfile.TemporaryDirectory() as directory, run_server() as postgres:
        var, copy = Path(directory) / "var", Path(directory) / "backup"
        var.mkdir(mode=0o700)
        build(var / "mithaq.db", DOCUMENTS)
        (var / "mithaq.db").chmod(0o600)
        settings = Settings.load({}, var=var, sample=True)
        megabytes = (var / "mithaq.db").stat().st_size / 1e6
        print(f"{DOCUMENTS} documents of release 0.1, SQLite, {megabytes:.0f} MB; load {os.getloadavg()[0]:.0f}")
        _print_commands(settings, copy)
        _print_pages(settings)
        url = postgres.get_uri(driver="psycopg")
        other = Settings.load({}, var=Path(directory) / "other", database_url=url, secret=SECRET.decode())
        print("restored into PostgreSQL")
        _print_command("restore", other, str(copy))
        _print_command("backup", other, f"{copy}-2")
        _print_command("record check", other)
        _print_pages(other)


def _print_commands(settings: Settings, copy: Path) -> None:
    _print_command("migrate", settings)
    _print_command("backup", settings, f"{copy}-without-proof", "--no-proof")
    _print_command("backup", settings, str(copy))
    _print_command("restore", settings.replace(var=settings.var.with_name("restored")), str(copy))
    _print_command("record check", settings)
    _print_command("doctor", settings)
    with _timed("sqlite3 iterdump, for comparison"):
        _dump(settings.var / "mithaq.db", copy.with_name("dump.sql"))


def _print_command(command: str, settings: Settings, *words: str) -> None:
    with _timed(" ".join([command, *(word for word in words if word.startswith("--"))]), goal=GOALS.get(command)):
        subprocess.run(
            [sys.executable, "-m", "service.cli.main", *command.split(), *words],
            env={**os.environ, **settings.to_environ()},
            stdout=subprocess.DEVNULL,
            check=command != "doctor",  # which finds jobs that wait
        )


@contextmanager
def _timed(name: str, *, goal: int | None = None) -> Iterator[None]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    yield
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - started
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    limit = f"goal {goal} s" if goal else ""
    print(f"{name:36} {seconds:7.1f} s, {used:6.1f} s of processor time  {limit}", flush=True)


def _dump(path: Path, target: Path) -> None:
    code = (
        "import sqlite3, sys\n"
        "with open(sys.argv[2], 'w') as out:\n"
        "    out.writelines(f'{line}\\n' for line in sqlite3.connect(sys.argv[1]).iterdump())"
    )
    subprocess.run([sys.executable, "-c", code, str(path), str(target)], check=True)


def _print_pages(settings: Settings) -> None:
    database = connect(settings.resolved_database_url)
    try:
        files = open_file_store(settings.resolved_files_url)
        app = create_app(AppState(settings, database, files, NullDispatcher(), SECRET))
        for reader in READERS:
            session = _start_session(database, reader)
            for page in PAGES:
                request = create_request(app, page, session)
                times = asyncio.run(_measure(request))
                print(f"{page:28} {reader:24} {statistics.median(times):7.1f} ms")
    finally:
        database.close()


async def _measure(request: Callable[[], Awaitable[int]]) -> list[float]:
    await measure_ms(request)
    return [await measure_ms(request) for _ in range(REQUESTS)]


def _start_session(database: Database, email: str) -> str:
    with database.write(NullDispatcher()) as tx:
        person = people_store.get_by_email(tx, email)
        assert person
        actor = document_module.load_actor(tx, person.id)
        return sign_in.start_session(tx, actor, browser=sign_in.Browser(own_device=True))
