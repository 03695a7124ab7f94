"""Where the words of a PDF stand: none over another, none outside the margins."""

import io
import unicodedata
from dataclasses import dataclass
from typing import Any

import pikepdf

from workers.render.readback.pdf_fonts import Font
from workers.render.readback.pdf_glyphs import Fragment, PageReader

POINTS_PER_MM = 72 / 25.4
MARGIN_X, MARGIN_Y = 26 * POINTS_PER_MM, 27 * POINTS_PER_MM
"""Margins of templates/typst/page.typ, in points."""

TOLERANCE = 1.0
"""Points by which boxes may overlap: letters of two scripts touch, and slanted ones lean over their box."""

X_HEIGHT = 0.4
"""The share of the size that small letters are high: marks and ascenders may reach into the line above."""

SPACE = 0.2
"""The share of the size that a space is wide at least: one at the end of a line may hang into the margin."""


@dataclass(frozen=True)
class WordBox:
    """Words on one baseline, in points from the lower left corner of a page."""

    page: int
    words: str
    left: float
    right: float
    bottom: float
    top: float

    def overlaps(self, other: "WordBox") -> bool:
        """Return whether two boxes overlap by more than TOLERANCE both ways."""
        return (
            self.page == other.page
            and min(self.right, other.right) - max(self.left, other.left) > TOLERANCE
            and min(self.top, other.top) - max(self.bottom, other.bottom) > TOLERANCE
        )


def misplaced_words(pdf: bytes) -> list[str]:
    """Return the words that stand over others or outside the margins, with their page; artifacts are not looked at."""
    found: list[str] = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts: dict[Any, Font] = {}
        for number, page in enumerate(document.pages, 1):
            _, _, width, height = map(float, page.mediabox)
            boxes = [box for part in PageReader(page, number, fonts).read().values() for box in map(_box, part) if box]
            found += [f"page {number}, outside: {box.words}" for box in boxes if _is_outside(box, width, height)]
            found += _overlapping(boxes)
    return found


def _box(fragment: Fragment) -> WordBox | None:
    every = "".join(cluster.text for cluster in fragment.clusters)
    words = "".join(each for each in every if unicodedata.category(each) != "Cf")
    if fragment.left is None or fragment.right is None or not words.strip():
        return None
    top = fragment.y + X_HEIGHT * fragment.size
    hanging = SPACE * fragment.size * (len(words) - len(words.rstrip()))
    return WordBox(fragment.page, words, fragment.left, fragment.right - hanging, fragment.y, top)


def _is_outside(box: WordBox, width: float, height: float) -> bool:
    inside_x = box.left > MARGIN_X - TOLERANCE and box.right < width - MARGIN_X + TOLERANCE
    return not (inside_x and box.bottom > MARGIN_Y - TOLERANCE and box.top < height - MARGIN_Y + TOLERANCE)


def _overlapping(boxes: list[WordBox]) -> list[str]:
    """Compare each box with those that begin below its top, in order of height."""
    ordered = sorted(boxes, key=lambda box: box.bottom)
    found = []
    for index, box in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if other.bottom > box.top:
                break
            if box.overlaps(other):
                found.append(f"page {box.page}, over each other: {box.words} / {other.words}")
    return found
