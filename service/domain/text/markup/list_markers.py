"""List markers as people type and paste them, `١-`, `أ-`, `•`, and the list items they stand for (DESIGN §4.4).

Typed numbers of provisions («المادة ٥», "Article 5") are words of the text and are kept as typed.
"""

from dataclasses import dataclass

import regex

_BULLET = r"(?P<bullet>[•●▪◦‣\uF0B7])[ \t]*(?=\S)"
_WORD = r"(?:[ \t]+(?=\S)|(?=[\p{Script=Arabic}&&\p{L}]{3}))"
_NUMBER = rf"(?P<number>\p{{Nd}}{{1,3}})(?:-|(?<=[^0-9])\.|\.(?![ \t])){_WORD}"
_LETTER = rf"(?P<letter>هـ|[أابجدهوزحطي])-{_WORD}"
_MARKER = regex.compile(rf"(?P<indent>[ \t]*)(?:{_BULLET}|{_NUMBER}|{_LETTER})", regex.V1)
_ITEM = regex.compile(r"[ \t]*(?:[-*+]|(?P<number>[0-9]{1,9})[.)])[ \t]+\S")
_FENCE = regex.compile(r" {0,3}(`{3,}|~{3,})")
_ABJAD = {
    letter: index
    for index, letters in enumerate(("أا", "ب", "ج", "د", "ه", "و", "ز", "ح", "ط", "ي"), 1)
    for letter in letters
}
_NESTED = "   "


@dataclass(slots=True)
class _LineState:
    """State of the line scanner: inside a list, under a numbered item, inside a code fence."""

    in_list: bool = False
    in_numbered_item: bool = False
    fence: str = ""
    previous_line: str = ""


def convert_markers(text: str) -> tuple[str, int]:
    """Return `text` with typed markers at line starts turned into list items, and their number. Idempotent.

    A lettered line under a numbered item becomes a list inside that item.
    """
    lines, count = _convert_lines(text.split("\n"))
    return "\n".join(lines), count


def _convert_lines(lines: list[str]) -> tuple[list[str], int]:
    result: list[str] = []
    state, count = _LineState(), 0
    for line in lines:
        marker = None if _in_fence(line, state) else _MARKER.match(line)
        if marker:
            count += 1
            _append_item(line, marker, state, result)
        else:
            _skip_line(line, state)
            result.append(line)
        state.previous_line = result[-1]
    return result, count


def _append_item(line: str, marker: regex.Match[str], state: _LineState, result: list[str]) -> None:
    """Append the line as a list item. A list that does not begin with 1 needs a blank line after a paragraph."""
    label = _item_label(marker)
    is_nested = state.in_list and (
        (bool(marker["letter"]) and state.in_numbered_item) or len(marker["indent"].expandtabs(4)) > 1
    )
    if state.previous_line and not state.in_list and label not in ("-", "1."):
        result.append("")
    result.append(f"{_NESTED if is_nested else ''}{label} {line[marker.end() :].lstrip()}")
    state.in_list = True
    state.in_numbered_item = bool(marker["number"]) or (state.in_numbered_item and is_nested)


def _skip_line(line: str, state: _LineState) -> None:
    item = None if state.fence else _ITEM.match(line)
    if item:
        state.in_list, state.in_numbered_item = (
            True,
            bool(item["number"]) or (state.in_numbered_item and line.startswith(_NESTED)),
        )
    elif line and not line.startswith(_NESTED):
        state.in_list = state.in_numbered_item = False


def _item_label(marker: regex.Match[str]) -> str:
    if marker["number"]:
        return f"{int(marker['number'])}."
    return f"{_ABJAD[marker['letter'][0]]}." if marker["letter"] else "-"


def _in_fence(line: str, state: _LineState) -> bool:
    """Return whether the line is inside a fenced block or is its first or last line."""
    fence = _FENCE.match(line)
    if state.fence:
        if fence and fence[1].startswith(state.fence) and not line[fence.end() :].strip():
            state.fence = ""
        return True
    if fence:
        state.fence = fence[1]
    return bool(fence)
