"""Content-addressed file store: keyed by SHA-256, verified on every read, immutable.

Backends are a directory (directory_store.py) and a bucket of an S3 server (s3_store.py).
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
"""Bytes."""

BACKENDS = {"file": "service.files.directory_store:open_directory", "s3": "service.files.s3_store:open_bucket"}
"""Scheme of MITHAQ_FILES_URL → factory. Imported on first use: a directory needs no S3 client in memory."""


class FileBackend(Protocol):
    """Stores bytes under a digest, which the caller computes and verifies."""

    def read(self, sha256: str) -> bytes:
        """Return the bytes. Raises NotFound if there are none, Unavailable if they cannot be read."""

    def write(self, sha256: str, data: bytes) -> None:
        """Store `data` atomically and durably before returning. Raises OSError."""

    def delete(self, sha256: str) -> None:
        """Delete the bytes, if there are any. Raises OSError, FilesUnreachable."""


@dataclass(frozen=True, slots=True)
class FileStore:
    """Files of `backend` by digest, in lower-case hexadecimal."""

    backend: FileBackend

    def put(self, data: bytes) -> str:
        """Store `data` durably and return its digest.

        A damaged file with the same digest is replaced. Raises OSError and leaves nothing behind on failure.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.contains(sha256):
            self.backend.write(sha256, data)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the bytes.

        Raises NotFound if there are none, Unavailable `file_damaged` if their digest differs, FilesUnreachable if the
        backend does not answer.
        """
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound()
        data = self.backend.read(sha256)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise file_damaged()
        return data

    def delete(self, sha256: str) -> None:
        """Delete the bytes, which no row names any more. Raises OSError, FilesUnreachable."""
        self.backend.delete(sha256)

    def contains(self, sha256: str) -> bool:
        """Return whether the bytes are stored and intact."""
        try:
            self.get(sha256)
        except (NotFound, Unavailable):
            return False
        return True

    def iter_chunks(self, sha256: str) -> Iterator[bytes]:
        """Return the bytes in chunks of CHUNK, read and verified before this returns. Raises like `get`."""
        return _split_chunks(memoryview(self.get(sha256)))


def _split_chunks(data: memoryview) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK):
        yield bytes(data[start : start + CHUNK])


class _OpenBackend(Protocol):
    def __call__(self, url: str) -> FileBackend: ...


def open_file_store(url: str) -> FileStore:
    """Open the store at a file:// or s3:// URL. Raises ValueError for any other."""
    target = BACKENDS.get(urlsplit(url).scheme)
    if target is None:
        raise ValueError(f"MITHAQ_FILES_URL must be a file:// directory or an s3:// bucket, not {url}.")
    module, _, name = target.partition(":")
    return FileStore(cast(_OpenBackend, getattr(importlib.import_module(module), name))(url))
