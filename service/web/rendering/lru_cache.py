"""What was made from texts, kept while it is asked for: a text that did not change is not read again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class LruCache(Generic[T]):
    """What was asked for last, `room` of it at most, as `weigh` counts it. Keys say everything that a thing depends on,
    so nothing kept is ever out of date. Safe for threads."""

    def __init__(self, *, max_size: int, size_of: Callable[[T], int]) -> None:
        self._max_size = max_size
        self._size_of = size_of
        self._entries: OrderedDict[Hashable, T] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get_or_create(self, key: Hashable, create: Callable[[], T]) -> T:
        """What `make` gives, or gave when it was asked for `key` before. Two threads may make the same at once."""
        with self._lock:
            found = self._entries.get(key)
            if found is not None:
                self._entries.move_to_end(key)
                return found
        value = create()
        self._store(key, value)
        return value

    def _store(self, key: Hashable, value: T) -> None:
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = value
            self._size += self._size_of(value)
            while self._size > self._max_size:
                _, oldest = self._entries.popitem(last=False)
                self._size -= self._size_of(oldest)
