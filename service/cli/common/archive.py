"""The backup format: one directory with a manifest that names every file by its digest.

manifest.json    contents: schema, rows, digests, the head of the record
rows/TABLE.jsonl every row, in JSON
files/ab/cdef…   artefacts and the logo, by SHA-256
secret           the key of codes, if the instance stores it itself
proved           digest of the manifest, once a trial restore gave the same rows
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from service.cli.common.errors import CommandError
from service.domain.errors import N_

MANIFEST = "manifest.json"
SECRET = "secret"
PROVED = "proved"
ROWS = "rows"
FILES = "files"
NAMES = frozenset({MANIFEST, SECRET, PROVED, ROWS, FILES})
"""Names in the directory of a backup."""

FORMAT_VERSION = 1
"""Version of the format; a release reads its own only."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of a backup.

    `rows`: row count and SHA-256 of the file, by table; `files`: digests of the stored files; `lost`: digests that rows
    name but whose bytes could not be read; `head`: last seq of the record and its commitment.
    """

    v: int
    made_at: int
    schema: str
    database: str
    rows: Mapping[str, Mapping[str, Any]]
    files: tuple[str, ...]
    lost: tuple[str, ...]
    head: Mapping[str, Any]


def write_file(path: Path, chunks: Iterable[bytes]) -> tuple[int, str]:
    """Write a new file and sync it to disk; return the number of chunks and the SHA-256 of all."""
    hasher, count = hashlib.sha256(), 0
    with path.open("xb") as file:
        for chunk in chunks:
            file.write(chunk)
            hasher.update(chunk)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count, hasher.hexdigest()


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Write the manifest, which makes a directory a backup."""
    write_file(directory / MANIFEST, [json.dumps(asdict(manifest), indent=1).encode()])


def mark_proved(directory: Path) -> None:
    """Note that a trial restore of this backup gave the same rows."""
    write_file(directory / PROVED, [_manifest_digest(directory).encode()])


def is_proved(directory: Path) -> bool:
    """Return whether the manifest is the one whose backup was proved."""
    try:
        return (directory / PROVED).read_text(encoding="ascii") == _manifest_digest(directory)
    except (OSError, UnicodeDecodeError):
        return False


def _manifest_digest(directory: Path) -> str:
    return hashlib.sha256((directory / MANIFEST).read_bytes()).hexdigest()


def read_manifest(directory: Path) -> Manifest:
    """Read the manifest, and check the digest of every file it names. Raises CommandError."""
    try:
        found = json.loads((directory / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(N_("{directory} is not a backup: it has no manifest."), directory=directory) from error
    if found.get("v") != FORMAT_VERSION:
        raise CommandError(N_("A newer release made this backup. Restore it with that release."))
    manifest = Manifest(**{**found, "files": tuple(found["files"]), "lost": tuple(found["lost"])})
    for name, expected in manifest.rows.items():
        _check_digest(directory / ROWS / f"{name}.jsonl", expected["sha256"])
    for sha256 in manifest.files:
        _check_digest(file_path(directory, sha256), sha256)
    return manifest


def quoted_path(path: Path) -> str:
    """Return an absolute path for a URL."""
    return quote(str(path.absolute()))


def file_path(directory: Path, sha256: str) -> Path:
    """Return the path of a file in a backup."""
    return directory / FILES / sha256[:2] / sha256[2:]


def read_table_lines(directory: Path, table: str) -> Iterator[bytes]:
    """Yield the lines of a table."""
    with (directory / ROWS / f"{table}.jsonl").open("rb") as file:
        yield from file


def _check_digest(path: Path, sha256: str) -> None:
    try:
        with path.open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        same = False
    if not same:
        raise CommandError(N_("{path} is damaged or missing, so nothing was restored. Use another backup."), path=path)
