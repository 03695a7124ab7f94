"""The blocks a redline aligns first: headings, paragraphs, list items, table rows, quotes, footnotes.

They are cut at lines alone, without the reader, so that a text the reader refuses can still be compared, in a hundredth
of its time. Tests hold them against the reader's spans.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from service.domain.text.markup.tree import Span
from service.domain.text.structure.provisions import first_number, label_of

_BLANK_LINES = r"(?:[ \t]*\n)*"
_OPENING = r"(?=[ \t]*(?:#{1,6}[ \t\n]|[-*+][ \t]|[0-9]{1,9}[.)][ \t]|\||>|\[\^))"
_CUT = re.compile(rf"^[ \t]*#{{1,6}}(?:[ \t][^\n]*)?\n{_BLANK_LINES}|\n(?:[ \t]*\n)+|\n{_OPENING}", re.MULTILINE)
_STANDING_NUMBER = regex.compile(r"(?<![\p{L}\p{M}\p{Nd}])\p{Nd}+(?!\p{Nd}|\p{L}{2})")
_DIGIT = re.compile(r"\d")
_HASHES = re.compile(r"#{1,6}(?: |$)")
_HEADING_LENGTH = 60
_PASSAGE_PREFIX = "\0"
"""What the key of a passage begins with: no canonical text holds it."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a text: spans that tile it, each with the blank lines after it, and keys to compare them by."""

    text: str
    spans: list[Span]
    keys: list[str]
    """The words of each block, blanks collapsed."""
    headings: list[bool]

    @classmethod
    def outside_passages(cls, text: str, passages: Sequence[Span]) -> "Blocks":
        """The blocks of `text` outside of `passages`, which are blocks as they are; the nth of two texts has the same
        key in both."""
        blocks = cls(text, [], [], [])
        offset = 0
        for count, (start, end) in enumerate((*passages, (len(text), len(text)))):
            blocks._append_blocks(offset, start)
            if start < end:
                blocks._append((start, end), f"{_PASSAGE_PREFIX}{count}")
            offset = end
        return blocks

    def __len__(self) -> int:
        return len(self.spans)

    def is_passage(self, index: int) -> bool:
        return self.keys[index].startswith(_PASSAGE_PREFIX)

    def source(self, index: int) -> str:
        start, end = self.spans[index]
        return self.text[start:end]

    def _append_blocks(self, start: int, end: int) -> None:
        for span in _spans(self.text, start, end):
            key = " ".join(self.text[slice(*span)].split())
            self._append(span, key, is_heading(key))

    def _append(self, span: Span, key: str, heading: bool = False) -> None:
        self.spans.append(span)
        self.keys.append(key)
        self.headings.append(heading)

    def alignment_keys(self) -> list[str]:
        """For each block its key, for a heading also the key of the first text under it: what tells articles apart."""
        below, found = "", []
        for key, heading in zip(reversed(self.keys), reversed(self.headings), strict=True):
            if heading:
                found.append(f"{key}\n{below}")
            else:
                found.append(key)
                below = key
        return found[::-1]

    def weights(self) -> list[int]:
        """Code points of a block; 1 for a heading: articles are renumbered, their texts stay."""
        return [1 if heading else end - start for (start, end), heading in zip(self.spans, self.headings, strict=True)]


def split_blocks(text: str) -> Blocks:
    """The blocks of `text`."""
    return Blocks.outside_passages(text, [])


def _spans(text: str, start: int, end: int) -> list[Span]:
    ends = [found.end() for found in _CUT.finditer(text, start, end)]
    return [(one, other) for one, other in pairwise((start, *ends, end)) if one < other]


def mask_numbers(key: str) -> str:
    """`key` with every number the same: equal for a block that was only renumbered."""
    return str(_STANDING_NUMBER.sub("0", key)) if _DIGIT.search(key) else key


def is_heading(line: str, *, numbers: Collection[str] = ()) -> bool:
    """True of a line or key that begins with # or, being short, with the name and number of a provision. With
    `numbers`: if the first number in it is one of them."""
    if numbers and not ((line[:1] == "#" or len(line) <= _HEADING_LENGTH) and first_number(line) in numbers):
        return False
    return _HASHES.match(line) is not None or (len(line) <= _HEADING_LENGTH and label_of(line) is not None)
