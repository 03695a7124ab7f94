"""Who wrote what: the hands behind every passage of a text, through its versions and through its living draft."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

from service.domain.text.attribution.attribution_ops import Bit
from service.domain.text.markup.tree import Span
from service.domain.text.redline.redline import Redline

Hand = TypeVar("Hand")
"""Whoever asks says what a hand is: an organisation, a person, a version, or all three."""


@dataclass(frozen=True, slots=True)
class Passage(Generic[Hand]):
    """Code points `start`–`end` of a text were written by `by`."""

    start: int
    end: int
    by: Hand


@dataclass(frozen=True, slots=True)
class Step(Generic[Hand]):
    """A version that `by` made of the one before it: its text, and the redline from the text before."""

    by: Hand
    text: str
    compared: Redline


_Piece = tuple[Span | None, int]
"""What a new text is made of, in order: a range of the old one, or so many new code points."""


def written(text: str, by: Hand) -> list[Passage[Hand]]:
    """A whole text by one hand."""
    return [Passage(0, len(text), by)] if text else []


def blame(text: str, by: Hand, steps: Iterable[Step[Hand]]) -> list[Passage[Hand]]:
    """Who wrote each passage of the last version, from the first, `text`, through all steps. Passages tile the text;
    those of one hand that stand side by side are one. What moved as it was stays with those who wrote it."""
    passages = written(text, by)
    for step in steps:
        passages = _rewritten(passages, _pieces(step.compared, text, step.text), step.by)
        text = step.text
    return passages


def standing(bits: Iterable[Bit[Hand]], kept: Hand) -> list[Passage[Hand]]:
    """The passages of the text that `bits` lead to; what was kept on the way is by `kept`."""
    found: list[Passage[Hand]] = []
    place = 0
    for bit in bits:
        hand = kept if bit.by is None else bit.by
        if bit.fate == "gone":
            continue
        if found and found[-1].by == hand:
            found[-1] = Passage(found[-1].start, place + bit.length, hand)
        else:
            found.append(Passage(place, place + bit.length, hand))
        place += bit.length
    return found


def _rewritten(passages: Sequence[Passage[Hand]], pieces: Iterable[_Piece], by: Hand) -> list[Passage[Hand]]:
    starts = [passage.start for passage in passages]
    found: list[Passage[Hand]] = []
    place = 0
    for length, hand in chain.from_iterable(_hands(passages, starts, piece, by) for piece in pieces):
        if found and found[-1].by == hand:
            found[-1] = Passage(found[-1].start, place + length, hand)
        else:
            found.append(Passage(place, place + length, hand))
        place += length
    return found


def _hands(
    passages: Sequence[Passage[Hand]], starts: Sequence[int], piece: _Piece, by: Hand
) -> Iterator[tuple[int, Hand]]:
    """The lengths of a piece, each with its hand."""
    span, length = piece
    if span is None:
        yield length, by
        return
    for passage in passages[bisect_right(starts, span[0]) - 1 :]:
        if passage.start >= span[1]:
            return
        yield min(span[1], passage.end) - max(span[0], passage.start), passage.by


def _pieces(compared: Redline, old: str, new: str) -> Iterator[_Piece]:
    moves = {move.id: (move.a0, move.a1) for move in compared.moves if old[move.a0 : move.a1] == new[move.b0 : move.b1]}
    for op in compared.ops:
        if op.kind == "equal":
            yield (op.a0, op.a1), 0
        elif op.b0 < op.b1:
            yield moves.get(op.move) if op.move else None, op.b1 - op.b0
