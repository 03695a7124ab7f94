"""Layout of tables, the same for every format: widths of columns, size of the type, and a page on its side.

A column is at least as wide as its longest word. Where that does not fit, the type is made smaller, then the table is
set on a landscape page, and at last it is refused: cells never print over each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from service.domain.text.markup.tree import Cell, Code, PlainText, Row, Table
from workers.render.content.line_breaks import INDENT, token_pieces
from workers.render.content.text_measure import PageFonts
from workers.render.content.tree_transforms import plain_text
from workers.render.errors import RenderTableTooWide

SMALLEST_TYPE = 7.5
"""Points."""

SMALLEST_UPRIGHT_SHARE = 0.7
"""Smallest type of a table on an upright page, as a share of the size of the text."""

TABLE_TYPE = 0.9
"""Type of a table that has room, as a share of the size of the text."""

STEP = 0.5
"""Points between two sizes that are tried."""

CELL_PADDING = 1.1
"""Both sides of a cell, in units of the type."""

NOTE_MARK = 1.3
"""Room for a note mark behind a word, in units of the type."""

CODE_FACTOR = 1.4
"""Widths in the monospace font to those in the text font, at most."""

SAFETY = 1.02
"""Factor of measured widths: kerning across runs and rounding."""

MAX_KEPT_ROWS, MAX_KEPT_HEIGHT = 10, 320
"""Rows and points of height of a table that is kept on one page."""

LINE_HEIGHT = 1.7
"""Of a line with its share of padding, in units of the type; generous, for Arabic."""

QUOTED_WORDS = 80
"""Code points of a refused row that an error quotes."""


@dataclass(frozen=True, slots=True)
class TablePage:
    """The page that a table is measured for; lengths in points.

    `width` between the margins, `landscape_width` on a page on its side, 0 where the table cannot stand on a page of
    its own; `size` of the text.
    """

    width: float
    landscape_width: float
    size: float
    fonts: PageFonts

    def indented(self, by: float = INDENT) -> "TablePage":
        """Return the page inside a list item, a quotation or a note; `by` in units of the size of the text."""
        return TablePage(max(self.width - by * self.size, 0), 0, self.size, self.fonts)


DEFAULT_PAGE = TablePage(width=448, landscape_width=694, size=12, fonts=PageFonts(1.2, 1, rtl=False))
"""A4 with margins of 26 mm, for a text whose page is not known."""


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How a table is set: `size` of its type in points, and `shares` of its columns, whose sum is 1.

    `kept`: it is low enough to stand on one page as a whole.
    """

    size: float
    landscape: bool
    shares: tuple[float, ...]
    kept: bool


@dataclass(frozen=True, slots=True)
class _Column:
    """Widths of a column in units of the type: of its longest word, and of its longest cell on one line."""

    least: float
    most: float


def column_widths(table: Table, *, page: TablePage) -> TableLayout:
    """Return the layout of a table on `page`. Raises RenderTableTooWide."""
    columns = [_measure_column(table, index, page.fonts) for index in range(len(table.aligns))]
    needed = sum(column.least for column in columns)
    for size, width, landscape in _attempts(page):
        if size * needed <= width:
            shares = _shares(columns, room=width / size)
            kept = not landscape and _is_low(table, shares, room=width / size, size=size, fonts=page.fonts)
            return TableLayout(size, landscape, shares, kept)
    raise _too_wide(table, page.fonts)


def _attempts(page: TablePage) -> Iterable[tuple[float, float, bool]]:
    """Yield size, width and orientation in the order in which they are tried."""
    normal = TABLE_TYPE * page.size
    upright = max(SMALLEST_TYPE, SMALLEST_UPRIGHT_SHARE * page.size) if page.landscape_width else SMALLEST_TYPE
    for smallest, width, landscape in ((upright, page.width, False), (SMALLEST_TYPE, page.landscape_width, True)):
        size = normal
        while size > smallest and width:
            yield round(size, 2), width, landscape
            size -= STEP
        if width:
            yield smallest, width, landscape


def _measure_column(table: Table, index: int, fonts: PageFonts) -> _Column:
    measured = [_measure_cell(row.cells[index], fonts, bold=row is table.head) for row in (table.head, *table.rows)]
    least, most = (max(widths) for widths in zip(*measured, strict=True))
    return _Column(SAFETY * least + CELL_PADDING, SAFETY * most + CELL_PADDING)


def _measure_cell(cell: Cell, fonts: PageFonts, *, bold: bool) -> tuple[float, float]:
    text = plain_text(cell.children, note="\u0001")
    heavy = bold or any(not isinstance(child, PlainText) for child in cell.children)
    factor = CODE_FACTOR if any(isinstance(child, Code) for child in cell.children) else 1.0
    words = [
        fonts.width(piece.replace("\u0001", ""), bold=heavy) * factor + NOTE_MARK * piece.count("\u0001")
        for token in text.split()
        for piece in token_pieces(token)
    ]
    lines = [fonts.width(line.replace("\u0001", ""), bold=heavy) * factor for line in text.split("\n")]
    return max(words, default=0.0), max(lines)


def _shares(columns: list[_Column], *, room: float) -> tuple[float, ...]:
    """Divide `room`, in units of the type: each column gets its longest word, and the rest by what it would use."""
    spare = room - sum(column.least for column in columns)
    wishes = [min(max(column.most, column.least), max(column.least, room / 2)) - column.least for column in columns]
    wished = sum(wishes)
    if wished <= spare:
        wishes = [max(column.most, column.least) for column in columns]
        wished = sum(wishes)
    widths = [column.least + spare * wish / wished for column, wish in zip(columns, wishes, strict=True)]
    return tuple(round(width / room, 5) for width in widths)


def _is_low(table: Table, shares: tuple[float, ...], *, room: float, size: float, fonts: PageFonts) -> bool:
    """Estimate whether a table is low enough to be kept on one page."""
    if len(table.rows) > MAX_KEPT_ROWS:
        return False
    lines = 0.0
    for row in (table.head, *table.rows):
        widths = [max(share * room - CELL_PADDING, 1) for share in shares]
        texts = [plain_text(cell.children) for cell in row.cells]
        lines += max(
            text.count("\n") + 1 + fonts.width(text, bold=True) // width
            for text, width in zip(texts, widths, strict=True)
        )
    return lines * size * LINE_HEIGHT + len(table.rows) * size <= MAX_KEPT_HEIGHT


def _too_wide(table: Table, fonts: PageFonts) -> RenderTableTooWide:
    """Name the row with the longest words, counted from 1 with the head."""
    rows = (table.head, *table.rows)
    number = max(range(len(rows)), key=lambda index: _least_width(rows[index], fonts))
    words = " | ".join(plain_text(cell.children).strip() for cell in rows[number].cells)
    return RenderTableTooWide(row=number + 1, columns=len(table.aligns), words=words[:QUOTED_WORDS])


def _least_width(row: Row, fonts: PageFonts) -> float:
    return sum(_measure_cell(cell, fonts, bold=False)[0] for cell in row.cells)
