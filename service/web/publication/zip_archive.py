"""All ready files of a document in one archive: the same files give the same bytes."""

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO

from service.web.http.app_state import House
from service.web.http.downloads import whole_file
from service.web.publication.export_list import File

MEDIA_TYPE = "application/zip"
CHUNK = 1 << 16
IN_MEMORY = 8 << 20
"""Octets of an archive that are held in memory; a larger one lies in a file without a name meanwhile."""

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The moment every file in it bears, so that when it was asked for changes nothing."""


def archive(house: House, files: Sequence[File]) -> tuple[int, Iterator[bytes]]:
    """Its size in octets and its bytes. Every file has been read and checked before this returns; raises as
    `downloads.whole_file` does."""
    sink = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed once it is poured out
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as made:
        for one in files:
            with made.open(zipfile.ZipInfo(one.name, LONG_AGO), "w") as place:
                place.writelines(whole_file(house, one.sha256))
    size = sink.tell()
    sink.seek(0)
    return size, _poured(sink)


def _poured(sink: IO[bytes]) -> Iterator[bytes]:
    with sink:
        while piece := sink.read(CHUNK):
            yield piece
