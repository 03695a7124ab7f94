"""Lists whose markers are letters or Roman numerals in brackets (`(أ) نصّ`, `(iv) text`), as a markdown-it rule.

They follow CommonMark's rules for numbered lists, with three differences. A marker needs words after it on its line. A
list may begin with any label, but interrupts a paragraph only with its first. And an item continues a list only if its
label is the next one: a typed label is never printed as another.
"""

import re
from collections.abc import Sequence

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.list import list_block, markTightParagraphs

from service.domain.text.markup.item_labels import BRACKETED_LABEL, is_label, read_label
from service.domain.text.markup.tree import ListStyle

Reading = tuple[ListStyle, int]
"""A style, and the number of the list's first item in it."""

_MARKER = re.compile(rf"{BRACKETED_LABEL}(?=[ \t]+[^ \t\n])")
MAX_PADDING = 4
"""Columns after a marker that count as its own; after more, the content begins one column after it."""

_TAB = 4


def list_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a list with bullets, numbers, letters or Roman numerals."""
    if not state.src.startswith("(", _line_start(state, start)):
        return list_block(state, start, end, silent)
    label = _label_at(state, start)
    readings = read_label(label) if label else ()
    if not readings or _continues_deeper_item(state, start):
        return False
    if silent:
        return not _interrupts_paragraph(state, start) or readings[0][1] == 1
    _parse_list(state, start, end, readings)
    return True


def _line_start(state: StateBlock, line: int) -> int:
    return state.bMarks[line] + state.tShift[line]


def _label_at(state: StateBlock, line: int) -> str:
    """Return the label of a marker at the beginning of a line, or ""."""
    found = _MARKER.match(state.src, _line_start(state, line), state.eMarks[line])
    return found.group()[1:-1] if found else ""


def _continues_deeper_item(state: StateBlock, line: int) -> bool:
    """Return whether a line is indented too far for an item of the outer list and not enough for the inner one."""
    indent = state.sCount[line]
    return 0 <= state.listIndent <= indent - 4 and indent < state.blkIndent


def _interrupts_paragraph(state: StateBlock, line: int) -> bool:
    return state.parentType == "paragraph" and state.sCount[line] >= state.blkIndent


def _parse_list(state: StateBlock, start: int, end: int, readings: Sequence[Reading]) -> None:
    """Push the tokens of the list that begins at line `start`, as `list_block` does."""
    opening = state.push("ordered_list_open", "ol", 1)
    index, parent, tight = len(state.tokens) - 1, state.parentType, True
    state.parentType = "list"
    line, count, ends_empty = start, 0, False
    while True:
        tight = _parse_item(state, line, end) and not ends_empty and tight
        count += 1
        ends_empty = state.line - line > 1 and state.isEmpty(state.line - 1)
        line = state.line
        continued = _continue(state, line, end, readings, count)
        if not continued:
            break
        readings = continued
    style, first = readings[0]
    opening.map, opening.attrs, opening.meta = [start, line], {"start": first}, {"style": style}
    state.push("ordered_list_close", "ol", -1)
    state.parentType = parent
    if tight:
        markTightParagraphs(state, index)


def _continue(state: StateBlock, line: int, end: int, readings: Sequence[Reading], count: int) -> list[Reading]:
    """Return the readings in which the item at `line` follows `count` items; [] if the list ends before it."""
    if line >= end or state.sCount[line] < state.blkIndent:
        return []
    label = _label_at(state, line)
    if not label or any(rule(state, line, end, True) for rule in state.md.block.ruler.getRules("list")):
        return []
    return [(style, first) for style, first in readings if is_label(label, first + count, style=style)]


def _parse_item(state: StateBlock, line: int, end: int) -> bool:
    """Push the tokens of the item at `line`; return whether it is tight."""
    opening = state.push("list_item_open", "li", 1)
    width = len(_label_at(state, line)) + 2
    content, column = _skip_blanks(state, line, width)
    indent = state.sCount[line] + width
    indent = column if column - indent <= MAX_PADDING else indent + 1
    before = (state.tight, state.tShift[line], state.sCount[line], state.listIndent, state.blkIndent)
    state.listIndent, state.blkIndent, state.tight = state.blkIndent, indent, True
    state.tShift[line], state.sCount[line] = content - state.bMarks[line], column
    state.md.block.tokenize(state, line, end)
    tight = state.tight
    state.tight, state.tShift[line], state.sCount[line], state.listIndent, state.blkIndent = before
    opening.map = [line, state.line]
    state.push("list_item_close", "li", -1)
    return tight


def _skip_blanks(state: StateBlock, line: int, width: int) -> tuple[int, int]:
    """Return the offset and the column of the content after a marker; tabs end at multiples of four columns."""
    offset, column = _line_start(state, line) + width, state.sCount[line] + width
    while state.src[offset] in " \t":
        column += _TAB - (column + state.bsCount[line]) % _TAB if state.src[offset] == "\t" else 1
        offset += 1
    return offset, column
