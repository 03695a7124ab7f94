"""The blocks that a redline aligns first: headings, paragraphs, list items, table rows, quotes, footnotes.

They are split by line patterns alone, without the parser: this takes a hundredth of the time, and texts that the parser
rejects can still be compared. Tests compare the blocks with the parser's spans.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from service.domain.text.markup.item_labels import BRACKETED_LABEL
from service.domain.text.markup.tree import Span
from service.domain.text.structure.provisions import first_number, label_of

_BLANK_LINES = r"(?:[ \t]*\n)*"
_OPENING = rf"(?=[ \t]*(?:#{{1,6}}[ \t\n]|[-*+][ \t]|(?:[0-9]{{1,9}}[.)]|{BRACKETED_LABEL})[ \t]|\||>|\[\^))"
_CUT = re.compile(rf"^[ \t]*#{{1,6}}(?:[ \t][^\n]*)?\n{_BLANK_LINES}|\n(?:[ \t]*\n)+|\n{_OPENING}", re.MULTILINE)
_STANDING_NUMBER = regex.compile(r"(?<![\p{L}\p{M}\p{Nd}])\p{Nd}+(?!\p{Nd}|\p{L}{2})")
_DIGIT = re.compile(r"\d")
_HASHES = re.compile(r"#{1,6}(?: |$)")
_HEADING_LENGTH = 60
_PASSAGE_PREFIX = "\0"
"""Prefix of the key of a shared passage; no canonical text contains it."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a text.

    Spans tile the text, each including the blank lines after its block; keys are what blocks are compared by.
    """

    text: str
    spans: list[Span]
    keys: list[str]
    """The words of each block, with blanks collapsed."""
    headings: list[bool]

    @classmethod
    def outside_passages(cls, text: str, passages: Sequence[Span]) -> "Blocks":
        """Split `text` outside of `passages`, each of which becomes one block.

        The nth passage of two texts has the same key in both.
        """
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
        """Return whether the block is a shared passage."""
        return self.keys[index].startswith(_PASSAGE_PREFIX)

    def source(self, index: int) -> str:
        """Return the text of the block, with the blank lines after it."""
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
        """Return the keys of the blocks; a heading's includes the first body under it, to tell articles apart."""
        below, found = "", []
        for key, heading in zip(reversed(self.keys), reversed(self.headings), strict=True):
            if heading:
                found.append(f"{key}\n{below}")
            else:
                found.append(key)
                below = key
        return found[::-1]

    def weights(self) -> list[int]:
        """Return the length of each block in code points; 1 for a heading, because articles are renumbered."""
        return [1 if heading else end - start for (start, end), heading in zip(self.spans, self.headings, strict=True)]


def split_blocks(text: str) -> Blocks:
    """Split `text` into blocks."""
    return Blocks.outside_passages(text, [])


def _spans(text: str, start: int, end: int) -> list[Span]:
    ends = [found.end() for found in _CUT.finditer(text, start, end)]
    return [(one, other) for one, other in pairwise((start, *ends, end)) if one < other]


def mask_numbers(key: str) -> str:
    """Replace every number in `key` by 0, so that blocks that were only renumbered have equal keys."""
    return str(_STANDING_NUMBER.sub("0", key)) if _DIGIT.search(key) else key


def is_heading(line: str, *, numbers: Collection[str] = ()) -> bool:
    """Return whether a line or key begins with #, or is short and begins with the name and number of a provision.

    With `numbers`, the first number in it must also be one of them.
    """
    if numbers and not ((line[:1] == "#" or len(line) <= _HEADING_LENGTH) and first_number(line) in numbers):
        return False
    return _HASHES.match(line) is not None or (len(line) <= _HEADING_LENGTH and label_of(line) is not None)
