"""The temporary directory of a rehearsal: private, locked while it is used, and deleted at the end."""

import fcntl
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

PREFIX = "mithaq-rehearsal-"
LOCK = "rehearsal.lock"


@contextmanager
def scratch_directory() -> Iterator[Path]:
    """Create a directory (0700) for copies of everything, and delete it whatever happens, except on SIGKILL.

    What killed rehearsals of the same user left is deleted first.
    """
    _delete_abandoned(Path(tempfile.gettempdir()))
    path = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = _create_lock(path)
    try:
        with _exit_on_sigterm():
            yield path
    finally:
        shutil.rmtree(path)
        os.close(lock)


def _create_lock(path: Path) -> int:
    """Create the lock of a directory; it is locked before it has its name, and another rehearsal may look at it."""
    unnamed = path / f"{LOCK}.new"
    lock = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    unnamed.rename(path / LOCK)
    return lock


def _delete_abandoned(parent: Path) -> None:
    for path in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # locked, or another rehearsal deletes it at this moment
            _delete_unless_locked(path)


def _delete_unless_locked(path: Path) -> None:
    """Delete a directory of this user. Raises BlockingIOError if it is in use."""
    if path.is_symlink() or path.stat().st_uid != os.getuid():
        return
    with (path / LOCK).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path)


@contextmanager
def _exit_on_sigterm() -> Iterator[None]:
    """Make SIGTERM and SIGHUP raise SystemExit, so that what is in a `finally` is done."""
    before = {number: signal.signal(number, _exit) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
