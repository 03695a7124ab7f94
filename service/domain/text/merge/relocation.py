"""Passages that one side moved: what the other side changed in them is offered a new place, never put there alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from service.domain.text.diff.minimal_edits import Splice, splices
from service.domain.text.diff.moved_blocks import WORDS
from service.domain.text.markup.tree import Span
from service.domain.text.merge.diff3 import Clean, Conflict, Part, applied, halves, joined, weave
from service.domain.text.redline.redline import Move, redline


@dataclass(frozen=True, slots=True)
class Relocation:
    """Base code points a0–a1 were moved by `mover`, to b0–b1 of its text, and edited in place by the other side, where
    they are c0–c1. `text` is the passage with the changes of both; `score` the likeness of both ends of the move, in
    thousandths."""

    mover: Literal["ours", "theirs"]
    a0: int
    a1: int
    b0: int
    b1: int
    c0: int
    c1: int
    text: str
    score: int


def accepted(base: str, ours: str, theirs: str, offer: Relocation) -> tuple[str, str]:
    """Both sides as if the mover had made the other's changes where the passage stands now: to be merged again."""
    moved, stayed = (ours, theirs) if offer.mover == "ours" else (theirs, ours)
    moved = moved[: offer.b0] + offer.text + moved[offer.b1 :]
    stayed = stayed[: offer.c0] + base[offer.a0 : offer.a1] + stayed[offer.c1 :]
    return (moved, stayed) if offer.mover == "ours" else (stayed, moved)


def offers(
    base: str, ours: str, theirs: str, parts: Sequence[Part], mine: Sequence[Splice], yours: Sequence[Splice]
) -> Iterator[Relocation]:
    """New places for what is in conflict because its passage was moved, in order of the mover's text."""
    met = [(part.a0, part.a1) for part in parts if isinstance(part, Conflict)]
    for move in redline(base, ours).moves:
        yield from _offer("ours", base, ours, move, met, yours)
    for move in redline(base, theirs).moves:
        yield from _offer("theirs", base, theirs, move, met, mine)


def _offer(
    mover: Literal["ours", "theirs"], base: str, text: str, move: Move, met: Sequence[Span], others: Sequence[Splice]
) -> Iterator[Relocation]:
    inside = [splice for splice in others if _is_inside(splice, move)]
    whole = all(_is_inside(splice, move) or _is_outside(splice, move) for splice in others)
    old, changed = base[move.a0 : move.a1], applied(base, move.a0, move.a1, inside)
    in_conflict = any(start < move.a1 and move.a0 < end for start, end in met)
    if not (inside and whole and in_conflict and changed.strip()):
        return
    parts = tuple(weave(old, splices(old, text[move.b0 : move.b1]), splices(old, changed)))
    if all(isinstance(part, Clean) for part in parts):
        start = move.a0 + sum(len(new) - (a1 - a0) for a0, a1, new in others if a1 <= move.a0)
        words = "".join(part.text for part in parts if isinstance(part, Clean))
        end = start + len(changed)
        yield Relocation(mover, move.a0, move.a1, move.b0, move.b1, start, end, words, move.score)


def _is_inside(splice: Splice, move: Move) -> bool:
    """True of a change to words of the passage; what is inserted at its edges may belong to its neighbours."""
    return move.a0 <= splice[0] and splice[1] <= move.a1 and not _is_outside(splice, move)


def _is_outside(splice: Splice, move: Move) -> bool:
    return splice[1] <= move.a0 or splice[0] >= move.a1


# Both sides took the passage away


def parted(base: str, ours: str, theirs: str, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts, where a passage that both sides took away from its place, and that stands elsewhere now, is a
    conflict: one moved what the other deleted, or both moved it, and then it would stand in two places."""
    gone = [part for part in parts if isinstance(part, Clean) and part.side == "both" and _is_long(base, part)]
    if not gone:
        return parts
    moves = [(0, move) for move in redline(base, ours).moves] + [(1, move) for move in redline(base, theirs).moves]
    runs = []
    for side, move in moves:
        if any(part.a0 < move.a1 and move.a0 < part.a1 for part in gone):
            there = _at(base, parts, side, move)
            sources = [place for place, part in enumerate(parts) if part.a0 < move.a1 and move.a0 < part.a1]
            if not all(_is_shared(parts[place]) for place in there):
                runs.append((min(*there, *sources), max(*there, *sources)))
    return joined(base, parts, runs)


def _at(base: str, parts: Sequence[Part], side: int, move: Move) -> list[int]:
    """The parts that hold the new place of a passage in the text of the side that moved it."""
    ends = list(accumulate(len(halves(base, part)[side]) for part in parts))
    return [
        place
        for place, (start, end) in enumerate(zip([0, *ends], ends, strict=False))
        if start < move.b1 and move.b0 < end
    ]


def _is_shared(part: Part) -> bool:
    return isinstance(part, Clean) and part.side in ("base", "both")


def _is_long(base: str, part: Clean) -> bool:
    return len(base[part.a0 : part.a1].split()) >= WORDS
