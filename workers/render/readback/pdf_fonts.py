"""Characters and widths of the fonts of a PDF."""

import re
from dataclasses import dataclass
from typing import Any

import pikepdf

UNITS = 1000
"""Units of a width in the size of the font."""

_MAPPINGS = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>)?\s*[\r\n]")


@dataclass(frozen=True, slots=True)
class Font:
    """Characters and widths by glyph; widths in thousandths of the size."""

    characters: dict[int, str]
    widths: dict[int, float]
    default_width: float


def read_font(font: Any) -> Font:
    """Read a composite font with two-byte codes."""
    descendant = font.DescendantFonts[0]
    return Font(
        _characters(font.ToUnicode.read_bytes()) if "/ToUnicode" in font else {},
        _widths(descendant.get("/W", ())),
        float(descendant.get("/DW", UNITS)),
    )


def _characters(cmap: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    for first, second, third in _MAPPINGS.findall(cmap):
        if not third:
            found[int(first, 16)] = bytes.fromhex(second.decode()).decode("utf-16-be", "replace")
            continue
        start = int(third, 16)
        for code in range(int(first, 16), int(second, 16) + 1):
            found[code] = chr(start + code - int(first, 16))
    return found


def _widths(array: Any) -> dict[int, float]:
    found: dict[int, float] = {}
    items = iter(array)
    for first in items:
        second = next(items)
        if isinstance(second, pikepdf.Array):
            found.update(enumerate(map(float, second), int(first)))
        else:
            found.update(dict.fromkeys(range(int(first), int(second) + 1), float(next(items))))
    return found
