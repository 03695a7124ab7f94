"""Bytes by their SHA-256: put once, checked on every read, never changed."""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from PIL import Image, UnidentifiedImageError

from service.domain.errors import N_, Malformed, NotFound, TooLarge, Unavailable

CHUNK = 64 * 1024
LARGEST_LOGO = 2_000_000
"""Bytes."""

WIDEST_LOGO = 4000
"""Pixels, in either direction."""


@dataclass(frozen=True, slots=True)
class Files:
    """A directory of files named by digest: `ab/cdef…`; directories 0700, files 0600."""

    root: Path

    def put(self, data: bytes) -> str:
        """Keep `data`; its digest. On disk (fsync, rename, fsync of the directory) before this returns.

        A damaged file of the same digest is replaced. Raises OSError, and leaves nothing behind, where it cannot.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        if self.holds(sha256):
            return sha256
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
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
        _sync_directory(path.parent)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises NotFound if there are none, Unavailable `file_damaged` if they are not what was put."""
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise NotFound() from None
        except OSError as error:
            raise damaged() from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise damaged()
        return data

    def holds(self, sha256: str) -> bool:
        """Whether the bytes are there and are what was put."""
        try:
            self.get(sha256)
        except (NotFound, Unavailable):
            return False
        return True

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """The bytes in pieces of CHUNK, read and checked before this returns. Raises as `get` does."""
        return _pieces(memoryview(self.get(sha256)))

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound()
        return self.root / sha256[:2] / sha256[2:]


def damaged() -> Unavailable:
    """What is said where a file that was kept is gone or is not what was put."""
    return Unavailable(
        "file_damaged", N_("This file is damaged on our disk, so it is not given out. Tell the operator.")
    )


def _pieces(data: memoryview) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK):
        yield bytes(data[start : start + CHUNK])


def open_files(url: str) -> Files:
    """The files at a file:// address."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc:
        raise ValueError(f"MITHAQ_FILES_URL must be a file:// directory, not {parts.scheme or url}.")
    root = Path(unquote(parts.path))
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Files(root)


def check_logo(data: bytes) -> None:
    """A PNG or JPEG of reasonable size. Raises Malformed `logo_not_an_image`, TooLarge `logo_too_large`."""
    if len(data) > LARGEST_LOGO:
        raise _too_large()
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            if max(image.size) > WIDEST_LOGO:
                raise _too_large()
            image.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Malformed("logo_not_an_image", N_("A logo is a PNG or JPEG picture, and this is not one.")) from None


def _too_large() -> TooLarge:
    return TooLarge("logo_too_large", N_("A logo may have 2 MB and 4,000 pixels at most."))


def _sync_directory(path: Path) -> None:
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
