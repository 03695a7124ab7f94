"""LRU cache of values derived from texts, bounded by their size."""

import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Generic, TypeVar

from cachetools import LRUCache

T = TypeVar("T")


class LruCache(Generic[T]):
    """An LRU cache of at most `max_size`, as `size_of` measures values. Thread-safe.

    A key includes everything the value depends on, so that no entry is ever out of date.
    """

    def __init__(self, *, max_size: int, size_of: Callable[[T], int]) -> None:
        self._entries: LRUCache[Hashable, T] = LRUCache(max_size, getsizeof=size_of)
        self._lock = threading.Lock()

    def get_or_create(self, key: Hashable, create: Callable[[], T]) -> T:
        """Return the value of `key`, created first where it is not cached.

        `create` runs without the lock: two threads may create the same value at once, and the first one is kept.
        """
        with self._lock, suppress(KeyError):
            return self._entries[key]
        value = create()
        with self._lock, suppress(ValueError):  # larger than `max_size`: not cached
            return self._entries.setdefault(key, value)
        return value
