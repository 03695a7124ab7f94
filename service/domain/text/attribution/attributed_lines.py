"""A text cut into the lines a reader sees, each in the pieces of those who wrote them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal

from service.domain.text.attribution.blame import AttributedSpan, AuthorT
from service.domain.text.structure.numbering import NumberMark, shift_offset

AttributedShape = Literal["heading", "item", "quote", "text"]

_OPENING = re.compile(
    r"(?P<heading>#{1,6})[ \t]+|(?P<indent>[ \t]*)(?P<marker>[-*+]|[0-9]{1,9}[.)])[ \t]+|(?P<quote>(?:>[ \t]?)+)"
)


@dataclass(frozen=True, slots=True)
class AttributedRun(Generic[AuthorT]):
    text: str
    author: AuthorT


@dataclass(frozen=True, slots=True)
class AttributedLine(Generic[AuthorT]):
    """`level`: of a heading 1–6, else 0; `marker`: what stands before an item. `start` is the code point it begins at;
    the pieces are all of the line but the signs of its shape."""

    shape: AttributedShape
    level: int
    marker: str
    start: int
    runs: tuple[AttributedRun[AuthorT], ...]


def attributed_lines(text: str, spans: Sequence[AttributedSpan[AuthorT]]) -> Iterator[AttributedLine[AuthorT]]:
    """The lines of a text that have words or signs; `passages` tile it."""
    offset, first = 0, 0
    for source in text.split("\n"):
        end = offset + len(source)
        while first < len(spans) and spans[first].end <= offset:
            first += 1
        if source.strip():
            found = _OPENING.match(source)
            start = offset + (found.end() if found else 0)
            yield AttributedLine(*_line_shape(found), offset, tuple(_line_runs(text, spans, first, start, end)))
        offset = end + 1


def shift_spans(spans: Sequence[AttributedSpan[AuthorT]], marks: Sequence[NumberMark]) -> list[AttributedSpan[AuthorT]]:
    """The passages of the marked text: a number belongs to those who wrote the name before it."""
    return [AttributedSpan(shift_offset(one.start, marks), shift_offset(one.end, marks), one.author) for one in spans]


def author_shares(text: str, spans: Sequence[AttributedSpan[AuthorT]]) -> list[tuple[AuthorT, int]]:
    """Each hand with how many code points of words it wrote, blanks apart; the most first."""
    counts: dict[AuthorT, int] = {}
    for span in spans:
        counts[span.author] = counts.get(span.author, 0) + len("".join(text[span.start : span.end].split()))
    return sorted(((hand, count) for hand, count in counts.items() if count), key=lambda share: -share[1])


def _line_runs(
    text: str, spans: Sequence[AttributedSpan[AuthorT]], first: int, start: int, end: int
) -> Iterator[AttributedRun[AuthorT]]:
    for span in spans[first:]:
        if span.start >= end:
            return
        run_text = text[max(start, span.start) : min(end, span.end)]
        if run_text:
            yield AttributedRun(run_text, span.author)


def _line_shape(found: re.Match[str] | None) -> tuple[AttributedShape, int, str]:
    if not found:
        return "text", 0, ""
    if found["heading"]:
        return "heading", len(found["heading"]), ""
    return ("item", 0, found["marker"]) if found["marker"] else ("quote", 0, "")
