"""What was made from texts, kept while it is asked for: a text that did not change is not read again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """What was asked for last, `room` of it at most, as `weigh` counts it. Keys say everything that a thing depends on,
    so nothing kept is ever out of date. Safe for threads."""

    def __init__(self, *, room: int, weigh: Callable[[T], int]) -> None:
        self._room = room
        self._weigh = weigh
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def recall(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, or gave when it was asked for `key` before. Two threads may make the same at once."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        made = make()
        self._keep(key, made)
        return made

    def _keep(self, key: Hashable, made: T) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = made
            self._size += self._weigh(made)
            while self._size > self._room:
                _, oldest = self._kept.popitem(last=False)
                self._size -= self._weigh(oldest)
