"""Dated backups in one directory: written aside and renamed when complete, removed when there are newer ones.

DIRECTORY/mithaq-20261130T031500Z/   a complete backup, named by the time in its manifest (UTC)
DIRECTORY/.mithaq-unfinished-…/      one that is being written, or whose process was killed
DIRECTORY/.mithaq-removed-…/         one that is being deleted

Whatever else lies in the directory, or in a backup, is never touched.
"""

import fcntl
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.cli.common import archive
from service.cli.common.errors import CommandError
from service.domain.errors import N_

LOCK = ".mithaq-backups.lock"
UNFINISHED = ".mithaq-unfinished-"
REMOVED = ".mithaq-removed-"

_NAME = re.compile(r"(mithaq-\d{8}T\d{6}Z)(-\d+)?")


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """A complete backup. `made_at` is in µs UTC; `proved` if a trial restore gave the same rows."""

    path: Path
    made_at: int
    proved: bool
    files: frozenset[str]
    lost: frozenset[str]


@dataclass(frozen=True, slots=True)
class Removal:
    """The names of backups that were removed, and of old ones that stay though they are too many."""

    removed: tuple[str, ...]
    with_lost_files: tuple[str, ...]
    """They have files that the newest one could not read."""

    with_other_files: tuple[str, ...]
    """Somebody put files of their own into them."""


@contextmanager
def locked_directory(directory: Path) -> Iterator[None]:
    """Create the directory (0700) if it is missing, lock it, and delete what killed backups left in it.

    Raises CommandError if another backup is being written there, or if it is a backup itself.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (directory / archive.MANIFEST).exists():
        raise CommandError(
            N_("{directory} is a backup itself. Name the directory that contains the backups."), directory=directory
        )
    lock = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for path in directory.iterdir():
            if path.name.startswith((UNFINISHED, REMOVED)) and path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)  # it may be another user's; the backup matters more
        yield
    except BlockingIOError as error:
        raise CommandError(
            N_("Another backup is being written to {directory}. Wait until it ends."), directory=directory
        ) from error
    finally:
        os.close(lock)


@contextmanager
def unfinished_backup(directory: Path) -> Iterator[Path]:
    """Create a directory for a backup; it is deleted unless `complete_backup` renamed it."""
    path = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=directory))
    try:
        yield path
    finally:
        if path.exists():
            shutil.rmtree(path)


def complete_backup(unfinished: Path, *, made_at: int) -> Path:
    """Sync every directory of a backup to disk and give it its name, atomically; return its path."""
    for parent, _, _ in os.walk(unfinished):
        _sync(Path(parent))
    path = next(path for path in _paths_for(unfinished.parent, made_at) if not path.exists())
    unfinished.rename(path)
    _sync(path.parent)
    return path


def list_backups(directory: Path) -> list[KeptBackup]:
    """Return the complete backups in a directory, newest first."""
    found = (_read_backup(path) for path in directory.iterdir() if _NAME.fullmatch(path.name))
    return sorted(filter(None, found), key=lambda one: (one.made_at, one.path.name), reverse=True)


def remove_old_backups(backups: Sequence[KeptBackup], newest: KeptBackup, *, keep: int) -> Removal:
    """Delete the oldest proved backups beyond `keep`. `newest` is proved and stays, whatever the others are dated."""
    proved = [one for one in backups if one.proved and one.path != newest.path]
    removed, with_lost_files, with_other_files = [], [], []
    for one in reversed(proved[keep - 1 :]):
        if newest.lost & one.files:
            with_lost_files.append(one.path.name)
        elif _has_other_files(one.path):
            with_other_files.append(one.path.name)
        else:
            _remove(one.path)
            removed.append(one.path.name)
    return Removal(tuple(removed), tuple(with_lost_files), tuple(with_other_files))


def _paths_for(directory: Path, made_at: int) -> Iterator[Path]:
    """Yield the path of a backup of that time, and then those of further backups of the same second."""
    name = datetime.fromtimestamp(made_at // 1_000_000, tz=UTC).strftime("mithaq-%Y%m%dT%H%M%SZ")
    yield directory / name
    for number in range(2, 1000):
        yield directory / f"{name}-{number}"


def _read_backup(path: Path) -> KeptBackup | None:
    """Return the backup at `path`, or None if this is not one that `complete_backup` named."""
    name = _NAME.fullmatch(path.name)
    if name is None or path.is_symlink() or not path.is_dir():
        return None
    try:
        manifest: Any = json.loads((path / archive.MANIFEST).read_bytes())
        made_at, files, lost = manifest["made_at"], frozenset(manifest["files"]), frozenset(manifest["lost"])
        is_ours = next(_paths_for(path.parent, made_at)).name == name[1]
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
    return KeptBackup(path, made_at, archive.is_proved(path), files, lost) if is_ours else None


def _has_other_files(path: Path) -> bool:
    return not {one.name for one in path.iterdir()} <= archive.NAMES


def _remove(path: Path) -> None:
    hidden = path.with_name(f"{REMOVED}{path.name}")
    path.rename(hidden)
    shutil.rmtree(hidden)


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
