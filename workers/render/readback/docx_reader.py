"""The flow of a DOCX, from its package: the text of the document part, then the bodies of its footnotes."""

from dataclasses import dataclass, field

from lxml import etree

from workers.render.docx.xml import iter_elements, local_name, parse, qn, read_package
from workers.render.readback.docx_numbering import Numbering, read_numbering, value_of
from workers.render.readback.flow import LINE, FlowWriter, Piece, Place, label_text

_CHARACTERS = {"br": LINE, "cr": LINE, "tab": "\t", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_SKIPPED = {"del", "moveFrom", "pict", "drawing", "AlternateContent", "object"}
_NOWHERE = Place()


def read_docx(package: bytes) -> list[Piece]:
    """Return the flow of a DOCX."""
    parts = read_package(package)
    numbering = parse(parts["word/numbering.xml"]) if "word/numbering.xml" in parts else None
    reader = _StoryReader(_read_styles(parse(parts["word/styles.xml"])), read_numbering(numbering))
    reader.blocks(parse(parts["word/document.xml"]).find(qn("body")))
    bodies = FlowWriter()
    footnotes = parse(parts["word/footnotes.xml"]) if "word/footnotes.xml" in parts else None
    by_id = {} if footnotes is None else {one.get(qn("id")): one for one in iter_elements(footnotes, "footnote")}
    for identifier, number in reader.notes.items():
        bodies.mark("note body", str(number), _NOWHERE)
        story = _StoryReader(reader.styles, reader.numbering)
        story.blocks(by_id.get(identifier))
        bodies.extend(story.flow.pieces)
    return [*reader.flow.pieces, *bodies.pieces]


@dataclass(frozen=True, slots=True)
class _ParagraphStyle:
    """A paragraph style: its name in lower case, its list and level, and the style it is based on."""

    name: str
    number_id: str
    depth: int
    based_on: str


def _read_styles(root: etree._Element) -> dict[str, _ParagraphStyle]:
    found = {}
    for style in iter_elements(root, "style"):
        properties = style.find(qn("pPr"))
        numbers = None if properties is None else properties.find(qn("numPr"))
        found[style.get(qn("styleId"), "")] = _ParagraphStyle(
            value_of(style, "name").lower(),
            "" if numbers is None else value_of(numbers, "numId"),
            0 if numbers is None else int(value_of(numbers, "ilvl") or "0"),
            value_of(style, "basedOn"),
        )
    return found


@dataclass(slots=True)
class _StoryReader:
    """Reads the paragraphs and tables of a part; `notes` has the numbers of the footnotes by identifier."""

    styles: dict[str, _ParagraphStyle]
    numbering: Numbering
    flow: FlowWriter = field(default_factory=FlowWriter)
    notes: dict[str | None, int] = field(default_factory=dict)

    def blocks(self, parent: etree._Element | None) -> None:
        """Read the blocks inside an element."""
        for child in () if parent is None else parent:
            name = local_name(child) if isinstance(child.tag, str) else ""
            if name == "p":
                self.paragraph(child)
            elif name == "tbl":
                self.table(child)
            elif name in {"sdt", "sdtContent", "ins"}:
                self.blocks(child)

    def table(self, table: etree._Element) -> None:
        """Read a table."""
        for row in table.findall(qn("tr")):
            self.flow.mark("row", "", _NOWHERE)
            properties = row.find(qn("trPr"))
            is_head = properties is not None and properties.find(qn("tblHeader")) is not None
            for cell in row.findall(qn("tc")):
                self.flow.mark("head cell" if is_head else "cell", "", _NOWHERE)
                self.blocks(cell)
        self.flow.mark("table end", "", _NOWHERE)

    def paragraph(self, paragraph: etree._Element) -> None:
        """Read a paragraph: its label, its words, its notes."""
        self.flow.block()
        properties = paragraph.find(qn("pPr"))
        style = value_of(properties, "pStyle") if properties is not None else ""
        name = self.styles[style].name if style in self.styles else ""
        level = (
            "1" if name == "closing heading" else name.removeprefix("heading ") if name.startswith("heading ") else ""
        )
        label = self._label(properties, style)
        if label is not None:
            self.flow.mark("label", label, _NOWHERE)
        if level:
            self.flow.mark("heading", level, _NOWHERE)
        elif name.startswith("toc ") and name != "toc heading":
            self.flow.mark("contents", "", _NOWHERE)
        self.inlines(paragraph)
        if level:
            self.flow.mark("heading end", "", _NOWHERE)
        self.flow.block()

    def _label(self, properties: etree._Element | None, style: str) -> str | None:
        numbers = None if properties is None else properties.find(qn("numPr"))
        if numbers is not None:
            return self.numbering.next_label(value_of(numbers, "numId"), int(value_of(numbers, "ilvl") or "0"))
        while style in self.styles:
            if self.styles[style].number_id:
                return self.numbering.next_label(self.styles[style].number_id, self.styles[style].depth)
            style = self.styles[style].based_on
        return None

    def inlines(self, parent: etree._Element) -> None:
        """Read the runs inside an element."""
        for child in parent:
            name = local_name(child) if isinstance(child.tag, str) else ""
            if name == "r":
                self.run(child)
            elif name not in _SKIPPED and not name.endswith("Pr"):
                self.inlines(child)

    def run(self, run: etree._Element) -> None:
        """Read a run; a raised number is the mark of a note called again, brackets around marks are not text."""
        raised = _is_raised(run)
        for child in run:
            name = local_name(child) if isinstance(child.tag, str) else ""
            if name == "footnoteReference":
                number = self.notes.setdefault(child.get(qn("id")), len(self.notes) + 1)
                self.flow.mark("note", str(number), _NOWHERE)
            elif name == "t" and raised:
                if label_text(child.text or ""):
                    self.flow.mark("note", label_text(child.text or ""), _NOWHERE)
            elif name == "t":
                self.flow.words(child.text or "", _NOWHERE)
            elif name in _CHARACTERS and child.get(qn("type")) is None:
                self.flow.words(_CHARACTERS[name], _NOWHERE)


def _is_raised(run: etree._Element) -> bool:
    properties = run.find(qn("rPr"))
    return properties is not None and (
        value_of(properties, "vertAlign") == "superscript" or value_of(properties, "rStyle") == "FootnoteReference"
    )
