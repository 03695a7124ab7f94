"""Bytes by their SHA-256: put once, checked on every read, never changed.

They lie in a directory (directory_store.py) or in a bucket of an S3 server (s3_store.py).
"""

import hashlib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, cast
from urllib.parse import urlsplit

from service.domain.errors import NotFound, Unavailable
from service.files.errors import FilesUnreachable, file_damaged

__all__ = ["CHUNK", "FileStore", "FilesUnreachable", "file_damaged", "open_file_store"]

CHUNK = 64 * 1024

BACKENDS = {"file": "service.files.directory_store:open_directory", "s3": "service.files.s3_store:open_bucket"}
"""Schemes of MITHAQ_FILES_URL. A shelf is imported when it is asked for: a directory needs no client of S3."""


class FileBackend(Protocol):
    """Where bytes lie under their digest; it believes whoever calls."""

    def read(self, sha256: str) -> bytes:
        """The bytes. Raises NotFound where there are none, Unavailable where they cannot be read."""

    def write(self, sha256: str, data: bytes) -> None:
        """Keep them for good before this returns, whole or not at all. Raises OSError."""


@dataclass(frozen=True, slots=True)
class FileStore:
    """What is kept on `shelf`, by digest in lower-case hex."""

    backend: FileBackend

    def put(self, data: bytes) -> str:
        """Keep `data`; its digest. Kept for good before this returns.

        A damaged file of the same digest is replaced. Raises OSError, and leaves nothing behind, where it cannot.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.contains(sha256):
            self.backend.write(sha256, data)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises NotFound if there are none, Unavailable `file_damaged` if they are not what was put,
        FilesAway where nobody can tell."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound()
        data = self.backend.read(sha256)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise file_damaged()
        return data

    def contains(self, sha256: str) -> bool:
        """Whether the bytes are there and are what was put."""
        try:
            self.get(sha256)
        except (NotFound, Unavailable):
            return False
        return True

    def iter_chunks(self, sha256: str) -> Iterator[bytes]:
        """The bytes in pieces of CHUNK, read and checked before this returns. Raises as `get` does."""
        return _split_chunks(memoryview(self.get(sha256)))


def _split_chunks(data: memoryview) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK):
        yield bytes(data[start : start + CHUNK])


class _OpenBackend(Protocol):
    def __call__(self, url: str) -> FileBackend: ...


def open_file_store(url: str) -> FileStore:
    """The files at a file:// or s3:// address. Raises ValueError for any other."""
    target = BACKENDS.get(urlsplit(url).scheme)
    if target is None:
        raise ValueError(f"MITHAQ_FILES_URL must be a file:// directory or an s3:// bucket, not {url}.")
    module, _, name = target.partition(":")
    return FileStore(cast(_OpenBackend, getattr(importlib.import_module(module), name))(url))
