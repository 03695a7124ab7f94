"""A backup on disk: one directory with a manifest that names every file by its digest.

manifest.json    what is here: schema, rows, digests, the head of the record
rows/TABLE.jsonl every row, in JSON
files/ab/cdef…   artefacts and the logo, by SHA-256
secret           the key of codes, where the instance keeps one itself
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from service.cli.common.errors import Refused
from service.domain.errors import N_

MANIFEST = "manifest.json"
SECRET = "secret"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """`rows`: of each table how many lines, and the SHA-256 of its file; `files`: digests that lie here; `lost`: those
    the rows name whose bytes could not be read. `head`: last seq of the record and its commitment."""

    v: int
    made_at: int
    schema: str
    database: str
    rows: Mapping[str, Mapping[str, Any]]
    files: tuple[str, ...]
    lost: tuple[str, ...]
    head: Mapping[str, Any]


def write(path: Path, pieces: Iterable[bytes]) -> tuple[int, str]:
    """A new file, on disk before this returns; how many pieces, and the SHA-256 of all."""
    digest, count = hashlib.sha256(), 0
    with path.open("xb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count, digest.hexdigest()


def keep(directory: Path, manifest: Manifest) -> None:
    """Write the manifest, which makes a directory a backup."""
    write(directory / MANIFEST, [json.dumps(asdict(manifest), indent=1).encode()])


def read(directory: Path) -> Manifest:
    """The manifest, after every file it names was compared with its digest. Raises Refused."""
    try:
        found = json.loads((directory / MANIFEST).read_bytes())
    except (OSError, ValueError) as wrong:
        raise Refused(N_("{directory} is not a backup: it has no manifest."), directory=directory) from wrong
    if found.get("v") != FORMAT:
        raise Refused(N_("This backup was made by a newer release; restore it with that one."))
    manifest = Manifest(**{**found, "files": tuple(found["files"]), "lost": tuple(found["lost"])})
    for name, about in manifest.rows.items():
        _check(directory / "rows" / f"{name}.jsonl", about["sha256"])
    for sha256 in manifest.files:
        _check(place(directory, sha256), sha256)
    return manifest


def place(directory: Path, sha256: str) -> Path:
    """Where a file lies in a backup."""
    return directory / "files" / sha256[:2] / sha256[2:]


def lines(directory: Path, table: str) -> Iterator[bytes]:
    """The lines of a table."""
    with (directory / "rows" / f"{table}.jsonl").open("rb") as file:
        yield from file


def _check(path: Path, sha256: str) -> None:
    try:
        with path.open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        same = False
    if not same:
        raise Refused(N_("{path} is damaged or missing. Take another backup; nothing was restored."), path=path)
