"""The flow that a file must have, from the prepared manuscript alone: no renderer takes part in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from service.domain.text.markup.tree import (
    Block,
    BulletList,
    Citation,
    Code,
    CodeBlock,
    DirectionalRun,
    Emphasis,
    Heading,
    Inline,
    Item,
    LineBreak,
    Link,
    ListStyle,
    Note,
    OrderedList,
    Paragraph,
    PlainText,
    Quote,
    Row,
    Strong,
    Table,
    ThematicBreak,
)
from service.domain.text.structure.list_labels import effective_style, item_label
from workers.render.content.tree_transforms import plain_text
from workers.render.readback.flow import LABEL_GAP, LINE, SEAM, FlowWriter, Piece, Place, label_text


@dataclass(slots=True)
class NoteNumbers:
    """Numbers of the notes as they are printed: from 1 through the whole file."""

    last: int = 0

    def next(self) -> int:
        """Return the number of the next note."""
        self.last += 1
        return self.last


@dataclass(slots=True)
class TreeWalker:
    """Writes the flow of one text of the manuscript; `bodies` collects the bodies of its notes."""

    part: str
    lang: str
    notes: NoteNumbers
    flow: FlowWriter = field(default_factory=FlowWriter)
    bodies: list[Piece] = field(default_factory=list)
    place: Place = field(default_factory=Place)
    within: ListStyle | None = None
    printed_numbers: dict[int, int] = field(default_factory=dict)

    def walk(self, blocks: Iterable[Block], labels: Iterable[str] = ()) -> None:
        """Write the blocks of the text, each after its label, if they are numbered."""
        self.place = Place(self.part)
        for block, label in zip_longest(blocks, labels, fillvalue=""):
            assert not isinstance(block, str)
            self.flow.words(f"{label}{LABEL_GAP}" if label else "", replace(self.place, span=block.span))
            self.blocks([block])

    def blocks(self, blocks: Iterable[Block]) -> None:
        """Write blocks."""
        for block in blocks:
            self.block(block)
            self.flow.block()

    def block(self, block: Block) -> None:
        """Write one block."""
        self.place = replace(self.place, span=block.span)
        match block:
            case Heading():
                self.heading(block)
            case Paragraph(children):
                self.inlines(children)
            case BulletList(items):
                for item in items:
                    self.item(item, "")
            case OrderedList():
                self.ordered_list(block)
            case Quote(blocks):
                self.blocks(blocks)
            case Table(_, head, rows):
                self.row(head, is_head=True)
                for row in rows:
                    self.row(row, is_head=False)
                self.flow.mark("table end", "", self.place)
            case CodeBlock(text):
                self.text(text.replace("\n", LINE))
            case ThematicBreak():
                pass

    def heading(self, heading: Heading) -> None:
        """Write a heading; what follows stands under it."""
        self.place = replace(self.place, provision=" ".join(plain_text(heading.children).split()))
        self.flow.mark("heading", str(heading.level), self.place)
        self.inlines(heading.children)
        self.flow.mark("heading end", "", self.place)

    def ordered_list(self, block: OrderedList) -> None:
        """Write a numbered list with its labels."""
        within = self.within
        self.within = effective_style(block.style, within=within, lang=self.lang)
        for number, item in enumerate(block.items, block.start):
            self.item(item, label_text(item_label(number, style=self.within, digits="latn")))
        self.within = within

    def item(self, item: Item, label: str) -> None:
        """Write an item."""
        self.place = replace(self.place, span=item.span)
        self.flow.mark("label", label, self.place)
        self.blocks(item.blocks)

    def row(self, row: Row, *, is_head: bool) -> None:
        """Write a row of a table."""
        self.place = replace(self.place, span=row.span)
        self.flow.mark("row", "", self.place)
        for cell in row.cells:
            self.flow.mark("head cell" if is_head else "cell", "", self.place)
            self.inlines(cell.children)

    def inlines(self, inlines: Iterable[Inline]) -> None:
        """Write inlines."""
        for inline in inlines:
            match inline:
                case PlainText(text):
                    self.text(text)
                case Code(text):
                    self.text(f"{SEAM}{text}{SEAM}")
                case LineBreak():
                    self.text(LINE)
                case Emphasis(children) | Strong(children) | Link(_, children) | DirectionalRun(_, _, children):
                    self.text(SEAM)
                    self.inlines(children)
                    self.text(SEAM)
                case Note():
                    self.note(inline)
                case Citation():
                    raise AssertionError("prepare_blocks resolves citations")

    def text(self, text: str) -> None:
        """Write characters."""
        self.flow.words(text, self.place)

    def note(self, note: Note) -> None:
        """Write the mark of a note, and at its first call its body apart."""
        if note.blocks:
            self.printed_numbers[note.number] = self.notes.next()
        number = str(self.printed_numbers.get(note.number, ""))
        self.flow.mark("note", number, self.place)
        if note.blocks:
            body = TreeWalker(self.part, self.lang, self.notes, place=self.place, printed_numbers=self.printed_numbers)
            body.flow.mark("note body", number, self.place)
            body.blocks(note.blocks)
            self.bodies += [*body.flow.pieces, *body.bodies]
