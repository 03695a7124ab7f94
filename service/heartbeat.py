"""Heartbeats: files that the lanes of a worker and the scheduler touch while they work, so that their age tells.

Files rather than messages: a check reads one time stamp, needs no Redis, and concerns the processes of this machine or
container alone.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

INTERVAL = 5.0
"""Seconds between two heartbeats of a lane."""

MAX_AGE = 30.0
"""Seconds after which a lane without a heartbeat does not work."""


def record(var: Path, name: str) -> bool:
    """Touch the heartbeat of `name`, in `var` or, where that is read-only, in the temporary directory.

    Returns whether it could be written.
    """
    for directory in _directories(var):
        with suppress(OSError):
            directory.mkdir(mode=0o700, exist_ok=True)
            if directory.lstat().st_uid == os.getuid():
                (directory / name).touch(mode=0o600)
                return True
    return False


def measure_age(var: Path, name: str) -> float | None:
    """Return the seconds since the last heartbeat of `name`; None if there was none."""
    times = []
    for directory in _directories(var):
        with suppress(OSError):
            times.append((directory / name).stat().st_mtime)
    return time.time() - max(times) if times else None


def max_age_of_scheduler(sweep_seconds: int) -> float:
    """Return the seconds after which a scheduler without a heartbeat does not work: it has one a sweep."""
    return max(MAX_AGE, 3.0 * sweep_seconds)


def _directories(var: Path) -> Iterator[Path]:
    yield var.absolute() / "heartbeats"
    digest = hashlib.sha256(os.fsencode(var.absolute())).hexdigest()[:12]
    yield Path(tempfile.gettempdir()) / f"mithaq-heartbeats-{os.getuid()}-{digest}"
