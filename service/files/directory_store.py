"""A directory as a shelf: `ab/cdef…`; directories 0700, files 0600. Written aside, synced, renamed, synced again."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from service.domain.errors import NotFound
from service.files.errors import file_damaged


@dataclass(frozen=True, slots=True)
class DirectoryBackend:
    """The shelf at `root`."""

    root: Path

    def path(self, sha256: str) -> Path:
        """Where the bytes of a digest lie."""
        return self.root / sha256[:2] / sha256[2:]

    def read(self, sha256: str) -> bytes:
        """Raises NotFound, and Unavailable `file_damaged` where the disk does not give the bytes."""
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise NotFound() from None
        except OSError as error:
            raise file_damaged() from error

    def write(self, sha256: str, data: bytes) -> None:
        """On disk, with every directory that leads to it, before this returns."""
        path = self.path(sha256)
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _fsync_directory(self.root)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _fsync_directory(path.parent)


def open_directory(url: str) -> DirectoryBackend:
    """The directory at a file:// address of this machine, made if there is none."""
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
