"""The blocks a redline aligns first: headings, paragraphs, list items, table rows, quotes, footnotes.

They are cut at lines alone, without the reader, so that a text the reader refuses can still be compared, in a hundredth
of its time. Tests hold them against the reader's spans.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from service.domain.text.provisions import label_of
from service.domain.text.tree import Span

_BLANK_LINES = r"(?:[ \t]*\n)*"
_OPENING = r"(?=[ \t]*(?:#{1,6}[ \t\n]|[-*+][ \t]|[0-9]{1,9}[.)][ \t]|\||>|\[\^))"
_CUT = re.compile(rf"^[ \t]*#{{1,6}}(?:[ \t][^\n]*)?\n{_BLANK_LINES}|\n(?:[ \t]*\n)+|\n{_OPENING}", re.MULTILINE)
_STANDING_NUMBER = regex.compile(r"(?<![\p{L}\p{M}\p{Nd}])\p{Nd}+(?!\p{Nd}|\p{L}{2})")
_HASHES = re.compile(r"#{1,6}(?: |$)")
_HEADING_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a text: spans that tile it, each with the blank lines after it, and keys to compare them by."""

    text: str
    spans: Sequence[Span]
    keys: Sequence[str]
    """The words of each block, blanks collapsed."""
    headings: Sequence[bool]

    def __len__(self) -> int:
        return len(self.spans)

    def source(self, place: int) -> str:
        start, end = self.spans[place]
        return self.text[start:end]

    def bodies(self) -> list[str]:
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
        """Code points of a block's words; 1 for a heading: articles are renumbered, their texts stay."""
        return [1 if heading else 1 + len(key) for key, heading in zip(self.keys, self.headings, strict=True)]


def cut(text: str) -> Blocks:
    """The blocks of `text`."""
    ends = [found.end() for found in _CUT.finditer(text)]
    starts = [0, *ends]
    spans = [(start, end) for start, end in zip(starts, [*ends, len(text)], strict=True) if start < end]
    keys = [" ".join(text[start:end].split()) for start, end in spans]
    return Blocks(text, spans, keys, [_is_heading(key) for key in keys])


def masked(key: str) -> str:
    """`key` with every number the same: equal for a block that was only renumbered."""
    return str(_STANDING_NUMBER.sub("0", key))


def _is_heading(key: str) -> bool:
    return _HASHES.match(key) is not None or (len(key) <= _HEADING_LENGTH and label_of(key) is not None)
