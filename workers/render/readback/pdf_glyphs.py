"""The marked content of a page: glyphs with their characters and positions, from the content stream.

Characters come from `ActualText` where there is one, else from the fonts' `ToUnicode`. Artifacts are left out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from struct import unpack
from typing import Any

import pikepdf

from workers.render.readback.pdf_fonts import UNITS, Font, read_font

Matrix = tuple[float, float, float, float, float, float]

OPERATORS = "BDC BMC EMC BT Tf Tj TJ Tm Td cm q Q"
"""The operators that decide on text; our writer uses no others for it."""

_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_UNKNOWN = "\ufffd"
_LATIN = re.compile("[!-~ ]*[A-Za-z][!-~ ]*")
"""Characters that are surely read from left to right, and have no marks: they need not be kept apart."""


@dataclass(slots=True)
class Cluster:
    """Characters that were set together, from `x`, `width` wide, in points; marks have no width of their own."""

    text: str
    x: float
    width: float


@dataclass(slots=True)
class Fragment:
    """Glyphs with one baseline, from left to right; `reversed` if the file says that they run from right to left."""

    page: int
    font: str
    size: float
    y: float
    reversed: bool = False
    clusters: list[Cluster] = field(default_factory=list)

    @property
    def left(self) -> float | None:
        """Return the left edge of the first glyph with a width, if there is one."""
        return next((cluster.x for cluster in self.clusters if cluster.width), None)

    @property
    def right(self) -> float | None:
        """Return the right edge of the last glyph with a width, if there is one."""
        return next((cluster.x + cluster.width for cluster in reversed(self.clusters) if cluster.width), None)


class PageReader:
    """Reads the fragments of one page, by marked-content identifier."""

    def __init__(self, page: pikepdf.Page, number: int, fonts: dict[Any, Font]) -> None:
        self.page, self.number, self.fonts = page, number, fonts
        self.names = {str(name): self._font(font) for name, font in page.obj.Resources.get("/Font", {}).items()}
        self.by_content: dict[int, list[Fragment]] = {}
        self.marks: list[tuple[str, int | None, str | None]] = []
        self.content: int | None = None
        self.artifacts = 0
        self.actual: str | None = None
        self.actual_cluster: Cluster | None = None
        self.reversals = 0
        self.matrix, self.saved = _IDENTITY, list[Matrix]()
        self.text: Matrix = _IDENTITY
        self.font, self.font_name, self.size = Font({}, {}, 0), "", 0.0

    def _font(self, font: Any) -> Font:
        key = font.objgen
        if key not in self.fonts:
            self.fonts[key] = read_font(font)
        return self.fonts[key]

    def read(self) -> dict[int, list[Fragment]]:
        """Return the fragments of the page."""
        handlers: dict[str, Callable[[Any], None]] = {
            "TJ": lambda operands: self.show(operands[0]),
            "Tj": self.show,
            "BDC": self.begin,
            "BMC": self.begin,
            "EMC": self.end,
            "Tm": self.set_text_matrix,
            "Td": self.move_text,
            "BT": self.begin_text,
            "cm": self.transform,
            "q": self.save,
            "Q": self.restore,
            "Tf": self.set_font,
        }
        for instruction in pikepdf.parse_content_stream(self.page, OPERATORS):
            handlers[str(instruction.operator)](instruction.operands)
        return self.by_content

    def set_text_matrix(self, operands: Any) -> None:
        """Place the next string."""
        if not self.artifacts:
            self.text = _numbers(operands)

    def move_text(self, operands: Any) -> None:
        """Place the next string relative to the line."""
        self.text = _times((1, 0, 0, 1, float(operands[0]), float(operands[1])), self.text)

    def begin_text(self, _: Any) -> None:
        """Begin a text object."""
        self.text = _IDENTITY

    def transform(self, operands: Any) -> None:
        """Change the coordinates."""
        if not self.artifacts:
            self.matrix = _times(_numbers(operands), self.matrix)

    def save(self, _: Any) -> None:
        """Save the coordinates."""
        self.saved.append(self.matrix)

    def restore(self, _: Any) -> None:
        """Restore the coordinates."""
        self.matrix = self.saved.pop()

    def set_font(self, operands: Any) -> None:
        """Set font and size."""
        if not self.artifacts:
            self.font_name, self.size = str(operands[0]), float(operands[1])
            self.font = self.names[self.font_name]

    def begin(self, operands: Any) -> None:
        """Begin marked content."""
        tag = str(operands[0])
        self.marks.append((tag, self.content, self.actual))
        if tag == "/Artifact":
            self.artifacts += 1
        elif tag == "/ReversedChars":
            self.reversals += 1
        elif len(operands) > 1:
            properties = operands[1]
            if "/MCID" in properties:
                self.content = int(properties.MCID)
            if "/ActualText" in properties:
                self.actual, self.actual_cluster = str(properties.ActualText), None

    def end(self, _: Any) -> None:
        """End marked content."""
        tag, self.content, self.actual = self.marks.pop()
        self.artifacts -= tag == "/Artifact"
        self.reversals -= tag == "/ReversedChars"

    def show(self, strings: Any) -> None:
        """Set strings of glyphs, with distances between them."""
        if self.content is None or self.artifacts:
            return
        a, _, _, _, x, y = _times(self.text, self.matrix)
        scale = abs(a) * self.size / UNITS
        fragment = self._fragment(y, abs(a) * self.size)
        characters, widths, default = self.font.characters, self.font.widths, self.font.default_width
        for string in strings:
            if not isinstance(string, pikepdf.String):
                x -= float(string) * scale
                continue
            data = bytes(string)
            codes = unpack(f">{len(data) // 2}H", data)
            text = "".join([characters.get(code, _UNKNOWN) for code in codes])
            if self.actual is None and _LATIN.fullmatch(text):
                width = sum([widths.get(code, default) for code in codes]) * scale
                fragment.clusters.append(Cluster(text, x, width))
                x += width
                continue
            for code in codes:
                width = widths.get(code, default) * scale
                self._add(fragment, characters.get(code, _UNKNOWN), x, width)
                x += width

    def _add(self, fragment: Fragment, text: str, x: float, width: float) -> None:
        """Append a glyph; those with a common replacement text are one cluster."""
        if self.actual is None:
            fragment.clusters.append(Cluster(text, x, width))
        elif self.actual_cluster is None or not fragment.clusters:
            self.actual_cluster = Cluster(self.actual, x, width)
            fragment.clusters.append(self.actual_cluster)
        else:
            if not self.actual_cluster.width:
                self.actual_cluster.x = x
            self.actual_cluster.width += width

    def _fragment(self, y: float, size: float) -> Fragment:
        assert self.content is not None
        fragments = self.by_content.setdefault(self.content, [])
        last = fragments[-1] if fragments else None
        if last is None or last.y != y or last.font != self.font_name or last.size != size:
            last = Fragment(self.number, self.font_name, size, y)
            fragments.append(last)
        last.reversed = last.reversed or self.reversals > 0
        return last


def _numbers(operands: Any) -> Matrix:
    a, b, c, d, e, f = map(float, operands)
    return (a, b, c, d, e, f)


def _times(m: Matrix, n: Matrix) -> Matrix:
    """Return the product m × n of two transformations."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )
