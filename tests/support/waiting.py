"""Waiting for real processes, with a timeout that only a fault exceeds."""

import time
from collections.abc import Callable

import psutil

TIMEOUT = 60.0
"""Seconds."""


def wait_until(condition: Callable[[], object], *, seconds: float = TIMEOUT) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "timed out"
        time.sleep(0.02)


def is_alive(process: psutil.Process | int) -> bool:
    """Return whether a process (or that of the pid) is still running; a zombie is not."""
    try:
        process = psutil.Process(process) if isinstance(process, int) else process
        return process.is_running() and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return False
