"""Directory backend of the file store: `ab/cdef…`, directories 0700, files 0600.

Atomic writes: temporary file, fsync, rename, fsync of the directory.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from service.domain.errors import NotFound
from service.files.errors import file_damaged


@dataclass(frozen=True, slots=True)
class DirectoryBackend:
    """A file backend below the directory `root`."""

    root: Path

    def path(self, sha256: str) -> Path:
        """Return the path of a digest."""
        return self.root / sha256[:2] / sha256[2:]

    def read(self, sha256: str) -> bytes:
        """Return the bytes. Raises NotFound, and Unavailable `file_damaged` on a read error."""
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise NotFound() from None
        except OSError as error:
            raise file_damaged() from error

    def write(self, sha256: str, data: bytes) -> None:
        """Store the bytes; they and their directories are synced to disk before this returns."""
        path = self.path(sha256)
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _fsync_directory(self.root)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _fsync_directory(path.parent)

    def delete(self, sha256: str) -> None:
        """Delete the bytes, if there are any."""
        self.path(sha256).unlink(missing_ok=True)


def open_directory(url: str) -> DirectoryBackend:
    """Open the directory of a local file:// URL, creating it if missing. Raises ValueError for a remote one."""
    parts = urlsplit(url)
    if parts.netloc:
        raise ValueError(f"MITHAQ_FILES_URL must be a directory of this machine: file:///path, not {url}.")
    root = Path(unquote(parts.path))
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return DirectoryBackend(root)


def _fsync_directory(path: Path) -> None:
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
