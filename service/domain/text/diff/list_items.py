"""Whether a line with a number at its start is an item of a list, or a line of running text that was broken there."""

import re

_ITEM = re.compile(r"[ \t]*(?:[-*+]|[0-9]{1,9}[.)]|\([^\W_]{1,4}ـ?\))[ \t]")
_FIRST = re.compile(r"[ \t]*(?:[-*+]|0*1[.)])[ \t]")
_HEADING = re.compile(r"[ \t]*#{1,6}(?:[ \t]|$)")


def is_list_item(text: str, offset: int) -> bool:
    """Return whether the line of a code point, which begins with a label, is a list item.

    A list begins after a blank line or a heading, or with a bullet or the number 1; below another line, any other
    number is the next line of its paragraph.
    """
    line = text.rfind("\n", 0, offset) + 1
    first = line
    while line > 0:
        above = text.rfind("\n", 0, line - 1) + 1
        words = text[above : line - 1]
        if not words.strip() or _HEADING.match(words):
            break
        if _FIRST.match(words):
            return True
        line = first = above
    return _ITEM.match(text, first) is not None
