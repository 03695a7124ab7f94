"""Split a text into display lines, each divided into runs by author."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal

from service.domain.text.attribution.blame import AttributedSpan, AuthorT
from service.domain.text.markup.item_labels import BRACKETED_LABEL
from service.domain.text.structure.numbering import NumberMark, shift_offset

AttributedShape = Literal["heading", "item", "quote", "text"]

_OPENING = re.compile(
    rf"(?P<heading>#{{1,6}})[ \t]+|(?P<indent>[ \t]*)(?P<marker>[-*+]|[0-9]{{1,9}}[.)]|{BRACKETED_LABEL})[ \t]+"
    r"|(?P<quote>(?:>[ \t]?)+)"
)


@dataclass(frozen=True, slots=True)
class AttributedRun(Generic[AuthorT]):
    """Characters of one line written by one author."""

    text: str
    author: AuthorT


@dataclass(frozen=True, slots=True)
class AttributedLine(Generic[AuthorT]):
    """One display line.

    `level` is 1–6 for a heading, else 0. `marker` is the list marker of an item as typed. `start` is the code point at
    which the source line begins. `runs` cover the line without its block markup.
    """

    shape: AttributedShape
    level: int
    marker: str
    start: int
    runs: tuple[AttributedRun[AuthorT], ...]


def attributed_lines(text: str, spans: Sequence[AttributedSpan[AuthorT]]) -> Iterator[AttributedLine[AuthorT]]:
    """Yield the lines of a text that are not blank; `spans` must tile the text."""
    offset, first = 0, 0
    for source in text.split("\n"):
        end = offset + len(source)
        while first < len(spans) and spans[first].end <= offset:
            first += 1
        if source.strip():
            opening = _OPENING.match(source)
            start = offset + (opening.end() if opening else 0)
            yield AttributedLine(*_line_shape(opening), offset, tuple(_line_runs(text, spans, first, start, end)))
        offset = end + 1


def shift_spans(spans: Sequence[AttributedSpan[AuthorT]], marks: Sequence[NumberMark]) -> list[AttributedSpan[AuthorT]]:
    """Return the spans in the text with number marks; a mark belongs to the author of the character before it."""
    return [AttributedSpan(shift_offset(one.start, marks), shift_offset(one.end, marks), one.author) for one in spans]


def author_shares(text: str, spans: Sequence[AttributedSpan[AuthorT]]) -> list[tuple[AuthorT, int]]:
    """Return each author with the number of non-blank code points they wrote, largest first."""
    counts: dict[AuthorT, int] = {}
    for span in spans:
        counts[span.author] = counts.get(span.author, 0) + len("".join(text[span.start : span.end].split()))
    return sorted(((author, count) for author, count in counts.items() if count), key=lambda share: -share[1])


def _line_runs(
    text: str, spans: Sequence[AttributedSpan[AuthorT]], first: int, start: int, end: int
) -> Iterator[AttributedRun[AuthorT]]:
    for span in spans[first:]:
        if span.start >= end:
            return
        run_text = text[max(start, span.start) : min(end, span.end)]
        if run_text:
            yield AttributedRun(run_text, span.author)


def _line_shape(opening: re.Match[str] | None) -> tuple[AttributedShape, int, str]:
    if not opening:
        return "text", 0, ""
    if opening["heading"]:
        return "heading", len(opening["heading"]), ""
    return ("item", 0, opening["marker"]) if opening["marker"] else ("quote", 0, "")
