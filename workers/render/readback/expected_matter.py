"""The expected flow of a whole file: what is printed before the text, the text, what is printed after it."""

from collections.abc import Iterable

from service.domain.text.markup.tree import Block
from workers.render.content.numbered_paragraphs import paragraph_labels
from workers.render.content.prepared_text import PreparedManuscript
from workers.render.content.print_content import ListedSignatory
from workers.render.content.tree_transforms import plain_text, top_level_headings
from workers.render.readback.expected import NoteNumbers, TreeWalker
from workers.render.readback.flow import CONTENTS_DEPTH, FlowWriter, Piece, Place, label_text

REFERENCE = ("reference", "reference_lines")
FRONT = {
    "pdf": ("letterhead", *REFERENCE, "kind", "title", "translation", "to", "addressees"),
    "docx": (*REFERENCE, "kind", "title", "translation", "to", "addressees"),
}
"""Fields of the print content before the text, in order, by format. In a DOCX the letterhead is in the header."""

LETTER_FRONT = {
    "pdf": ("letterhead", *REFERENCE, "translation", "to", "addressees", "kind", "title"),
    "docx": (*REFERENCE, "translation", "to", "addressees", "kind", "title"),
}

CONTENTS_MINIMUM = 8
"""Headings from which a position paper has a table of contents; a constitution always has one."""


def expected_flow(prepared: PreparedManuscript, format_: str) -> list[Piece]:
    """Return the flow that a file of the manuscript must have, in the format "pdf" or "docx"."""
    builder = _FileWalker(prepared, format_)
    builder.front()
    if has_contents(prepared):
        builder.contents()
    builder.part("text", prepared.blocks, paragraph_labels(prepared.blocks, prepared.manuscript))
    builder.back()
    return [*builder.flow.pieces, *builder.bodies]


def has_contents(prepared: PreparedManuscript) -> bool:
    """Return whether the file has a table of contents."""
    headings = sum(1 for _ in top_level_headings(prepared.blocks))
    kind = prepared.manuscript.kind
    return kind == "constitution" or (kind == "position" and headings >= CONTENTS_MINIMUM)


class _FileWalker:
    """Writes the flow of a file in order."""

    def __init__(self, prepared: PreparedManuscript, format_: str) -> None:
        self.prepared, self.format = prepared, format_
        self.content = prepared.content
        self.flow = FlowWriter()
        self.bodies: list[Piece] = []
        self.notes = NoteNumbers()

    def front(self) -> None:
        """Write what is printed before the text."""
        orders = LETTER_FRONT if self.prepared.manuscript.kind == "letter" else FRONT
        for name in orders[self.format]:
            value = getattr(self.content, name)
            self.lines([value] if isinstance(value, str) else value, name)

    def contents(self) -> None:
        """Write the table of contents: the words of its entries; the number of the page follows each of them."""
        self.lines([self.content.contents], "contents")
        for heading in top_level_headings(self.prepared.blocks):
            if heading.level <= CONTENTS_DEPTH:
                self.flow.mark("contents", "", Place("text", heading.span))
                self.flow.words(plain_text(heading.children), Place("text", heading.span))
                self.flow.block()

    def part(self, name: str, blocks: Iterable[Block], labels: Iterable[str] = ()) -> None:
        """Write a text of the manuscript."""
        walker = TreeWalker(name, self.prepared.manuscript.lang, self.notes, flow=self.flow)
        walker.walk(blocks, labels)
        self.bodies += walker.bodies

    def back(self) -> None:
        """Write what is printed after the text."""
        content = self.content
        self.heading(content.signatories_heading, "signatories")
        for one in content.signatories:
            self.signatory(one)
        self.heading(content.reservations_heading, "reservations")
        for number, (by_line, text) in enumerate(zip(content.reservations, self.prepared.reservations, strict=True), 1):
            self.lines([by_line], "reservations")
            self.part(f"reservation-{number}", text.blocks)
        self.heading(content.record_heading, "record")
        self.lines([*content.record, f"{content.seal_label} {content.seal}"], "record")
        self.heading(content.about, "about")
        self.part("about", self.prepared.about.blocks)
        self.heading(content.press_heading, "press")
        self.lines([content.press_name, *content.press_lines], "press")

    def signatory(self, signatory: ListedSignatory) -> None:
        """Write an entry of the list of signatories: in a PDF an item, in a DOCX a paragraph with a tab."""
        words = f"{signatory.name} {signatory.remark}"
        if self.format == "pdf":
            self.flow.mark("label", label_text(signatory.label), Place("signatories"))
            self.lines([words], "signatories")
        else:
            self.lines([f"{signatory.label} {words}"], "signatories")

    def heading(self, text: str, part: str) -> None:
        """Write a heading of ours."""
        if text:
            self.flow.mark("heading", "1", Place(part))
            self.lines([text], part)
            self.flow.mark("heading end", "", Place(part))

    def lines(self, lines: Iterable[str], part: str) -> None:
        """Write paragraphs."""
        for line in lines:
            if line.strip():
                self.flow.block()
                self.flow.words(line, Place(part))
                self.flow.block()
