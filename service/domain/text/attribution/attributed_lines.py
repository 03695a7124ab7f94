"""A text cut into the lines a reader sees, each in the pieces of those who wrote them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal

from service.domain.text.attribution.blame import Hand, Passage
from service.domain.text.structure.numbering import Mark, moved

Shape = Literal["heading", "item", "quote", "text"]

_OPENING = re.compile(
    r"(?P<heading>#{1,6})[ \t]+|(?P<indent>[ \t]*)(?P<marker>[-*+]|[0-9]{1,9}[.)])[ \t]+|(?P<quote>(?:>[ \t]?)+)"
)


@dataclass(frozen=True, slots=True)
class Piece(Generic[Hand]):
    words: str
    by: Hand


@dataclass(frozen=True, slots=True)
class Line(Generic[Hand]):
    """`level`: of a heading 1–6, else 0; `marker`: what stands before an item. `start` is the code point it begins at;
    the pieces are all of the line but the signs of its shape."""

    shape: Shape
    level: int
    marker: str
    start: int
    pieces: tuple[Piece[Hand], ...]


def lines(text: str, passages: Sequence[Passage[Hand]]) -> Iterator[Line[Hand]]:
    """The lines of a text that have words or signs; `passages` tile it."""
    place, first = 0, 0
    for source in text.split("\n"):
        end = place + len(source)
        while first < len(passages) and passages[first].end <= place:
            first += 1
        if source.strip():
            found = _OPENING.match(source)
            start = place + (found.end() if found else 0)
            yield Line(*_shape(found), place, tuple(_pieces(text, passages, first, start, end)))
        place = end + 1


def with_numbers(passages: Sequence[Passage[Hand]], marks: Sequence[Mark]) -> list[Passage[Hand]]:
    """The passages of the marked text: a number belongs to those who wrote the name before it."""
    return [Passage(moved(one.start, marks), moved(one.end, marks), one.by) for one in passages]


def shares(text: str, passages: Sequence[Passage[Hand]]) -> list[tuple[Hand, int]]:
    """Each hand with how many code points of words it wrote, blanks apart; the most first."""
    counts: dict[Hand, int] = {}
    for one in passages:
        counts[one.by] = counts.get(one.by, 0) + len("".join(text[one.start : one.end].split()))
    return sorted(((hand, count) for hand, count in counts.items() if count), key=lambda share: -share[1])


def _pieces(text: str, passages: Sequence[Passage[Hand]], first: int, start: int, end: int) -> Iterator[Piece[Hand]]:
    for one in passages[first:]:
        if one.start >= end:
            return
        words = text[max(start, one.start) : min(end, one.end)]
        if words:
            yield Piece(words, one.by)


def _shape(found: re.Match[str] | None) -> tuple[Shape, int, str]:
    if not found:
        return "text", 0, ""
    if found["heading"]:
        return "heading", len(found["heading"]), ""
    return ("item", 0, found["marker"]) if found["marker"] else ("quote", 0, "")
