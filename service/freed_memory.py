"""Memory that large texts leave behind, returned to the system instead of being kept for the next one.

glibc keeps what is freed, in a heap for each thread; a web server would stay at the size of its largest texts. Other C
libraries have no such calls, and nothing is done.
"""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Parameters of mallopt(3)."""

LARGE_BLOCK = 64 * 1024
"""Bytes from which a block has pages of its own, which go back to the system when it is freed."""

ARENAS = 2
"""Heaps of all threads together."""

_libc = ctypes.CDLL(None)


def limit_kept_memory() -> None:
    """Let the allocator of this process keep less of what is freed. Call it before threads are started."""
    if hasattr(_libc, "mallopt"):
        _libc.mallopt(_MMAP_THRESHOLD, LARGE_BLOCK)
        _libc.mallopt(_TRIM_THRESHOLD, 2 * LARGE_BLOCK)
        _libc.mallopt(_ARENA_MAX, ARENAS)


def return_freed_memory() -> None:
    """Return free pages to the system. Takes some milliseconds, without the interpreter's lock."""
    if hasattr(_libc, "malloc_trim"):
        _libc.malloc_trim(0)
