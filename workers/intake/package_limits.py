"""Limits of a Word file, checked as a stream before any reader builds a tree of it.

A file of 30 kB can hold 300,000 paragraphs, a table of four million cells, or a footnote that is printed ten thousand
times. Reading stops at the first limit, so that a refused file costs little.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from service.domain.documents.word_import import (
    MAX_CELLS,
    MAX_CHARACTERS,
    MAX_ELEMENTS,
    MAX_NOTES,
    MAX_PARAGRAPHS,
    MAX_RUNS,
    MAX_TABLE_DEPTH,
    MAX_UNCOMPRESSED_BYTES,
    too_large_for_import,
)

_CHUNK_BYTES = 64 * 1024
_SEPARATOR = "\n"
"""Between the namespace and the local name of an element; only the latter is compared."""

Attributes = Mapping[str, str]


@dataclass(slots=True)
class _Table:
    """A table being read: `width` cells in its widest row so far, `row` in the present one."""

    width: int = 0
    rows: int = 0
    row: int = 0


@dataclass(slots=True)
class _Note:
    """What one footnote or endnote holds; it is printed once for each reference to it."""

    paragraphs: int = 0
    characters: int = 0


@dataclass(slots=True)
class PackageCounter:
    """Counts what the parts of a package hold, and raises TooLarge at the first limit."""

    elements: int = 0
    paragraphs: int = 0
    characters: int = 0
    runs: int = 0
    cells: int = 0
    references: Counter[str] = field(default_factory=Counter)
    notes: dict[str, _Note] = field(default_factory=dict)
    tables: list[_Table] = field(default_factory=list)
    note: _Note | None = None
    in_text: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Count the start of an element."""
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise too_large_for_import("word_file_complex")
        if begin := _STARTS.get(name.rpartition(_SEPARATOR)[2]):
            begin(self, attributes)

    def end(self, name: str) -> None:
        """Count the end of an element."""
        local = name.rpartition(_SEPARATOR)[2]
        if local == "t":
            self.in_text = False
        elif local in ("footnote", "endnote"):
            self.note = None
        elif local == "tr" and self.tables:
            self._end_row(self.tables[-1])
        elif local == "tbl" and self.tables:
            table = self.tables.pop()
            self.cells += table.rows * table.width

    def text(self, characters: str) -> None:
        """Count text that would be imported."""
        if self.in_text:
            self.characters += len(characters)
            if self.note:
                self.note.characters += len(characters)
            if self.characters > MAX_CHARACTERS:
                raise too_large_for_import("text_too_long")

    def finish(self) -> None:
        """Check what can be known at the end only: each reference prints its note."""
        if self.references.total() > MAX_NOTES:
            raise too_large_for_import("word_file_notes")
        printed = [(self.notes[key], count) for key, count in self.references.items() if key in self.notes]
        if sum(note.paragraphs * count for note, count in printed) > MAX_PARAGRAPHS:
            raise too_large_for_import("word_file_paragraphs")
        if sum(note.characters * count for note, count in printed) > MAX_CHARACTERS:
            raise too_large_for_import("text_too_long")

    def _start_paragraph(self, _: Attributes) -> None:
        self.paragraphs += 1
        if self.note:
            self.note.paragraphs += 1
        if self.paragraphs > MAX_PARAGRAPHS:
            raise too_large_for_import("word_file_paragraphs")

    def _start_run(self, _: Attributes) -> None:
        self.runs += 1
        if self.runs > MAX_RUNS:
            raise too_large_for_import("word_file_complex")

    def _start_text(self, _: Attributes) -> None:
        self.in_text = True

    def _start_note(self, attributes: Attributes) -> None:
        self.note = self.notes.setdefault(_attribute(attributes, "id"), _Note())

    def _start_reference(self, attributes: Attributes) -> None:
        self.references[_attribute(attributes, "id")] += 1

    def _start_table(self, _: Attributes) -> None:
        self.tables.append(_Table())
        if len(self.tables) > MAX_TABLE_DEPTH:
            raise too_large_for_import("word_file_complex")

    def _start_column(self, _: Attributes) -> None:
        if self.tables:
            self.tables[-1].row += 1  # the grid is declared before the first row, and counts as one

    def _start_row(self, _: Attributes) -> None:
        if self.tables:
            table = self.tables[-1]
            table.width, table.row = max(table.width, table.row), 0
            table.rows += 1
            self._check_cells(table)

    def _start_cell(self, _: Attributes) -> None:
        self._widen(1)

    def _start_span(self, attributes: Attributes) -> None:
        value = _attribute(attributes, "val")
        self._widen(int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 1)

    def _widen(self, columns: int) -> None:
        if self.tables:
            table = self.tables[-1]
            table.row += columns
            table.width = max(table.width, table.row)
            self._check_cells(table)

    def _end_row(self, table: _Table) -> None:
        table.width, table.row = max(table.width, table.row), 0

    def _check_cells(self, table: _Table) -> None:
        if self.cells + table.rows * table.width > MAX_CELLS:
            raise too_large_for_import("word_file_cells")


_STARTS: Mapping[str, Callable[[PackageCounter, Attributes], None]] = {
    "p": PackageCounter._start_paragraph,
    "r": PackageCounter._start_run,
    "t": PackageCounter._start_text,
    "footnote": PackageCounter._start_note,
    "endnote": PackageCounter._start_note,
    "footnoteReference": PackageCounter._start_reference,
    "endnoteReference": PackageCounter._start_reference,
    "tbl": PackageCounter._start_table,
    "gridCol": PackageCounter._start_column,
    "tr": PackageCounter._start_row,
    "tc": PackageCounter._start_cell,
    "gridSpan": PackageCounter._start_span,
    "gridBefore": PackageCounter._start_span,
    "gridAfter": PackageCounter._start_span,
}
"""Local name → what its start counts. Names of any namespace count, as there are two of the same vocabulary."""


def check_package(data: bytes) -> None:
    """Check the parts of a Word file. Raises TooLarge; the reader of the file reports what cannot be opened.

    Every part is tried, because the package itself says which of them is the text.
    """
    counter = PackageCounter()
    left = MAX_UNCOMPRESSED_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                with package.open(name) as part:
                    left -= _count_part(part, counter, most=left)
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, EOFError, RuntimeError):
        return
    counter.finish()


def _count_part(part: IO[bytes], counter: PackageCounter, *, most: int) -> int:
    """Count one part, and return how many of its bytes were read. What is not XML is left after its first chunk."""
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = counter.start, counter.end
    parser.CharacterDataHandler = counter.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    counter.tables.clear()
    counter.note, counter.in_text = None, False
    read = 0
    while chunk := part.read(_CHUNK_BYTES):
        read += len(chunk)
        if read > most:
            raise too_large_for_import("word_file_complex")
        try:
            parser.Parse(chunk, False)
        except expat.ExpatError:
            break
    return read


def _refuse_doctype(*_: object) -> None:
    raise too_large_for_import("word_file_complex")


def _attribute(attributes: Attributes, local: str) -> str:
    return next((value for name, value in attributes.items() if name.rpartition(_SEPARATOR)[2] == local), "")
