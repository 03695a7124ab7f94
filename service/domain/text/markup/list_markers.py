"""Markers as people type and paste them, `١-`, `أ-`, `•`, and the list items they mean (DESIGN §4.4).

Typed numbers of provisions («المادة ٥», "Article 5") are words of the text and stay as typed.
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
    letter: place
    for place, letters in enumerate(("أا", "ب", "ج", "د", "ه", "و", "ز", "ح", "ط", "ي"), 1)
    for letter in letters
}
_NESTED = "   "


@dataclass(slots=True)
class _Place:
    """Where the reading of lines stands: inside a list, under a numbered item, inside a fence."""

    listing: bool = False
    numbered: bool = False
    fence: str = ""
    above: str = ""


def listed(text: str) -> tuple[str, int]:
    """`text` with typed markers at line starts turned into list items, and how many were. Nothing is left to turn.

    A letter under a numbered item becomes a list inside that item.
    """
    lines, count = _items(text.split("\n"))
    return "\n".join(lines), count


def _items(lines: list[str]) -> tuple[list[str], int]:
    out: list[str] = []
    place, count = _Place(), 0
    for line in lines:
        marker = None if _in_fence(line, place) else _MARKER.match(line)
        if marker:
            count += 1
            _open(line, marker, place, out)
        else:
            _pass(line, place)
            out.append(line)
        place.above = out[-1]
    return out, count


def _open(line: str, marker: regex.Match[str], place: _Place, out: list[str]) -> None:
    """Append the line as an item. A list that does not begin with 1 needs a blank line after a paragraph."""
    label = _label(marker)
    inside = place.listing and ((bool(marker["letter"]) and place.numbered) or len(marker["indent"].expandtabs(4)) > 1)
    if place.above and not place.listing and label not in ("-", "1."):
        out.append("")
    out.append(f"{_NESTED if inside else ''}{label} {line[marker.end() :].lstrip()}")
    place.listing = True
    place.numbered = bool(marker["number"]) or (place.numbered and inside)


def _pass(line: str, place: _Place) -> None:
    item = None if place.fence else _ITEM.match(line)
    if item:
        place.listing, place.numbered = True, bool(item["number"]) or (place.numbered and line.startswith(_NESTED))
    elif line and not line.startswith(_NESTED):
        place.listing = place.numbered = False


def _label(marker: regex.Match[str]) -> str:
    if marker["number"]:
        return f"{int(marker['number'])}."
    return f"{_ABJAD[marker['letter'][0]]}." if marker["letter"] else "-"


def _in_fence(line: str, place: _Place) -> bool:
    """True inside a fenced block and on its first and last line."""
    mark = _FENCE.match(line)
    if place.fence:
        if mark and mark[1].startswith(place.fence) and not line[mark.end() :].strip():
            place.fence = ""
        return True
    if mark:
        place.fence = mark[1]
    return bool(mark)
