"""Blame: the author of every span of a text, through its versions and its draft."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

from service.domain.text.attribution.attribution_ops import AttributionOp
from service.domain.text.markup.tree import Span
from service.domain.text.redline.kept_text import KeptRun, kept_runs
from service.domain.text.redline.redline import Redline

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


_Source = tuple[Span | None, int]
"""Where a piece of the new text comes from: a range of the old text, or a number of new code points."""


def single_author(text: str, author: AuthorT) -> list[AttributedSpan[AuthorT]]:
    """Attribute a whole text to one author."""
    return [AttributedSpan(0, len(text), author)] if text else []


def blame(text: str, author: AuthorT, steps: Iterable[VersionStep[AuthorT]]) -> list[AttributedSpan[AuthorT]]:
    """Attribute each span of the last version, starting from the first, `text`, and applying all steps.

    The spans tile the text; adjacent spans of one author are joined. Characters that a step kept, in place or moved,
    keep their authors; `kept_runs` says which ones.
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
    offset = 0
    last: KeptRun | None = None
    for run in kept_runs(redline, old, new):
        yield from _new_text(new[offset : run.b0], last, old)
        yield (run.a0, run.a1), 0
        offset, last = run.b1, run
    yield from _new_text(new[offset:], last, old)


def _new_text(text: str, before: KeptRun | None, old: str) -> Iterator[_Source]:
    """Yield the sources of new text after the run `before`.

    The last paragraph of a text ends with one newline, the others with two: if it was moved, the second is not new.
    """
    if before and before.is_moved and before.a1 == len(old) and text.startswith("\n"):
        yield (before.a1 - 1, before.a1), 0
        text = text[1:]
    if text:
        yield None, len(text)
