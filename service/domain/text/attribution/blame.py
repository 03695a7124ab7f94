"""Blame: the author of every span of a text, through its versions and its draft."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

from service.domain.text.attribution.attribution_ops import AttributionOp
from service.domain.text.diff.sequence_alignment import common_runs
from service.domain.text.markup.tree import Span
from service.domain.text.redline.numbered_ops import numbered_ops
from service.domain.text.redline.redline import Op, Redline

AuthorT = TypeVar("AuthorT")
"""The caller chooses the type: an organisation, a person, a version, or a combination."""


@dataclass(frozen=True, slots=True)
class AttributedSpan(Generic[AuthorT]):
    """Code points `start`–`end` of a text, written by `author`."""

    start: int
    end: int
    author: AuthorT


@dataclass(frozen=True, slots=True)
class VersionStep(Generic[AuthorT]):
    """A version that `author` made from the previous one: its text, and the redline from the previous text."""

    author: AuthorT
    text: str
    redline: Redline


LETTER_KINDS = (
    "structure",
    "format",
    "space",
    "invisible",
    "vocalisation",
    "lookalike",
    "item_number",
    "note_number",
)
"""Kinds of changes that keep most characters: authors are kept by the letter; in the others, words are replaced."""

_Source = tuple[Span | None, int]
"""Where a piece of the new text comes from: a range of the old text, or a number of new code points."""


def single_author(text: str, author: AuthorT) -> list[AttributedSpan[AuthorT]]:
    """Attribute a whole text to one author."""
    return [AttributedSpan(0, len(text), author)] if text else []


def blame(text: str, author: AuthorT, steps: Iterable[VersionStep[AuthorT]]) -> list[AttributedSpan[AuthorT]]:
    """Attribute each span of the last version, starting from the first, `text`, and applying all steps.

    The spans tile the text; adjacent spans of one author are joined. A passage that was moved keeps its authors, but
    for the words that changed in it.
    """
    spans = single_author(text, author)
    for step in steps:
        spans = _apply_step(spans, _sources(step.redline, text, step.text), step.author)
        text = step.text
    return spans


def attributed_spans(ops: Iterable[AttributionOp[AuthorT]], default_author: AuthorT) -> list[AttributedSpan[AuthorT]]:
    """Return the spans of the new text that `ops` lead to; kept text is attributed to `default_author`."""
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
    starts = [span.start for span in spans]
    found: list[AttributedSpan[AuthorT]] = []
    offset = 0
    for length, author in chain.from_iterable(
        _source_authors(spans, starts, source, step_author) for source in sources
    ):
        if found and found[-1].author == author:
            found[-1] = AttributedSpan(found[-1].start, offset + length, author)
        else:
            found.append(AttributedSpan(offset, offset + length, author))
        offset += length
    return found


def _source_authors(
    spans: Sequence[AttributedSpan[AuthorT]], starts: Sequence[int], source: _Source, step_author: AuthorT
) -> Iterator[tuple[int, AuthorT]]:
    """Yield the length and author of each span of a source."""
    source_range, length = source
    if source_range is None:
        yield length, step_author
        return
    for span in spans[bisect_right(starts, source_range[0]) - 1 :]:
        if span.start >= source_range[1]:
            return
        yield min(source_range[1], span.end) - max(source_range[0], span.start), span.author


def _sources(redline: Redline, old: str, new: str) -> Iterator[_Source]:
    """Yield where the new text comes from, in order; moved passages come from their old place."""
    for one in numbered_ops(redline):
        op = one.op
        if op.kind == "equal":
            yield (op.a0, op.a1), 0
        elif op.b0 < op.b1:
            yield from _kept_letters(op, old, new) if op.kind in LETTER_KINDS else ((None, op.b1 - op.b0),)


def _kept_letters(op: Op, old: str, new: str) -> Iterator[_Source]:
    """Yield the sources of a change in which letters stay: only those that are new are the author's."""
    before, after = ([ord(char) for char in text] for text in (old[op.a0 : op.a1], new[op.b0 : op.b1]))
    done = 0
    for i0, i1, j0, j1 in common_runs(before, after):
        if done < j0:
            yield None, j0 - done
        yield (op.a0 + i0, op.a0 + i1), 0
        done = j1
    if done < len(after):
        yield None, len(after) - done
