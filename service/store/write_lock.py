"""The write lock of SQLite: writers queue on a file lock."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class WriteLock:
    """A file lock for the writers of all threads and processes.

    The kernel wakes the next waiter at once, and the lock is released when its process dies.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("a")
        path.chmod(0o600)
        self._thread_lock = threading.Lock()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the lock for the block: first among the threads of this process, then among processes."""
        with self._thread_lock:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the lock file."""
        self._file.close()
