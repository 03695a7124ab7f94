"""Bytes by their digest: whole or refused, healed when they are put again."""

import errno
import os
from pathlib import Path

import pytest

from service.domain.errors import NotFound, Unavailable
from service.files import CHUNK, Files, open_files

DATA = bytes(range(256)) * 1024


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return open_files(f"file://{tmp_path}/files")


def path_of(files: Files, sha256: str) -> Path:
    return files.root / sha256[:2] / sha256[2:]


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_what_is_put_is_got_in_pieces(files: Files) -> None:
    sha256 = files.put(DATA)
    pieces = list(files.chunks(sha256))
    assert b"".join(pieces) == DATA == files.get(sha256)
    assert max(map(len, pieces)) == CHUNK
    assert path_of(files, sha256).stat().st_mode & 0o777 == 0o600


def test_a_flipped_bit_is_refused_before_the_first_piece(files: Files) -> None:
    sha256 = files.put(DATA)
    flip(path_of(files, sha256))
    for ask in (files.get, files.chunks):
        with pytest.raises(Unavailable) as caught:
            ask(sha256)
        assert caught.value.code == "file_damaged"
    assert not files.holds(sha256)


def test_what_cannot_be_read_is_damaged(files: Files) -> None:
    sha256 = files.put(DATA)
    path_of(files, sha256).unlink()
    path_of(files, sha256).mkdir()
    with pytest.raises(Unavailable) as caught:
        files.chunks(sha256)
    assert caught.value.code == "file_damaged"


@pytest.mark.parametrize("sha256", ["0" * 64, "", "../../etc/passwd", "A" * 64])
def test_what_was_never_put_is_not_found(files: Files, sha256: str) -> None:
    with pytest.raises(NotFound):
        files.chunks(sha256)
    assert not files.holds(sha256)


def test_putting_again_heals(files: Files) -> None:
    sha256 = files.put(DATA)
    flip(path_of(files, sha256))
    assert files.put(DATA) == sha256
    assert files.get(sha256) == DATA


def test_a_full_disk_leaves_nothing_behind(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            files.put(DATA)
    assert [path for path in files.root.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("url", ["s3://bucket/x", "file://host/x", "/plain"])
def test_only_directories_of_this_machine_keep_files(url: str) -> None:
    with pytest.raises(ValueError, match="MITHAQ_FILES_URL"):
        open_files(url)
