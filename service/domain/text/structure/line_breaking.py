"""Break a text into lines of a number of columns where UAX #14 allows it; a column is a grapheme cluster."""

from collections.abc import Iterator
from functools import lru_cache

import regex
from uniseg.linebreak import line_break_units

COLUMNS = 80
"""Grapheme clusters of a line."""

_CLUSTER = regex.compile(r"\X")
_INVISIBLE = regex.compile(r"\p{Cf}+")
_TOKEN = regex.compile(r"\S*[ ]+|\S+|\s")
_SIMPLE = regex.compile(r"(?:\p{Line_Break=AL}\p{Line_Break=CM}*)+[,.،؛;:!؟?]? +|\p{Line_Break=NU}+ +")
"""A word and blanks after which a line may end, if a letter or digit follows, and within which it may not."""
_PLAIN_START = regex.compile(r"\p{Line_Break=AL}|\p{Line_Break=NU}")


def break_lines(text: str, *, columns: int = COLUMNS) -> list[str]:
    """Break a text into lines; joined they are the text again. Newlines end lines; blanks at their ends do not count.

    No-break spaces count as spaces.
    """
    lines: list[str] = []
    line, width, start = "", 0, 0
    for unit in _units(text.replace("\u00a0", " ")):
        own_width = _width(unit.rstrip())
        if line and (line.endswith("\n") or width + own_width > columns):
            lines.append(text[start : start + len(line)])
            start += len(line)
            line, width = "", 0
        line += unit
        width += own_width + len(unit) - len(unit.rstrip())
    return [*lines, text[start:]] if line else lines


def _units(text: str) -> Iterator[str]:
    """Yield the pieces of a text after which UAX #14 lets a line end.

    Most words need no look at their neighbours, which costs a hundred times more.
    """
    tokens = [found.group() for found in _TOKEN.finditer(text)]
    pending = ""
    for index, token in enumerate(tokens):
        pending += token
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        if _SIMPLE.fullmatch(token) and _PLAIN_START.match(following):
            yield from (pending,) if pending == token else _standard_units(pending)
            pending = ""
    if pending:
        yield from _standard_units(pending)


@lru_cache(maxsize=4096)
def _standard_units(text: str) -> tuple[str, ...]:
    return tuple(line_break_units(text))


def _width(text: str) -> int:
    return sum(not _INVISIBLE.fullmatch(found.group()) for found in _CLUSTER.finditer(text))
