"""What became of a text under many hands: what was kept of it, what each of them added, what each of them took out."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

Fate = Literal["kept", "gone", "come"]


class Bit(NamedTuple):
    """So many code points. What is `kept` or `gone` stood in the text before, what is `kept` or `come` stands in the
    text now; who took it out or brought it is `by` (None of what was kept, and where nobody knows any more)."""

    fate: Fate
    length: int
    by: str | None = None


def untouched(text: str) -> list[Bit]:
    """A text that nobody has changed yet."""
    return [Bit("kept", len(text))] if text else []


def rewritten(bits: Iterable[Bit], edits: Sequence[tuple[int, int, str]], by: str | None) -> list[Bit]:
    """The bits after `by` changed the text as it stood: in code points of it start–end become words; in order, apart,
    all against the text before: what `SharedText.trace` gives. What someone brought and someone took out again leaves
    no trace. New words stand behind those that had been taken out at the same place."""
    waiting = deque(edits)
    found: list[Bit] = []
    for bit in _changed(bits, waiting, by):
        if found and found[-1][0] == bit.fate and found[-1][2] == bit.by:
            found[-1] = Bit(bit.fate, found[-1].length + bit.length, bit.by)
        else:
            found.append(bit)
    return found


def _changed(bits: Iterable[Bit], waiting: deque[tuple[int, int, str]], by: str | None) -> Iterator[Bit]:
    place = 0
    for bit in bits:
        if bit.fate == "gone":
            yield bit
            continue
        yield from _cut(bit, place, waiting, by)
        place += bit.length
    for _, _, words in waiting:
        if words:
            yield Bit("come", len(words), by)


def _cut(bit: Bit, place: int, waiting: deque[tuple[int, int, str]], by: str | None) -> Iterator[Bit]:
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
        if words:
            yield Bit("come", len(words), by)
    if place < end:
        yield bit._replace(length=end - place)
