"""List markers as people type and paste them, `١-`, `أ-`, `a)`, `•`, and the list items they stand for (DESIGN §4.4).

A typed letter stays that letter, because texts cite it: `ب-` becomes `(ب)`. Typed numbers of provisions («المادة ٥»,
"Article 5") are words of the text and are kept as typed, and so is a letter with a full stop («أ. محمد»).
"""

from dataclasses import dataclass
from typing import Literal

import regex

from service.domain.text.markup.item_labels import BRACKETED_LABEL, letter_label, read_label

_BULLET = r"(?P<bullet>[•●▪◦‣\uF0B7])[ \t]*(?=\S)"
_WORD = r"(?:[ \t]+(?=\S)|(?=[\p{Script=Arabic}&&\p{L}]{3}))"
_NUMBER = rf"(?P<number>\p{{Nd}}{{1,3}})(?:-|(?<=[^0-9])\.|\.(?![ \t])){_WORD}"
_ABJAD = r"هـ?|[اأبجدوزحطيكلمنسعفصقرشتثخذضظغ]"
_LETTER = rf"(?P<letter>{_ABJAD})-{_WORD}|(?P<closed>{_ABJAD}|[A-Za-z]|[ivx]{{2,5}})\)[ \t]+(?=\S)"
_MARKER = regex.compile(rf"(?P<indent>[ \t]*)(?:{_BULLET}|{_NUMBER}|{_LETTER})", regex.V1)
_ITEM = regex.compile(
    rf"[ \t]*(?:[-*+]|(?P<number>[0-9]{{1,9}})[.)]|(?P<label>{BRACKETED_LABEL}))[ \t]+(?=\S)", regex.V1
)
_FENCE = regex.compile(r" {0,3}(`{3,}|~{3,})")
_COMMON_LETTERS = 10
"""Letters that begin a list by themselves, up to «ي»; a later one with a dash must continue a list."""

_Kind = Literal["bullet", "number", "letter"]


@dataclass(frozen=True, slots=True)
class _Item:
    """An item as it is written: kind, label, number (1 for a bullet)."""

    kind: _Kind
    label: str
    number: int


@dataclass(slots=True)
class _LineState:
    """State of the line scanner.

    `outer`: the last item at the margin, None outside of lists; `width`: the column of its content; `inner`: the last
    item inside it. `letter`: the number of the last letter at the margin. `fence`: of the code block around the line.
    """

    outer: _Item | None = None
    inner: _Item | None = None
    width: int = 0
    letter: int = 0
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
        item = _read_item(marker, state) if marker else None
        if marker and item:
            count += 1
            _append_item(item, line[marker.end() :].lstrip(), _is_nested(item, marker["indent"], state), state, result)
        else:
            _skip_line(line, state)
            result.append(line)
        state.previous_line = result[-1]
    return result, count


def _read_item(marker: regex.Match[str], state: _LineState) -> _Item | None:
    """Return the item that a marker stands for; None if it is a letter that more likely belongs to words."""
    if marker["bullet"]:
        return _Item("bullet", "-", 1)
    if marker["number"]:
        return _Item("number", f"{int(marker['number'])}.", int(marker["number"]))
    typed = marker["letter"] or marker["closed"]
    style, number = read_label(typed)[0]
    if marker["letter"] and number > _COMMON_LETTERS and number - 1 not in (state.letter, _inner_letter(state)):
        return None
    return _Item("letter", f"({letter_label(number, style=style) if style == 'abjad' else typed})", number)


def _inner_letter(state: _LineState) -> int:
    return state.inner.number if state.inner and state.inner.kind == "letter" else 0


def _is_nested(item: _Item, indent: str, state: _LineState) -> bool:
    """Return whether an item belongs into the last one at the margin: it is indented, or a letter under a number."""
    if state.outer is None:
        return False
    under_number = item.kind == "letter" and state.outer.kind == "number"
    continues_margin = item.number == state.letter + 1 > 1 and item.number != _inner_letter(state) + 1
    return len(indent.expandtabs(4)) > 1 or (under_number and not continues_margin)


def _append_item(item: _Item, words: str, nested: bool, state: _LineState, result: list[str]) -> None:
    """Append an item. A list that does not begin with its first label needs a blank line after a paragraph."""
    begins = state.inner is None if nested else state.outer is None
    if state.previous_line and begins and item.number != 1:
        result.append("")
    result.append(f"{' ' * state.width if nested else ''}{item.label} {words}")
    _enter_item(item, nested, width=len(item.label) + 1, state=state)


def _enter_item(item: _Item, nested: bool, *, width: int, state: _LineState) -> None:
    if nested:
        state.inner = item
        return
    state.outer, state.inner, state.width = item, None, width
    state.letter = item.number if item.kind == "letter" else state.letter


def _skip_line(line: str, state: _LineState) -> None:
    found = None if state.fence else _ITEM.match(line)
    indent = len(line) - len(line.lstrip(" \t"))
    inside = state.outer is not None and indent >= state.width
    if found:
        item = _item_of(found)
        begins = state.inner is None if inside else state.outer is None
        if not (state.previous_line and begins and item.number != 1):  # else it is words of a paragraph
            _enter_item(item, inside, width=found.end(), state=state)
    elif line and not inside:
        state.outer = state.inner = None
        state.letter = 0


def _item_of(found: regex.Match[str]) -> _Item:
    if found["number"]:
        return _Item("number", found["number"], int(found["number"]))
    readings = read_label(found["label"][1:-1]) if found["label"] else ()
    return _Item("letter", found["label"], readings[0][1]) if readings else _Item("bullet", "-", 1)


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
