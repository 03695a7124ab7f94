"""Widths of words in the print fonts, shaped as the typesetter shapes them."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import uharfbuzz

from workers.render.content import fonts
from workers.render.content.scripts import ARABIC_RUN, LATIN, split_by_script

MEASURED_WORDS = 20_000
"""Widths of words that are remembered."""

SMALLEST_OPTICAL_SIZE = 8
"""Of the Latin face, whose letters are the wider the smaller they are set; points."""

WEIGHTS = {False: 400, True: 700}


@dataclass(frozen=True, slots=True)
class PageFonts:
    """The two text families of a page and their sizes, as shares of the size of the text."""

    arabic_size: float
    latin_size: float
    rtl: bool

    def width(self, text: str, *, bold: bool = False) -> float:
        """Return the width of `text` on one line, in units of the size of the text."""
        pieces = split_by_script(text, foreign=ARABIC_RUN)
        return sum(self._piece_width(piece, arabic=arabic, bold=bold) for piece, arabic in pieces)

    def _piece_width(self, piece: str, *, arabic: bool, bold: bool) -> float:
        in_arabic_face = arabic or (self.rtl and not LATIN.search(piece))
        size = self.arabic_size if in_arabic_face else self.latin_size
        return size * _advance(piece, in_arabic_face, bold)


@lru_cache(maxsize=MEASURED_WORDS)
def _advance(text: str, arabic: bool, bold: bool) -> float:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    font = _arabic_font(bold) if arabic else _latin_font(bold)
    uharfbuzz.shape(font, buffer)
    return float(sum(position.x_advance for position in buffer.glyph_positions) / font.face.upem)


@cache
def _arabic_font(bold: bool) -> uharfbuzz.Font:
    return _font(fonts.directories()[0] / ("Amiri-Bold.ttf" if bold else "Amiri-Regular.ttf"))


@cache
def _latin_font(bold: bool) -> uharfbuzz.Font:
    font = _font(fonts.directories()[1] / "SourceSerif4[opsz,wght].ttf")
    font.set_variations({"opsz": SMALLEST_OPTICAL_SIZE, "wght": WEIGHTS[bold]})
    return font


def _font(file: Path) -> uharfbuzz.Font:
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file))))
