"""Content-addressed files: complete or refused, repaired by putting them again; in a directory and in a bucket."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import obstore
import pytest

from service.domain.errors import NotFound, Unavailable
from service.files import CHUNK, FileStore, FilesUnreachable, open_file_store
from service.files.s3_store import BucketBackend
from tests.support.factories import stored_path
from tests.support.s3 import CREDENTIALS, run_s3_server

DATA = bytes(range(256)) * 1024


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    with run_s3_server() as url:
        yield url


@pytest.fixture(params=["directory", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileStore:
    if request.param == "directory":
        return open_file_store(f"file://{tmp_path}/files")
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    url: str = request.getfixturevalue("bucket")
    return open_file_store(url.replace("/files?", f"/{tmp_path.name}?"))


def damage(files: FileStore, sha256: str) -> None:
    """Flip one bit in the middle of a file."""
    data = bytearray(files.get(sha256))
    data[len(data) // 2] ^= 1
    files.backend.write(sha256, bytes(data))


def test_file_is_read_back_in_chunks(files: FileStore) -> None:
    sha256 = files.put(DATA)
    assert files.put(DATA) == sha256
    pieces = list(files.iter_chunks(sha256))
    assert b"".join(pieces) == DATA == files.get(sha256)
    assert max(map(len, pieces)) == CHUNK


def test_deleted_file_is_gone_and_may_be_deleted_again(files: FileStore) -> None:
    sha256 = files.put(DATA)
    files.delete(sha256)
    files.delete(sha256)
    with pytest.raises(NotFound):
        files.get(sha256)
    assert files.put(DATA) == sha256 and files.contains(sha256)


def test_large_file_is_stored_completely(files: FileStore) -> None:
    data = os.urandom(12_000_000)
    assert files.get(files.put(data)) == data


def test_flipped_bit_is_detected_before_the_first_chunk(files: FileStore) -> None:
    sha256 = files.put(DATA)
    damage(files, sha256)
    for ask in (files.get, files.iter_chunks):
        with pytest.raises(Unavailable) as raised:
            ask(sha256)
        assert raised.value.code == "file_damaged"
    assert not files.contains(sha256)


@pytest.mark.parametrize("sha256", ["0" * 64, "", "../../etc/passwd", "A" * 64])
def test_unknown_digest_is_not_found(files: FileStore, sha256: str) -> None:
    with pytest.raises(NotFound):
        files.iter_chunks(sha256)
    assert not files.contains(sha256)


def test_putting_again_repairs_damage(files: FileStore) -> None:
    sha256 = files.put(DATA)
    damage(files, sha256)
    assert files.put(DATA) == sha256
    assert files.get(sha256) == DATA


def test_unreadable_file_counts_as_damaged(tmp_path: Path) -> None:
    files = open_file_store(f"file://{tmp_path}/files")
    path = stored_path(files, files.put(DATA))
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()
    path.mkdir()
    with pytest.raises(Unavailable) as raised:
        files.iter_chunks(path.parent.name + path.name)
    assert raised.value.code == "file_damaged"


def test_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = open_file_store(f"file://{tmp_path}/files")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            files.put(DATA)
    assert [path for path in stored_path(files).rglob("*") if path.is_file()] == []


def test_unreachable_bucket_is_not_reported_as_missing_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    files = open_file_store("s3://mithaq/x?endpoint=http://127.0.0.1:9&region=us-east-1")
    with pytest.raises(FilesUnreachable) as raised:
        files.get("0" * 64)
    assert raised.value.code == "files_away"
    with pytest.raises(OSError, match="did not accept"):
        files.put(DATA)


def test_bucket_prefixes_are_isolated(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    one, other = (open_file_store(bucket.replace("/files?", f"/{name}?")) for name in ("one", "other"))
    sha256 = one.put(DATA)
    assert one.contains(sha256) and not other.contains(sha256)
    assert isinstance(one.backend, BucketBackend)
    assert [found["path"] for found in obstore.list(one.backend.store).collect()] == [f"{sha256[:2]}/{sha256[2:]}"]


@pytest.mark.parametrize("url", ["gs://bucket/x", "file://host/x", "/plain", "s3:///x", "s3://b?password=x"])
def test_unsupported_storage_url_is_rejected(url: str) -> None:
    with pytest.raises(ValueError, match="MITHAQ_FILES_URL"):
        open_file_store(url)


def test_directory_storage_does_not_import_s3_client(tmp_path: Path) -> None:
    opening = f"from service.files import open_file_store; open_file_store('file://{tmp_path}')"
    code = f"import sys; {opening}; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "service.files.directory_store" in result
    assert "obstore" not in result
