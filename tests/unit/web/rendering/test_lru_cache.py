"""What is remembered is what would have been made, and it stays small."""

from hypothesis import given
from hypothesis import strategies as st

from service.web.rendering.lru_cache import LruCache

ASKED = st.lists(st.text("abcdefgh", max_size=3), max_size=60)


class RecordingMaker:
    """Makes strings and remembers which."""

    def __init__(self, memory: LruCache[str]) -> None:
        self.memory, self.made = memory, list[str]()

    def ask(self, key: str) -> str:
        return self.memory.get_or_create(key, lambda: self._make(key))

    def _make(self, key: str) -> str:
        self.made.append(key)
        return key * 4


@given(ASKED)
def test_what_is_recalled_is_what_would_be_made(asked: list[str]) -> None:
    maker = RecordingMaker(LruCache(max_size=20, size_of=len))
    assert [maker.ask(key) for key in asked] == [key * 4 for key in asked]


def test_what_was_asked_for_last_is_kept_and_the_oldest_goes() -> None:
    maker = RecordingMaker(LruCache(max_size=10, size_of=len))
    for key in "abacab":
        maker.ask(key)
    assert maker.made == ["a", "b", "c", "b"]


def test_what_is_larger_than_the_room_is_made_each_time() -> None:
    maker = RecordingMaker(LruCache(max_size=3, size_of=len))
    assert maker.ask("a") == maker.ask("a") == "aaaa"
    assert maker.made == ["a", "a"]
