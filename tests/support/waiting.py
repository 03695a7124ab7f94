"""Waiting for what real processes do, up to a patience that only a fault exhausts."""

import time
from collections.abc import Callable

import psutil

TIMEOUT = 60.0
"""Seconds."""


def wait_until(condition: Callable[[], object], *, seconds: float = TIMEOUT) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def is_alive(process: psutil.Process | int) -> bool:
    """Whether a process (or the one of this pid) still runs; one that ended and was not yet asked how does not."""
    try:
        process = psutil.Process(process) if isinstance(process, int) else process
        return process.is_running() and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return False
