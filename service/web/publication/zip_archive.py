"""Reproducible ZIP archive of the ready exports of a document: the same files give the same bytes."""

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO

from service.web.http.app_state import AppState
from service.web.http.downloads import open_export_file
from service.web.publication.export_list import ExportFile

MEDIA_TYPE = "application/zip"
CHUNK_SIZE = 1 << 16
"""Bytes."""

MAX_MEMORY_BYTES = 8 << 20
"""Bytes up to which an archive is kept in memory; a larger one is written to an unnamed temporary file."""

FIXED_TIMESTAMP = (1980, 1, 1, 0, 0, 0)
"""Modification time of every entry, constant so that the archive does not depend on the time of the request."""


def build_zip(app_state: AppState, files: Sequence[ExportFile]) -> tuple[int, Iterator[bytes]]:
    """Return the size of the archive in bytes, and its chunks.

    Every file is read and its digest verified before this returns. Raises as `open_export_file` does.
    """
    spool = tempfile.SpooledTemporaryFile(max_size=MAX_MEMORY_BYTES)  # noqa: SIM115  # closed by _read_chunks
    with zipfile.ZipFile(spool, "w", zipfile.ZIP_STORED) as zip_file:
        for one in files:
            with zip_file.open(zipfile.ZipInfo(one.name, FIXED_TIMESTAMP), "w") as entry:
                entry.writelines(open_export_file(app_state, one.sha256))
    size = spool.tell()
    spool.seek(0)
    return size, _read_chunks(spool)


def _read_chunks(spool: IO[bytes]) -> Iterator[bytes]:
    with spool:
        while chunk := spool.read(CHUNK_SIZE):
            yield chunk
