"""Edits among equal neighbours: which of two equal passages was deleted cannot be known from the texts.

Such an edit is given the range of all places at which it may have been made. An edit of the other side that touches the
range is a conflict, even an equal one: each side may have meant another of the passages.
"""

from service.domain.text.diff.minimal_edits import Splice
from service.domain.text.markup.tree import Span

MAX_TWIN_LENGTH = 20_000
"""Code points of the longest inserted or deleted passage that is looked for beside itself."""


def possible_range(base: str, splice: Splice) -> Span:
    """Return the range of the base in which a splice may have been made: its own, unless it is among equal ones."""
    start, end, text = splice
    old = base[start:end]
    if (not old) != (not text):
        return _range_of_slides(base, start, end, old or text)
    if "\n" in old or "\n" in text:
        return _range_of_lines(base, start, end, text)
    return start, end


def _range_of_slides(base: str, start: int, end: int, text: str) -> Span:
    """Extend a deletion or insertion over the equal passages beside it."""
    if len(text) > MAX_TWIN_LENGTH or not text.strip():
        return start, end
    left = _common_length(base, start - 1, text, step=-1)
    right = _common_length(base, end, text, step=1)
    return (start - left, end + right) if left + right >= len(text) else (start, end)


def _common_length(base: str, offset: int, text: str, *, step: int) -> int:
    """Return how far the base repeats `text` from an offset on, in one direction."""
    length, size = 0, len(text)
    while 0 <= offset < len(base) and base[offset] == text[length % size if step > 0 else -1 - length % size]:
        offset, length = offset + step, length + 1
    return length


def _range_of_lines(base: str, start: int, end: int, text: str) -> Span:
    """Extend an edit of whole lines over the lines beside them that equal one of them, or one of the new lines."""
    first, last = base.rfind("\n", 0, start) + 1, _line_end(base, max(start, end - 1))
    lines = {line.strip() for line in (*base[first:last].split("\n"), *text.split("\n"))} - {""}
    before, after = first, last
    while before > 0:
        line_start = base.rfind("\n", 0, before - 1) + 1
        line = base[line_start : before - 1].strip()
        if line and line not in lines:
            break
        before = line_start
        first = before if line else first
    while after < len(base) - 1:
        line_end = _line_end(base, after + 1)
        line = base[after + 1 : line_end].strip()
        if line and line not in lines:
            break
        after = line_end
        last = after if line else last
    extended = first < base.rfind("\n", 0, start) + 1 or last > _line_end(base, max(start, end - 1))
    return (first, max(last, end)) if extended else (start, end)


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end
