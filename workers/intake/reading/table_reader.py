"""The reader of tables: a grid without merged cells, in which every word keeps its column."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from service.domain.documents.word_import import MAX_CELLS
from service.domain.text.markup.tree import Align
from workers.intake.model import Losses, WordBlock, WordList, WordParagraph, WordTable
from workers.intake.package.word_package import child_value, whole_number
from workers.intake.reading.story import Flat, nest
from workers.render.docx.xml import local_name, qn

_ALIGNS: dict[str, Align] = {"center": "center", "right": "end", "end": "end", "left": "default", "start": "default"}


@dataclass(frozen=True, slots=True)
class _Cell:
    flats: tuple[Flat, ...]
    span: int = 1
    continued: bool = False


_EMPTY = _Cell(())


@dataclass(frozen=True, slots=True)
class TableReader:
    """Reads a table with `read_cell`, and counts what its grid cannot show."""

    read_cell: Callable[[etree._Element], Iterable[Flat]]
    losses: Losses

    def read(self, table: etree._Element) -> Iterator[WordBlock]:
        """Yield the table; the blocks inside instead if it is a frame around them."""
        rows = [row for element in _descend(table, "tr") if (row := self._row(element))]
        width = max((len(row) for row in rows), default=0)
        if not width:
            return
        if width == len(rows) == 1 and len(rows[0][0].flats) > 1:
            self.losses.add("frames")
            yield from nest(rows[0][0].flats)
            return
        cells = [[self._content(cell) for cell in row] + [()] * (width - len(row)) for row in rows]
        if any(any(row) for row in cells):
            yield WordTable(_aligns(rows, width), tuple(map(tuple, cells)))

    def _row(self, row: etree._Element) -> list[_Cell]:
        """Return the cells of a row, with empty ones for those that a merged cell covers."""
        properties = row.find(qn("trPr"))
        if properties is not None and properties.find(qn("del")) is not None:
            self.losses.add("changes")
            return []
        cells = [_EMPTY] * _count(child_value(properties, "gridBefore"), least=0)
        for element in _descend(row, "tc"):
            cell = self._cell(element)
            if cell.span > 1 or cell.continued:
                self.losses.add("merged_cells")
            cells += [cell, *[_EMPTY] * (cell.span - 1)]
        return cells

    def _cell(self, element: etree._Element) -> _Cell:
        properties = element.find(qn("tcPr"))
        continued = any(
            merge.get(qn("val"), "continue") == "continue"
            for name in ("vMerge", "hMerge")
            for merge in (() if properties is None else properties.findall(qn(name)))
        )
        flats = tuple(self.read_cell(element))
        return _Cell(flats, _count(child_value(properties, "gridSpan"), least=1), continued)

    def _content(self, cell: _Cell) -> tuple[WordBlock, ...]:
        blocks = nest(cell.flats)
        self.losses.counts["nested_tables"] += sum(isinstance(one, WordTable) for one in blocks)
        self.losses.counts["cell_lists"] += sum(isinstance(one, WordList) for one in blocks)
        return blocks


def _descend(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the rows or cells of a table, also those in content controls, but not those of inner tables."""
    for child in element.iterchildren("*"):
        if local_name(child) in ("del", "moveFrom"):
            continue
        if child.tag == qn(name):
            yield child
        elif local_name(child) not in ("tc", "tbl", "p"):
            yield from _descend(child, name)


def _count(written: str, *, least: int) -> int:
    found = whole_number(written)
    return least if found is None or found > MAX_CELLS else max(found, least)


def _aligns(rows: list[list[_Cell]], width: int) -> tuple[Align, ...]:
    return tuple(_align([row[column] for row in rows if column < len(row)]) for column in range(width))


def _align(cells: list[_Cell]) -> Align:
    """Return the alignment of a column: that of all its paragraphs, if they agree."""
    written = {one.align for cell in cells for one in cell.flats if isinstance(one.block, WordParagraph)}
    return _ALIGNS.get(written.pop(), "default") if len(written) == 1 else "default"
