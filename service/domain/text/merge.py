"""Exact three-way merge: what two sides changed in one base, put together where their words do not meet.

Token-level diff3 (Khanna, Kunal, Pierce: A Formal Investigation of Diff3, 2007), one stricter rule: edits that touch
are a conflict, because the order of what is inserted is content in law. Nothing is ever placed by likeness.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from service.domain.text.assembly import assemble
from service.domain.text.blocks import cut
from service.domain.text.tokens import grapheme_ends
from service.domain.text.tree import Span

Side = Literal["base", "ours", "theirs", "both"]
Splice = tuple[int, int, str]
"""Replace code points a0–a1 of the base by a text."""

_SENTENCE_END = regex.compile(r"[.!?؟۔…]+[\"'»”’)\]]*\s+|\n")


@dataclass(frozen=True, slots=True)
class Clean:
    """A passage of the merge, and who it comes from; `both`: the same edit on both sides."""

    side: Side
    text: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Base code points a0–a1 were changed by both sides, differently. Both texts replace the whole of a0–a1."""

    a0: int
    a1: int
    base: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merge:
    """`text` is None if there is a conflict. `review`: sentences of the base that both sides changed without meeting:
    a person should read them again."""

    text: str | None
    parts: tuple[Clean | Conflict, ...]
    review: tuple[Span, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return tuple(part for part in self.parts if isinstance(part, Conflict))


def merge(base: str, ours: str, theirs: str) -> Merge:
    """Merge two texts made from `base`. Swapping the sides swaps them in the conflicts and changes nothing else."""
    sides = _splices(base, ours), _splices(base, theirs)
    parts = tuple(_parts(base, *sides))
    conflicts = any(isinstance(part, Conflict) for part in parts)
    text = None if conflicts else "".join(part.text for part in parts if isinstance(part, Clean))
    return Merge(text, parts, tuple(_twice_changed(base, *sides)))


def edits(base: str, new: str) -> list[Splice]:
    """The splices, in order and apart from one another, that turn `base` into `new`; none splits a grapheme cluster."""
    return [_least(base, splice) for splice in _splices(base, new)]


def _splices(base: str, new: str) -> list[Splice]:
    """The maximal differences, at boundaries of words."""
    found: list[tuple[int, int, int, int]] = []
    for piece in assemble(cut(base), cut(new), readable=False).pieces:
        if piece.kind == "equal":
            continue
        if found and found[-1][1] == piece.a0 and found[-1][3] == piece.b0:
            found[-1] = (found[-1][0], piece.a1, found[-1][2], piece.b1)
        else:
            found.append((piece.a0, piece.a1, piece.b0, piece.b1))
    return [(a0, a1, new[b0:b1]) for a0, a1, b0, b1 in found if base[a0:a1] != new[b0:b1]]


def _least(base: str, splice: Splice) -> Splice:
    """The splice without the grapheme clusters that stay at both of its ends."""
    a0, a1, text = splice
    old = base[a0:a1]
    ends_old, ends_new = grapheme_ends(old), grapheme_ends(text)
    shared = _shared_length(old, text)
    start = max(end for end in ends_old & ends_new if end <= shared)
    shared = min(_shared_length(old[::-1], text[::-1]), min(len(old), len(text)) - start)
    tails = {len(old) - end for end in ends_old} & {len(text) - end for end in ends_new}
    tail = max(length for length in tails if length <= shared)
    return a0 + start, a1 - tail, text[start : len(text) - tail]


def _shared_length(one: str, other: str) -> int:
    """Code points both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (x, y) in pairs if x != y), min(len(one), len(other)))


# Grouping


def _parts(base: str, ours: Sequence[Splice], theirs: Sequence[Splice]) -> Iterator[Clean | Conflict]:
    place = 0
    for start, end, mine, yours in _groups(ours, theirs):
        if place < start:
            yield Clean("base", base[place:start])
        yield _part(base, start, end, mine, yours)
        place = end
    if place < len(base):
        yield Clean("base", base[place:])


def _groups(ours: Sequence[Splice], theirs: Sequence[Splice]) -> Iterator[tuple[int, int, list[Splice], list[Splice]]]:
    """Splices whose ranges of the base overlap or touch, together, with the range they cover."""
    waiting = sorted([(splice, 0) for splice in ours] + [(splice, 1) for splice in theirs], reverse=True)
    while waiting:
        splice, side = waiting.pop()
        start, end, _ = splice
        group: tuple[list[Splice], list[Splice]] = ([], [])
        group[side].append(splice)
        while waiting and waiting[-1][0][0] <= end:
            splice, side = waiting.pop()
            group[side].append(splice)
            end = max(end, splice[1])
        yield start, end, *group


def _part(base: str, start: int, end: int, ours: Sequence[Splice], theirs: Sequence[Splice]) -> Clean | Conflict:
    mine, yours = _applied(base, start, end, ours), _applied(base, start, end, theirs)
    if not theirs:
        return Clean("ours", mine)
    if not ours:
        return Clean("theirs", yours)
    return Clean("both", mine) if mine == yours else Conflict(start, end, base[start:end], mine, yours)


def _applied(base: str, start: int, end: int, splices: Sequence[Splice]) -> str:
    out, place = [], start
    for a0, a1, text in splices:
        out += [base[place:a0], text]
        place = a1
    return "".join([*out, base[place:end]])


def _twice_changed(base: str, ours: Sequence[Splice], theirs: Sequence[Splice]) -> Iterator[Span]:
    """Sentences of the base that hold edits of both sides, but not the same edits."""
    ends = [found.end() for found in _SENTENCE_END.finditer(base)]
    mine, yours = set(ours) - set(theirs), set(theirs) - set(ours)
    for place in sorted(_sentences(ends, mine) & _sentences(ends, yours)):
        yield ends[place - 1] if place else 0, ends[place] if place < len(ends) else len(base)


def _sentences(ends: Sequence[int], splices: set[Splice]) -> set[int]:
    """The places of the sentences that splices lie in."""
    return {
        place
        for a0, a1, _ in splices
        for place in range(bisect_right(ends, a0), bisect_right(ends, max(a0, a1 - 1)) + 1)
    }
