"""The LRU cache returns what would have been made, and its size is bounded."""

from hypothesis import given
from hypothesis import strategies as st

from service.web.rendering.lru_cache import LruCache

ASKED = st.lists(st.text("abcdefgh", max_size=3), max_size=60)


class RecordingMaker:
    """Makes strings and records which."""

    def __init__(self, memory: LruCache[str]) -> None:
        self.memory, self.made = memory, list[str]()

    def ask(self, key: str) -> str:
        return self.memory.get_or_create(key, lambda: self._make(key))

    def _make(self, key: str) -> str:
        self.made.append(key)
        return key * 4


@given(ASKED)
def test_cached_value_equals_a_new_one(asked: list[str]) -> None:
    maker = RecordingMaker(LruCache(max_size=20, size_of=len))
    assert [maker.ask(key) for key in asked] == [key * 4 for key in asked]


def test_least_recently_used_value_is_evicted() -> None:
    maker = RecordingMaker(LruCache(max_size=10, size_of=len))
    for key in "abacab":
        maker.ask(key)
    assert maker.made == ["a", "b", "c", "b"]


def test_value_larger_than_the_cache_is_not_cached() -> None:
    maker = RecordingMaker(LruCache(max_size=3, size_of=len))
    assert maker.ask("a") == maker.ask("a") == "aaaa"
    assert maker.made == ["a", "a"]
