"""The writer from blocks to Mithaq markup, with the footnotes at the end."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from service.domain.text.markup.tree import ListStyle
from service.domain.text.structure.list_labels import item_label
from service.domain.text.structure.provisions import in_digits, label_of
from service.domain.text.structure.references import typed_particle
from workers.intake.model import (
    Losses,
    NotePiece,
    Pieces,
    PieceStyle,
    Placed,
    TextPiece,
    WordBlock,
    WordCode,
    WordHeading,
    WordList,
    WordParagraph,
    WordPlace,
    WordQuote,
    WordRule,
    WordTable,
)
from workers.intake.writing.bold_provisions import provision_in_bold, without_bold
from workers.intake.writing.escaping import escape_heading
from workers.intake.writing.inline_writer import InlineWriter, plain_text

MAX_HEADING_LEVEL = 6
_TOP_LEVEL_NAMES = ("الباب", "باب", "القسم", "الجزء", "Part", "PART", "Title")
_COLUMN_RULES = {"start": ":---", "end": "---:", "center": ":---:", "default": "---"}
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class WrittenBlock:
    """A block at the top level as written, and its place in the file."""

    text: str
    place: WordPlace


@dataclass(slots=True)
class BlockWriter:
    """Writes blocks and collects footnotes.

    `reference_labels` maps a heading id to the texts that a reference to it prints; `own`: the file was exported, so
    that whatever looks like a marker in its paragraphs is words.
    """

    losses: Losses
    lang: str
    own: bool = False
    reference_labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    top_level: int = 2
    inlines: InlineWriter = field(init=False)
    _labels: set[str] = field(default_factory=set)
    _numbered: list[ListStyle] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.inlines = InlineWriter(self._add_note, self._label_particle, self.losses, self.own)

    def write(self, blocks: Sequence[Placed]) -> list[WrittenBlock]:
        """Write the blocks of a text; `notes` are complete then, as (label, text) in order of call."""
        self._collect_labels([one.block for one in blocks])
        written: list[WrittenBlock] = []
        previous: WordBlock | None = None
        marks = False
        for one in blocks:
            self.losses.place = one.place
            marks = _is_numbered(one.block, previous) and not marks
            text = self.write_block(one.block, other_marks=marks)
            if text:
                written.append(WrittenBlock(text, one.place))
                previous = one.block
        return written

    def write_notes(self) -> list[str]:
        """Write the footnotes."""
        return [f"[^{label}]: {body}" for label, body in self.notes]

    def write_block(self, block: WordBlock, *, other_marks: bool = False) -> str:
        """Write one block; "" if nothing of it is left.

        `other_marks`: a list right before it would go on, if this one had the same signs after its numbers.
        """
        match block:
            case WordHeading(level, pieces, id):
                text = escape_heading(self.inlines.write(pieces, line_starts=False).replace("\n", " "))
                return self._heading(text, level=level + 1, id=id) if text else ""
            case WordParagraph():
                return self._paragraph(block)
            case WordList():
                return self._list(block, other_marks=other_marks)
            case WordQuote(blocks):
                inner = self._blocks(blocks)
                return "\n".join(f"> {line}".rstrip() for line in inner.split("\n")) if inner else ""
            case WordTable():
                return self._table(block)
            case WordCode(text):
                return _fenced(text)
            case WordRule():
                return "---"

    def _blocks(self, blocks: Iterable[WordBlock], *, tight: bool = False) -> str:
        """Write blocks inside of another, where headings become paragraphs."""
        written: list[str] = []
        previous: WordBlock | None = None
        marks = False
        for block in blocks:
            marks = _is_numbered(block, previous) and not marks
            text = self._nested(block, other_marks=marks)
            if text:
                written.append(text)
                previous = block
        return ("\n" if tight else "\n\n").join(written)

    def _nested(self, block: WordBlock, *, other_marks: bool = False) -> str:
        if isinstance(block, WordHeading | WordParagraph):
            return self.inlines.write(block.pieces)
        return self.write_block(block, other_marks=other_marks)

    def _collect_labels(self, blocks: Sequence[WordBlock]) -> None:
        """Collect the labels of headings with ids, before the first reference to one of them is written."""
        headings = [one for one in blocks if isinstance(one, WordHeading)]
        for one in headings:
            if one.id:
                text = plain_text(one.pieces)
                self.reference_labels[one.id] = tuple(filter(None, (label_of(text), text)))
        guessed = [text for one in blocks if isinstance(one, WordParagraph) and (text := provision_in_bold(one))]
        self.top_level = 3 if headings or any(text.startswith(_TOP_LEVEL_NAMES) for text in guessed) else 2

    def _heading(self, text: str, *, level: int, id: str = "") -> str:
        return f"{'#' * min(level, MAX_HEADING_LEVEL)} {text}" + (f" {{#{id}}}" if id else "")

    def _paragraph(self, block: WordParagraph) -> str:
        guessed = provision_in_bold(block)
        if not guessed:
            return self.inlines.write(block.pieces)
        self.losses.add("headings_guessed")
        text = escape_heading(self.inlines.write(without_bold(block.pieces), line_starts=False).replace("\n", " "))
        return self._heading(text, level=2 if guessed.startswith(_TOP_LEVEL_NAMES) else self.top_level)

    def _list(self, block: WordList, *, other_marks: bool) -> str:
        if block.style == "decimal" and self._numbered[-1:] == ["decimal"] and not self.own:
            self.losses.add("digits_nested")
        self._numbered += [block.style] if block.style else []
        written = []
        for offset, item in enumerate(block.items):
            mark = self._mark(block, block.start + offset, other_marks=other_marks)
            inside = self._blocks(item, tight=block.tight)
            written.append(mark + inside.replace("\n", "\n" + " " * len(mark)) if inside else mark.rstrip())
        del self._numbered[len(self._numbered) - bool(block.style) :]
        lines = ("\n" if block.tight else "\n\n").join(written).split("\n")
        return "\n".join(_strip_blank(line) for line in lines)

    def _mark(self, block: WordList, number: int, *, other_marks: bool) -> str:
        if block.style is None:
            return "- "
        if block.style == "decimal":
            return f"{number}{')' if other_marks else '.'} "
        return f"({item_label(number, style=block.style, digits='latn')}) "

    def _add_note(self, note: NotePiece) -> str:
        label = note.label
        if not label or label in self._labels:
            number = len(self.notes) + 1
            while str(number) in self._labels:
                number += 1
            label = str(number)
        self._labels.add(label)
        index = len(self.notes)
        self.notes.append((label, ""))
        body = self._blocks(note.blocks).replace("\n", "\n" + _INDENT)
        self.notes[index] = (label, "\n".join(_strip_blank(line) for line in body.split("\n")))
        return label

    def _label_particle(self, id: str, words: str) -> str | None:
        labels = [in_digits(label, "latn") for label in self.reference_labels.get(id, ())]
        return typed_particle(in_digits(words.replace("\u00a0", " ").strip(), "latn"), labels)

    def _table(self, table: WordTable) -> str:
        rows = [[self._cell(cell) for cell in row] for row in table.rows]
        rules = [_COLUMN_RULES[align] for align in table.aligns]
        return "\n".join("| " + " | ".join(row) + " |" for row in (rows[0], rules, *rows[1:]))

    def _cell(self, blocks: Sequence[WordBlock]) -> str:
        parts = filter(None, (self._cell_block(one) for one in blocks))
        return " ".join(parts).replace("\n", " ").replace("|", "\\|")

    def _cell_block(self, block: WordBlock) -> str:
        """Write a block in a cell on one line: items with their labels, cells of a table with commas between them."""
        match block:
            case WordHeading(_, pieces, _) | WordParagraph(pieces):
                return self.inlines.write(pieces, line_starts=False)
            case WordList():
                marks = (
                    "• " if block.style is None else self._mark(block, block.start + offset, other_marks=False)
                    for offset in range(len(block.items))
                )
                return " ".join(mark + self._cell(item) for mark, item in zip(marks, block.items, strict=True))
            case WordQuote(blocks):
                return self._cell(blocks)
            case WordTable():
                comma, semicolon = ("، ", "؛ ") if self.lang == "ar" else (", ", "; ")
                return semicolon.join(comma.join(filter(None, map(self._cell, row))) for row in block.rows)
            case WordCode(text):
                return self.inlines.write(_code(text), line_starts=False)
            case WordRule():
                return ""


def _code(text: str) -> Pieces:
    return (TextPiece(text.replace("\n", " "), PieceStyle(code=True)),)


def _strip_blank(line: str) -> str:
    return line if line.strip() else ""


def _is_numbered(block: WordBlock, previous: WordBlock | None) -> bool:
    """Return whether two lists with digits stand next to each other."""
    both = (block, previous)
    return all(isinstance(one, WordList) and one.style == "decimal" for one in both)


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"(?m)^`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}\n{text.rstrip(chr(10))}\n{fence}"
