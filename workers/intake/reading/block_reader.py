"""The reader of a story (body, note, text box, cell): paragraphs and tables in order, with their place in lists."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from workers.intake.model import Losses, Piece, TextPiece, WordBlock, WordPlace, WordQuote
from workers.intake.package.numbering import WordNumbering
from workers.intake.package.styles import WordStyles
from workers.intake.package.word_package import WordPackage, child_value, whole_number
from workers.intake.reading.drawings import shown_branch
from workers.intake.reading.inline_reader import InlineReader
from workers.intake.reading.open_item import OpenItem
from workers.intake.reading.own_marks import OwnIndents
from workers.intake.reading.paragraph_facts import ParagraphFacts, flat_of
from workers.intake.reading.run_styles import RunReader
from workers.intake.reading.story import Flat, nest
from workers.intake.reading.table_reader import TableReader
from workers.render.content.pandoc_json import ID_PREFIX
from workers.render.docx.xml import local_name, qn

_HEADING_ID = re.compile(r"[a-z][a-z0-9-]{0,63}")
_CONTENTS = re.compile(r"toc \d|toc heading|table of figures|contents heading(?: \d)?|contents \d")
_WRAPPERS = {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "dir", "bdo"}
FRONT_STYLES = {"title", "author", "date"}
"""Styles before the first paragraph of the text that are no part of it."""

OWN_FRONT_STYLES = {"kind", "dateline", "addressees", "addressee", "reference", "reference line", "draft mark"}
"""Styles round the text that only exported files have."""


@dataclass(slots=True)
class WordReader:
    """Reads the stories of one package into blocks."""

    package: WordPackage
    lang: str
    losses: Losses = field(default_factory=Losses)
    title: str = ""
    styles: WordStyles = field(init=False)
    numbering: WordNumbering = field(init=False)
    runs: RunReader = field(init=False)
    own_indents: OwnIndents | None = field(init=False)
    _notes: dict[str, dict[str, etree._Element]] = field(default_factory=dict)
    _addresses: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.styles = WordStyles(self.package.related("styles"))
        self.numbering = WordNumbering(self.package.related("numbering"), self.styles, self.lang)
        self.runs = RunReader(self.styles, self.losses, self.styles.is_own)
        self.own_indents = OwnIndents.of(self.styles)

    def read_body(self) -> list[Flat]:
        """Return the paragraphs and tables of the main part."""
        body = self.package.main.find(qn("body"))
        story = self._story("", counts_places=True)
        return [] if body is None else list(story.read(body))

    def read_note(self, kind: str, id: str) -> tuple[WordBlock, ...]:
        """Return the blocks of a footnote or endnote; () if there is none of this id."""
        if kind not in self._notes:
            part = self.package.related(f"{kind}s")
            found = () if part is None else part.findall(qn(kind))
            self._notes[kind] = {str(one.get(qn("id"))): one for one in found}
        note = self._notes[kind].get(id)
        return () if note is None else self.read_nested(note, story=f"{kind}s")

    def read_nested(self, element: etree._Element, *, story: str = "") -> tuple[WordBlock, ...]:
        """Return the blocks of a note, text box or cell."""
        return nest(self._story(story).read(element))

    def read_cell(self, cell: etree._Element) -> Iterator[Flat]:
        """Yield the paragraphs and tables of a cell."""
        return self._story("").read(cell)

    def _story(self, name: str, *, counts_places: bool = False) -> "StoryReader":
        if name not in self._addresses:
            self._addresses[name] = self.package.addresses_of(name)
        inlines = InlineReader(self.runs, self.losses, self._addresses[name], self.read_note, self.read_nested)
        return StoryReader(self, inlines, counts_places=counts_places)


@dataclass(slots=True)
class StoryReader:
    """Reads one story in document order."""

    reader: WordReader
    inlines: InlineReader
    counts_places: bool = False
    paragraphs: int = 0
    tables: int = 0
    text_began: bool = False
    _carried: list[Piece] = field(default_factory=list)
    _bookmark: str = ""
    _item: OpenItem = field(init=False)

    def __post_init__(self) -> None:
        self._item = OpenItem(self.reader.styles)

    def read(self, element: etree._Element) -> Iterator[Flat]:
        """Yield the paragraphs and tables below an element."""
        for child in element.iterchildren("*"):
            name = local_name(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tbl":
                self.tables += 1
                self._set_place("table", self.tables)
                yield from self._table(child)
            elif name == "bookmarkStart":
                self._bookmark = str(child.get(qn("name"), ""))
            elif name == "AlternateContent":
                branch = shown_branch(child)
                yield from () if branch is None else self.read(branch)
            elif name in ("altChunk", "subDoc"):
                self.reader.losses.add("embedded")
            elif name in _WRAPPERS:
                yield from self.read(child)
            elif name in ("oMathPara", "oMath", "r"):
                yield from self._loose(child)

    def _set_place(self, kind: str, number: int) -> None:
        if self.counts_places:
            self.reader.losses.place = WordPlace("table" if kind == "table" else "paragraph", number)

    def _loose(self, element: etree._Element) -> Iterator[Flat]:
        """Read inline content that stands between paragraphs."""
        wrapper = etree.Element(qn("p"))
        wrapper.append(element)
        yield from self._paragraph(wrapper)

    def _table(self, table: etree._Element) -> Iterator[Flat]:
        self.text_began = True
        place, quotes = self.reader.losses.place, 0
        for block in TableReader(self.reader.read_cell, self.reader.losses).read(table):
            yield Flat(block, place, quotes=quotes, depth=self._table_depth(table))

    def _table_depth(self, table: etree._Element) -> int:
        """Return the depth of the item in which a table stands, by its indentation; 0 outside of lists."""
        left = whole_number(child_value(table, "tblPr", "tblInd", attribute="w"))
        return self._item.depth_at(left or 0)

    def _paragraph(self, paragraph: etree._Element) -> Iterator[Flat]:
        properties = paragraph.find(qn("pPr"))
        styles = self.reader.styles
        style_id = child_value(properties, "pStyle") or styles.default_paragraph
        self._set_place("paragraph", self.paragraphs + 1)
        label = self.reader.numbering.count(properties, style_id)
        content = self.inlines.read(paragraph, style_id=style_id)
        content.pieces[:0], self._carried = self._carried, []
        id, self._bookmark = _heading_id(paragraph, self._bookmark), ""
        if properties is not None and properties.find(f"{qn('rPr')}/{qn('del')}") is not None:
            self._carried = content.pieces
            return
        has_words = any(not isinstance(one, TextPiece) or one.text.strip() for one in content.pieces)
        self.paragraphs += has_words
        if has_words or content.rule or (styles.is_own and label and not label.blank):
            names = tuple(styles.names(style_id))
            yield from self._classified(ParagraphFacts(content, label, names, properties, style_id, id))
        for box in content.boxes:
            yield Flat(WordQuote(box), self.reader.losses.place, depth=self._item.depth)

    def _classified(self, facts: ParagraphFacts) -> Iterator[Flat]:
        losses = self.reader.losses
        if self.counts_places and _CONTENTS.fullmatch(facts.name):
            losses.add("contents", facts.words)
            return
        if self.counts_places and self._is_front(facts):
            losses.add("matter", facts.words)
            if facts.name == "title" and not self.reader.title:
                self.reader.title = " ".join(facts.words.split())
            return
        self.text_began = True
        flat = flat_of(
            facts, styles=self.reader.styles, item=self._item, place=losses.place, own=self.reader.own_indents
        )
        if flat.item is not None or not flat.depth:
            self._item.label = flat.item
        yield flat

    def _is_front(self, facts: ParagraphFacts) -> bool:
        """Return whether a paragraph is no part of the text; a note is never left out with it."""
        if not all(isinstance(one, TextPiece) for one in facts.content.pieces):
            return False
        return facts.name in OWN_FRONT_STYLES or (facts.name in FRONT_STYLES and not self.text_began)


def _heading_id(paragraph: etree._Element, before: str) -> str:
    """Return the id that an exported file stored as a bookmark in a heading, or right before it; "" if none."""
    for name in (before, *(str(one.get(qn("name"), "")) for one in paragraph.iter(qn("bookmarkStart")))):
        if name.startswith(ID_PREFIX) and _HEADING_ID.fullmatch(name.removeprefix(ID_PREFIX)):
            return name.removeprefix(ID_PREFIX)
    return ""
