"""Where words stand on the pages of a PDF."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no types

MILLIMETRE = 72 / 25.4
"""Points."""

SPACE_HEIGHT = 0.1
"""Points; the box of a space has no height."""


@dataclass(frozen=True)
class Place:
    """A word on a page, which is counted from 0; points from the lower left corner, and the fill colour."""

    page: int
    left: float
    bottom: float
    right: float
    top: float
    colour: tuple[int, int, int]

    @property
    def height(self) -> float:
        return self.top - self.bottom


class Pages:
    """The pages of a file."""

    def __init__(self, pdf: bytes) -> None:
        self.document = pdfium.PdfDocument(pdf)
        self.texts = [page.get_textpage() for page in self.document]

    def lines(self, page: int) -> list[str]:
        """Return the text of a page in the order of the file."""
        return [" ".join(line.split()) for line in self.texts[page].get_text_bounded().splitlines()]

    def words(self) -> str:
        """Return all words."""
        return " ".join(" ".join(self.lines(page)) for page in range(len(self.texts)))

    def find(self, words: str) -> Place:
        """Return the first place of some words."""
        return next(self.find_all(words))

    def find_all(self, words: str) -> Iterator[Place]:
        """Yield the places of some words, on one line, in order."""
        for number, text in enumerate(self.texts):
            search = text.search(words, match_case=True)
            while found := search.get_next():
                boxes = [text.get_charbox(at) for at in range(found[0], found[0] + found[1])]
                boxes = [box for box in boxes if box[2] > box[0]]
                left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
                right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
                yield Place(number, left, bottom, right, top, _colour(text, found[0]))

    def glyphs(self) -> Iterator[Place]:
        """Yield the boxes of all glyphs that leave ink."""
        for number, text in enumerate(self.texts):
            for at in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(at)
                if right > left and top - bottom > SPACE_HEIGHT:
                    yield Place(number, left, bottom, right, top, (0, 0, 0))


def _colour(text: pdfium.PdfTextPage, at: int) -> tuple[int, int, int]:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.raw.FPDFText_GetFillColor(text.raw, at, red, green, blue, alpha)
    return red.value, green.value, blue.value
