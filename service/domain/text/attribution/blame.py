"""Who wrote what: the hands behind every passage of a text, through its versions and through its living draft."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

from service.domain.text.attribution.attribution_ops import AttributionOp
from service.domain.text.markup.tree import Span
from service.domain.text.redline.redline import Redline

AuthorT = TypeVar("AuthorT")
"""Whoever asks says what a hand is: an organisation, a person, a version, or all three."""


@dataclass(frozen=True, slots=True)
class AttributedSpan(Generic[AuthorT]):
    """Code points `start`–`end` of a text were written by `by`."""

    start: int
    end: int
    author: AuthorT


@dataclass(frozen=True, slots=True)
class VersionStep(Generic[AuthorT]):
    """A version that `by` made of the one before it: its text, and the redline from the text before."""

    author: AuthorT
    text: str
    redline: Redline


_Source = tuple[Span | None, int]
"""What a new text is made of, in order: a range of the old one, or so many new code points."""


def single_author(text: str, author: AuthorT) -> list[AttributedSpan[AuthorT]]:
    """A whole text by one hand."""
    return [AttributedSpan(0, len(text), author)] if text else []


def blame(text: str, author: AuthorT, steps: Iterable[VersionStep[AuthorT]]) -> list[AttributedSpan[AuthorT]]:
    """Who wrote each passage of the last version, from the first, `text`, through all steps. Passages tile the text;
    those of one hand that stand side by side are one. What moved as it was stays with those who wrote it."""
    spans = single_author(text, author)
    for step in steps:
        spans = _apply_step(spans, _sources(step.redline, text, step.text), step.author)
        text = step.text
    return spans


def attributed_spans(ops: Iterable[AttributionOp[AuthorT]], default_author: AuthorT) -> list[AttributedSpan[AuthorT]]:
    """The passages of the text that `bits` lead to; what was kept on the way is by `kept`."""
    found: list[AttributedSpan[AuthorT]] = []
    offset = 0
    for op in ops:
        author = default_author if op.author is None else op.author
        if op.kind == "gone":
            continue
        if found and found[-1].author == author:
            found[-1] = AttributedSpan(found[-1].start, offset + op.length, author)
        else:
            found.append(AttributedSpan(offset, offset + op.length, author))
        offset += op.length
    return found


def _apply_step(
    spans: Sequence[AttributedSpan[AuthorT]], sources: Iterable[_Source], step_author: AuthorT
) -> list[AttributedSpan[AuthorT]]:
    starts = [passage.start for passage in spans]
    found: list[AttributedSpan[AuthorT]] = []
    offset = 0
    for length, author in chain.from_iterable(_source_authors(spans, starts, piece, step_author) for piece in sources):
        if found and found[-1].author == author:
            found[-1] = AttributedSpan(found[-1].start, offset + length, author)
        else:
            found.append(AttributedSpan(offset, offset + length, author))
        offset += length
    return found


def _source_authors(
    spans: Sequence[AttributedSpan[AuthorT]], starts: Sequence[int], source: _Source, step_author: AuthorT
) -> Iterator[tuple[int, AuthorT]]:
    """The lengths of a piece, each with its hand."""
    source_range, length = source
    if source_range is None:
        yield length, step_author
        return
    for span in spans[bisect_right(starts, source_range[0]) - 1 :]:
        if span.start >= source_range[1]:
            return
        yield min(source_range[1], span.end) - max(source_range[0], span.start), span.author


def _sources(redline: Redline, old: str, new: str) -> Iterator[_Source]:
    moves = {move.id: (move.a0, move.a1) for move in redline.moves if old[move.a0 : move.a1] == new[move.b0 : move.b1]}
    for op in redline.ops:
        if op.kind == "equal":
            yield (op.a0, op.a1), 0
        elif op.b0 < op.b1:
            yield moves.get(op.move) if op.move else None, op.b1 - op.b0
