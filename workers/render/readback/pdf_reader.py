"""The flow of a PDF, from its structure tree: what a reader of the tags hears, in their order."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from workers.render.errors import RenderConformance
from workers.render.readback.flow import BLOCK, FlowWriter, Kind, Piece, Place, label_text
from workers.render.readback.pdf_fonts import Font
from workers.render.readback.pdf_glyphs import Fragment, PageReader
from workers.render.readback.pdf_order import new_line, read_line

HEADINGS = {f"/H{level}": str(level) for level in range(1, 7)}
INLINE = {"/Span", "/Em", "/Strong", "/Link", "/Code", "/Quote", "/Sub", "/Reference", "/Annot"}
"""Elements inside a line; every other element begins and ends one."""

_MARKS: dict[str, Kind] = {"/TR": "row", "/TH": "head cell", "/TD": "cell"}


def read_pdf(pdf: bytes, *, rtl: bool) -> list[Piece]:
    """Return the flow of a PDF, whose pages have this direction: its text, then the bodies of its notes.

    Raises RenderConformance if it has no tags.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if "/StructTreeRoot" not in document.Root:
            raise RenderConformance(detail="the file has no structure")
        reader = _StructureReader(_read_pages(document), rtl)
        reader.element(document.Root.StructTreeRoot)
        reader.end_line()
        return [*reader.flow.pieces, *reader.bodies]


def _read_pages(document: pikepdf.Pdf) -> dict[Any, dict[int, list[Fragment]]]:
    fonts: dict[Any, Font] = {}
    return {page.obj.objgen: PageReader(page, number, fonts).read() for number, page in enumerate(document.pages, 1)}


@dataclass(slots=True)
class _StructureReader:
    """Walks the structure tree; `line` has the fragments of the line that is being read."""

    pages: dict[Any, dict[int, list[Fragment]]]
    rtl: bool
    flow: FlowWriter = field(default_factory=FlowWriter)
    bodies: list[Piece] = field(default_factory=list)
    line: list[Fragment] = field(default_factory=list)
    page: Any = None
    number: int = 1

    def element(self, element: Any) -> None:
        """Read a structure element."""
        role = str(element.get("/S", ""))
        page_before, self.page = self.page, element.get("/Pg", self.page)
        if role in HEADINGS:
            self.heading(element, HEADINGS[role])
        elif role == "/Note":
            self.note(element)
        elif role == "/Lbl":
            self.label(element)
        elif role in INLINE:
            self.children(element)
        elif role == "/TOCI":
            self.entry(element)
        else:
            self.end_line()
            if role in _MARKS:
                self.mark(_MARKS[role])
            self.children(element)
            self.end_line()
            if role == "/Table":
                self.mark("table end")
        self.page = page_before

    def children(self, element: Any) -> None:
        """Read the content of an element."""
        for child in _kids(element):
            if isinstance(child, int):
                self.content(child)
            elif "/MCID" in child:
                page_before, self.page = self.page, child.get("/Pg", self.page)
                self.content(int(child.MCID))
                self.page = page_before
            elif child.get("/Type") != "/OBJR":
                self.element(child)

    def content(self, identifier: int) -> None:
        """Read marked content."""
        for fragment in self.pages[self.page.objgen].get(identifier, ()):
            if not fragment.clusters:
                continue
            if self.line and new_line(self.line[-1], fragment):
                self.end_line()
            self.line.append(fragment)
            self.number = fragment.page

    def end_words(self) -> None:
        """Write what was read of a line."""
        if self.line:
            reading, readings = read_line(self.line, rtl=self.rtl)
            self.flow.words(reading, Place(page=self.line[0].page))
            if readings and reading:
                self.flow.pieces[-1].readings[reading] = readings
            self.line = []

    def end_line(self) -> None:
        """End the line."""
        self.end_words()
        self.flow.block()

    def mark(self, kind: Kind, text: str = "") -> None:
        """Write a mark."""
        self.end_line()
        self.flow.mark(kind, text, Place(page=self.number))

    def label(self, element: Any) -> None:
        """Read the label of a list item, or the mark of a note: it stands inside a line."""
        self.end_words()
        inner = _StructureReader(self.pages, self.rtl, page=self.page, number=self.number)
        inner.children(element)
        inner.end_words()
        text = label_text("".join(piece.text for piece in inner.flow.pieces))
        in_list = str(element.P.get("/S", "")) == "/LI"
        self.flow.mark("label" if in_list else "note", text, Place(page=inner.number))

    def heading(self, element: Any, level: str) -> None:
        """Read a heading; it stands on the page of its first words."""
        self.mark("heading", level)
        piece = self.flow.pieces[-1]
        start = len(self.flow.pieces)
        self.children(element)
        self.mark("heading end")
        piece.places = [(0, self.flow.pieces[start].place_at(0))]

    def entry(self, element: Any) -> None:
        """Read an entry of the contents, which ends with the number of the page."""
        self.end_line()
        inner = _StructureReader(self.pages, self.rtl, page=self.page, number=self.number)
        inner.children(element)
        inner.end_line()
        words = "".join(piece.text for piece in inner.flow.pieces if piece.kind == "words").rstrip(BLOCK)
        title, _, number = words.rpartition(BLOCK)
        place = Place(page=inner.number)
        self.flow.mark("contents", label_text(number), place)
        self.flow.words(title, place)

    def note(self, element: Any) -> None:
        """Read the body of a note, which begins with its number."""
        inner = _StructureReader(self.pages, self.rtl, page=self.page, number=self.number)
        inner.children(element)
        inner.end_line()
        pieces = inner.flow.pieces
        number = ""
        if pieces and pieces[0].kind == "words":
            first, _, rest = pieces[0].text.partition(BLOCK)
            number, pieces[0].text = label_text(first), rest
        self.bodies += [Piece("note body", number, [(0, Place(page=inner.number))]), *pieces, *inner.bodies]


def _kids(element: Any) -> Iterator[Any]:
    kids = element.get("/K")
    if kids is None:
        return
    if isinstance(kids, pikepdf.Array):
        yield from kids
    else:
        yield kids
