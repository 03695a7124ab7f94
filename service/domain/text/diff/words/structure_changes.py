"""Changes of structure inside a passage: breaks, indentation, and the marks that lines begin with.

A hunk that changes words and structure is cut, so that each part says what changed.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import regex

from service.domain.text.diff.change_kinds import ChangeKind, classify_change
from service.domain.text.diff.words.hunks import Hunk
from service.domain.text.markup.item_labels import read_label
from service.domain.text.markup.tree import Span

_LABEL = r"[0-9]{1,9}[.)]|\([A-Za-z\u0621-\u064a]{1,4}\)"
_JOINS = r"[\p{M}\u200c\u200d\ufe0f]"
"""Characters that belong to the blank before them: a blank is not cut from them."""
_BLANK, _ANY_BLANK = rf"(?:[ \t](?!{_JOINS}))", rf"(?:[ \t\n](?!{_JOINS}))"
_STRUCTURE = regex.compile(
    rf"(?:\A{_BLANK}*|{_BLANK}*\n(?!{_JOINS}){_ANY_BLANK}*)(?:(?:#{{1,6}}|[-*+]|>|{_LABEL})(?:{_BLANK}+|$))*",
    regex.MULTILINE | regex.V1,
)
MAX_LINE_START = 40
"""Most code points of indentation and marks at the start of a line."""

_ITEM_NUMBER = re.compile(r"[0-9]{1,9}|[A-Za-z\u0621-\u064a]{1,4}")
_BLANKS_AT_START, _BLANKS_AT_END = regex.compile(rf"{_BLANK}*"), regex.compile(rf"{_BLANK}*$")
_LINE_START = regex.compile(
    rf"[ \t]*(?:(?:#{{1,6}}|[-*+]|>|{_LABEL})[ \t]+)*(?:#{{1,6}}|[-*+]|>|\(?[^\W_]{{0,9}})?[.)]?", regex.V1
)
"""What a line may begin with, also where it is cut inside a mark."""


@dataclass(frozen=True)
class StructuredPassages:
    """Two versions of a passage, each of which begins at a line."""

    old: str
    new: str

    @cached_property
    def old_spans(self) -> Sequence[Span]:
        """The ranges of the old version that are structure and not words."""
        return _structural_spans(self.old)

    @cached_property
    def new_spans(self) -> Sequence[Span]:
        """The ranges of the new version that are structure and not words."""
        return _structural_spans(self.new)

    def split(self, hunk: Hunk) -> Iterator[Hunk]:
        """Yield the parts of a changed hunk: words and structure by turns."""
        if not (_touches_start(self.old, hunk.a0, hunk.a1) or _touches_start(self.new, hunk.b0, hunk.b1)):
            yield hunk
            return
        olds = _segments(self.old_spans, hunk.a0, hunk.a1)
        news = _segments(self.new_spans, hunk.b0, hunk.b1)
        counts = len(olds) // 2, len(news) // 2
        if counts[0] == counts[1]:
            yield from self._pair(hunk, olds, news) if counts[0] else (hunk,)
        elif min(counts) == 0 and max(counts) == 1:
            yield from self._pair(hunk, *self._with_blank(olds, news))
        else:
            yield hunk

    def _with_blank(self, olds: list[Span], news: list[Span]) -> tuple[list[Span], list[Span]]:
        """Return both sides with one structural segment each: a blank of one side stands where the other breaks.

        A whole line that was inserted or deleted stays one segment.
        """
        swapped = len(olds) > len(news)
        plain, broken, text = (news, olds, self.new) if swapped else (olds, news, self.old)
        [(start, end)] = plain
        before, _, after = broken
        if before[0] < before[1] and after[0] < after[1] and start == end:
            cut: list[Span] = []
        elif after[0] == after[1]:
            blank = _BLANKS_AT_END.search(text, start, end)
            cut = [(start, blank.start()), (blank.start(), end), (end, end)] if blank else []
        else:
            blank = _BLANKS_AT_START.match(text, start, end)
            cut = [(start, start), (start, blank.end()), (blank.end(), end)] if blank else []
        is_line = start == end and before[1] - before[0] + after[1] - after[0] > 0
        is_line = is_line and _is_whole_lines(self.old if swapped else self.new, broken[0][0], broken[-1][1])
        if not cut or is_line:
            cut = [(start, end)]
            broken = [(broken[0][0], broken[-1][1])]
        return (broken, cut) if swapped else (cut, broken)

    def _pair(self, hunk: Hunk, olds: Sequence[Span], news: Sequence[Span]) -> Iterator[Hunk]:
        for index, ((a0, a1), (b0, b1)) in enumerate(zip(olds, news, strict=True)):
            old, new = self.old[a0:a1], self.new[b0:b1]
            if index % 2:
                yield from self._structure(a0, a1, b0, b1)
            elif old or new:
                is_number = hunk.is_number and (a0, a1, b0, b1) == (hunk.a0, hunk.a1, hunk.b0, hunk.b1)
                yield Hunk(classify_change(old, new), a0, a1, b0, b1, is_number)

    def _structure(self, a0: int, a1: int, b0: int, b1: int) -> Iterator[Hunk]:
        old, new = self.old[a0:a1], self.new[b0:b1]
        kept = _kept_indentation(old, new)
        if kept:
            yield Hunk("equal", a0, a0 + kept, b0, b0 + kept)
            a0, b0, old, new = a0 + kept, b0 + kept, old[kept:], new[kept:]
        if old != new:
            yield Hunk(self._kind(a0, a1, b0, b1), a0, a1, b0, b1)
        elif old:
            yield Hunk("equal", a0, a1, b0, b1)

    def _kind(self, a0: int, a1: int, b0: int, b1: int) -> ChangeKind:
        (start, end), (other_start, other_end) = _around(self.old_spans, a0, a1), _around(self.new_spans, b0, b1)
        old = _printed_break(self.old[start:end], is_edge=start == 0 or end == len(self.old))
        if old == _printed_break(
            self.new[other_start:other_end], is_edge=other_start == 0 or other_end == len(self.new)
        ):
            return "space"
        if all(_ITEM_NUMBER.fullmatch(label) for label in (self.old[a0:a1], self.new[b0:b1])):
            return "item_number" if self._renumbers_item(a0, a1, b0, b1) else "replace"
        return "structure"

    def _renumbers_item(self, a0: int, a1: int, b0: int, b1: int) -> bool:
        """Return whether the number or letter of one item replaced another of the same style before the same word."""
        labels = self.old[a0:a1], self.new[b0:b1]
        (rest_old, words_old), (rest_new, words_new) = _after_label(self.old, a1), _after_label(self.new, b1)
        same = rest_old == rest_new and words_old == words_new and self.old[a0 - 1 : a0] == self.new[b0 - 1 : b0]
        if not (same and words_old):
            return False
        if labels[0].isdecimal() and labels[1].isdecimal():
            return True
        return bool({style for style, _ in read_label(labels[0])} & {style for style, _ in read_label(labels[1])})


def _touches_start(text: str, start: int, end: int) -> bool:
    """Return whether a range has a newline or begins among the marks at the start of a line."""
    if "\n" in text[start:end]:
        return True
    line = text.rfind("\n", 0, start) + 1
    return start - line <= MAX_LINE_START and _LINE_START.fullmatch(text, line, start) is not None


def _structural_spans(text: str) -> list[Span]:
    return [found.span() for found in _STRUCTURE.finditer(text) if found.end() > found.start()]


def _around(spans: Sequence[Span], start: int, end: int) -> Span:
    """Return the structural span that contains a range, or the range itself."""
    index = bisect_right(spans, start, key=lambda span: span[0]) - 1
    return spans[index] if index >= 0 and end <= spans[index][1] else (start, end)


def _segments(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """Split a range at the structural spans: words, structure, words … always beginning and ending with words."""
    found: list[Span] = []
    offset = start
    for first, last in spans[max(0, bisect_right(spans, start, key=lambda span: span[0]) - 1) :]:
        if first >= end:
            break
        if last > start:
            found += [(offset, max(first, start)), (max(first, start), min(last, end))]
            offset = min(last, end)
    return [*found, (offset, end)]


def _is_whole_lines(text: str, start: int, end: int) -> bool:
    """Return whether a range begins and ends where a line does."""
    begins = start == 0 or "\n" in (text[start - 1], text[start])
    return begins and (end == len(text) or "\n" in (text[end - 1], text[end]))


def _printed_break(words: str, *, is_edge: bool) -> tuple[int, str]:
    """Return what is printed of structure: a line break (1), a paragraph break (2), and what the next line begins with.

    Any number of blank lines is one paragraph break, and so are both edges of a block.
    """
    count = words.count("\n")
    return (2 if is_edge else min(count, 2)), words[words.rfind("\n") + 1 :]


def _kept_indentation(old: str, new: str) -> int:
    """Return the length of the common prefix of two indentations: a deeper one keeps the blanks it had."""
    short = min(len(old), len(new))
    kept = next((index for index in range(short) if old[index] != new[index]), short)
    return kept if not (old[kept:] + new[kept:]).strip(" \t") else 0


_AFTER_LABEL = re.compile(r"(?P<rest>[.)]+[ \t]+)(?P<word>[^\s]+)")


def _after_label(text: str, offset: int) -> tuple[str, str]:
    found = _AFTER_LABEL.match(text, offset)
    return (found["rest"], found["word"]) if found else ("", "")
