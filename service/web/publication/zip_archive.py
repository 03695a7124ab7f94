"""All ready files of a document in one archive: the same files give the same bytes."""

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO

from service.web.http.app_state import AppState
from service.web.http.downloads import open_export_file
from service.web.publication.export_list import ExportFile

MEDIA_TYPE = "application/zip"
CHUNK_SIZE = 1 << 16
MAX_MEMORY_BYTES = 8 << 20
"""Octets of an archive that are held in memory; a larger one lies in a file without a name meanwhile."""

FIXED_TIMESTAMP = (1980, 1, 1, 0, 0, 0)
"""The moment every file in it bears, so that when it was asked for changes nothing."""


def build_zip(app_state: AppState, files: Sequence[ExportFile]) -> tuple[int, Iterator[bytes]]:
    """Its size in octets and its bytes. Every file has been read and checked before this returns; raises as
    `downloads.whole_file` does."""
    spool = tempfile.SpooledTemporaryFile(max_size=MAX_MEMORY_BYTES)  # noqa: SIM115  # closed once it is poured out
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
