"""What became of a text under many hands: what was kept of it, what each of them added, what each of them took out.

Lengths are in whatever both sides count in: code points, or bytes where a long history is followed.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence, Sized
from itertools import chain
from typing import Generic, Literal, NamedTuple, TypeVar

Fate = Literal["kept", "gone", "come"]
Hand = TypeVar("Hand")

BLOCK = 32
"""Bits that are looked at together: a change deep in a long history then costs as little as an early one."""


class Bit(NamedTuple, Generic[Hand]):
    """What is `kept` or `gone` stood in the text before, what is `kept` or `come` stands in the text now; who took it
    out or brought it is `by` (None of what was kept, and where nobody knows)."""

    fate: Fate
    length: int
    by: Hand | None = None


Edit = tuple[int, int, Sized]
"""Start–end of the text become words."""


class Rewriting(Generic[Hand]):
    """A text of this length, and what became of it so far."""

    def __init__(self, length: int) -> None:
        self._blocks: list[list[Bit[Hand]]] = [untouched(length)]
        self._sizes = [length]

    def change(self, edits: Sequence[Edit], by: Hand | None) -> None:
        """`by` changed the text as it stood; see `rewritten`."""
        for start, stop, words in reversed(edits):
            self._change(start, stop, words, by)

    def bits(self) -> list[Bit[Hand]]:
        return _joined(chain.from_iterable(self._blocks))

    def _change(self, start: int, stop: int, words: Sized, by: Hand | None) -> None:
        first, before = self._holding(start)
        last, end = first, before + self._sizes[first]
        while end < stop:
            last += 1
            end += self._sizes[last]
        its = chain.from_iterable(self._blocks[first : last + 1])
        bits = rewritten(its, [(start - before, stop - before, words)], by)
        made = [bits[place : place + BLOCK] for place in range(0, len(bits), BLOCK)] or [[]]
        self._blocks[first : last + 1] = made
        self._sizes[first : last + 1] = [_live(block) for block in made]

    def _holding(self, place: int) -> tuple[int, int]:
        """The block in which `place` lies, and the length of the text before it."""
        before = 0
        for block, size in enumerate(self._sizes[:-1]):
            if place < before + size:
                return block, before
            before += size
        return len(self._sizes) - 1, before


def untouched(length: int) -> list[Bit[Hand]]:
    """A text that nobody has changed yet."""
    return [Bit("kept", length)] if length else []


def rewritten(bits: Iterable[Bit[Hand]], edits: Sequence[Edit], by: Hand | None) -> list[Bit[Hand]]:
    """The bits after `by` made edits, in order, apart, all against the text before: what `SharedText.trace` gives. What
    someone brought and someone took out again leaves no trace. New words stand behind those that had been taken out at
    the same place."""
    return _joined(_changed(bits, deque(edits), by))


def in_code_points(bits: Iterable[Bit[Hand]], old: str, new: str) -> list[Bit[Hand]]:
    """Bits that were counted in bytes of UTF-8; `old` and `new` are the texts they tell of."""
    before, after = old.encode(), new.encode()
    found: list[Bit[Hand]] = []
    a = b = 0
    for bit in bits:
        text, at = (after, b) if bit.fate == "come" else (before, a)
        found.append(bit._replace(length=len(text[at : at + bit.length].decode())))
        a += bit.length if bit.fate != "come" else 0
        b += bit.length if bit.fate != "gone" else 0
    return found


def _live(bits: Iterable[Bit[Hand]]) -> int:
    return sum(bit.length for bit in bits if bit.fate != "gone")


def _joined(bits: Iterable[Bit[Hand]]) -> list[Bit[Hand]]:
    found: list[Bit[Hand]] = []
    for bit in bits:
        if found and found[-1].fate == bit.fate and found[-1].by == bit.by:
            found[-1] = bit._replace(length=found[-1].length + bit.length)
        else:
            found.append(bit)
    return found


def _changed(bits: Iterable[Bit[Hand]], waiting: deque[Edit], by: Hand | None) -> Iterator[Bit[Hand]]:
    place = 0
    for bit in bits:
        if bit.fate == "gone":
            yield bit
            continue
        yield from _cut(bit, place, waiting, by)
        place += bit.length
    for _, _, words in waiting:
        if len(words):
            yield Bit("come", len(words), by)


def _cut(bit: Bit[Hand], place: int, waiting: deque[Edit], by: Hand | None) -> Iterator[Bit[Hand]]:
    """What becomes of a bit that stands at `place`; the edits that are done with are taken from `waiting`."""
    end = place + bit.length
    while waiting and waiting[0][0] < end:
        start, stop, words = waiting[0]
        if place < start:
            yield bit._replace(length=start - place)
            place = start
        if place < stop and bit.fate == "kept":
            yield Bit("gone", min(stop, end) - place, by)
        place = max(place, min(stop, end))
        if stop > end:
            return
        waiting.popleft()
        if len(words):
            yield Bit("come", len(words), by)
    if place < end:
        yield bit._replace(length=end - place)
