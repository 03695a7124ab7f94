"""A full or read-only disk: rejected with an error, nothing half written, and everything acknowledged is still
there."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from starlette.testclient import TestClient

from service.domain.trust.leaf import verify_chain
from service.sample.document import SampleMembers
from service.store import record as record_store
from service.store.tables import document
from service.web.app import create_app
from tests.integration.cli.test_up import environment, free_port, mithaq
from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import SampleInstance, copy_template, stored_path

TEXT = "كلمة " * 20_000
SIZE = 6
"""Megabytes of the small disk."""


def mount_small_disk(place: Path, *options: str) -> bool:
    """Mount a small disk at `place`; return whether that worked, for only root may do it, and not everywhere."""
    place.mkdir(exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", ",".join((f"size={SIZE}m", *options)), "mithaq-test", str(place)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "small"
    if shutil.which("mount") is None or os.geteuid() != 0 or not mount_small_disk(place):
        pytest.skip("only root can mount a small disk; the limit of pages is tried instead")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def open_api_client(instance: SampleInstance) -> Iterator[ApiTestClient]:
    with TestClient(
        create_app(instance.app_state), base_url="http://localhost", raise_server_exceptions=False
    ) as client:
        yield ApiTestClient(client, instance)


def until_full(api: ApiTestClient) -> list[str]:
    """Create documents until one is rejected; return the ids of the others."""
    opened: list[str] = []
    for _ in range(200):
        editions = {"ar": {"title": "عنوان", "text": TEXT}}
        response = api.post("/documents", {"kind": "statement", "authentic": ["ar"], "editions": editions}, by="lama")
        if response.status_code != 201:
            assert (response.status_code, response.json()["code"]) == (503, "database_away")
            assert "Nothing was changed" in response.json()["detail"] or "لم يتغيّر شيء" in response.json()["detail"]
            return opened
        opened.append(response.json()["id"])
    raise AssertionError("the disk never filled")


def assert_all_stored(instance: SampleInstance, opened: list[str]) -> None:
    with instance.read() as tx:
        assert tx.connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert set(tx.connection.execute(select(document.c.id)).scalars()) == set(opened)
        assert verify_chain(record_store.list_leaves(tx, limit=100_000)) is None


def test_full_disk_loses_nothing_acknowledged(database_template: tuple[Path, SampleMembers], small_disk: Path) -> None:
    instance = copy_template(*database_template, small_disk / "var")
    instance.session("lama"), instance.session("salma")
    with open_api_client(instance) as api:
        opened = until_full(api)
        assert opened
        assert_all_stored(instance, opened)
        assert api.get(f"/documents/{opened[-1]}", by="lama").status_code == 200
        _assert_logo_refused(api)
        subprocess.run(["mount", "-o", f"remount,size={2 * SIZE}m", str(small_disk)], check=True)
        one = {"kind": "statement", "authentic": ["ar"], "editions": {"ar": {"title": "عنوان", "text": "نصّ.\n"}}}
        response = api.post("/documents", one, by="lama")
        assert response.status_code == 201
        assert_all_stored(instance, [*opened, response.json()["id"]])
    instance.database.close()


def _assert_logo_refused(api: ApiTestClient) -> None:
    """Assert that a file without room leaves nothing behind."""
    picture = BytesIO()
    Image.effect_noise((900, 900), 90).save(picture, "PNG")
    for _ in range(40):
        response = api.call("PUT", "/coalition/logo", picture.getvalue() + os.urandom(300_000), by="salma")
        if response.status_code != 200:
            assert (response.status_code, response.json()["code"]) in ((503, "disk_refuses"), (503, "database_away"))
            break
    else:
        raise AssertionError("the disk never filled")
    assert [path for path in stored_path(api.instance.app_state.files).rglob(".new-*")] == []


def test_full_database_loses_nothing_acknowledged(instance: SampleInstance) -> None:
    """The same without root: SQLite is limited in its pages."""

    def limit(connection: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages + 300}")  # type: ignore[attr-defined]

    with instance.read() as tx:
        limit(tx.connection.connection.dbapi_connection)
    with open_api_client(instance) as api:
        opened = until_full(api)
    assert_all_stored(instance, opened)


def test_read_only_directory_prevents_start(small_disk: Path) -> None:
    (small_disk / "var").mkdir(mode=0o700)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    command = mithaq("up", "--var", str(small_disk / "var"), "--port", str(free_port()))
    result = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert (result.returncode, "is not writable (Read-only file system)" in result.stderr) == (2, True)


def test_read_only_files_are_reported(
    database_template: tuple[Path, SampleMembers], small_disk: Path, tmp_path: Path
) -> None:
    instance = copy_template(*database_template, tmp_path / "var")
    shelf = stored_path(instance.app_state.files)
    shelf.rmdir()
    shelf.symlink_to(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with open_api_client(instance) as api:
        picture = BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "PNG")
        response = api.call("PUT", "/coalition/logo", picture.getvalue(), by="salma")
        assert (response.status_code, response.json()["code"]) == (503, "disk_refuses")
        assert api.get("/coalition", by="salma").json()["logo_sha256"] is None
    instance.database.close()
