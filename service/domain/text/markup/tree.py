"""The syntax tree of an edition, built by the parser and walked by preview, outline, checks and exports.

Spans are half-open ranges of code points of the canonical source text. They cover the whole source lines of a block
(without the trailing newline); inline nodes have none. All values are frozen and hashable.
"""

from dataclasses import dataclass
from typing import Literal

Span = tuple[int, int]
Align = Literal["start", "end", "center", "default"]
Direction = Literal["ltr", "rtl"]
ListStyle = Literal["decimal", "abjad", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman"]
"""How the items of a list are numbered; the names are those of CSS, but `abjad`."""


# Inline nodes


@dataclass(frozen=True, slots=True)
class PlainText:
    """Literal characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Emphasised text."""

    children: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Strong:
    """Strongly emphasised text."""

    children: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A code span."""

    text: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A single newline inside a paragraph: a line break (DESIGN §4.4)."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link; `href` is http, https or mailto, or `#id` of a heading.

    Without children and with `#id` it is a reference that prints the provision's label: `[](#equality)` reads "Article
    12".
    """

    href: str
    children: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class DirectionalRun:
    """A run in another direction or language: `[14-B]{dir=ltr}`, optionally with `lang`."""

    direction: Direction | None
    lang: str | None
    children: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote, at the place of its call.

    `number` counts from 1 in order of first call; a later call of the same note repeats the number and has no blocks.
    """

    number: int
    label: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation of an international instrument, `iccpr` or `iccpr-25`; its wording is generated for each language."""

    ref: str


@dataclass(frozen=True, slots=True)
class LineMark:
    """Stands after the first word of a numbered line; only in trees that `line_numbers` made, never in parsed ones."""

    number: int


Inline = PlainText | Emphasis | Strong | Code | LineBreak | Link | DirectionalRun | Note | Citation | LineMark


# Blocks


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading. `level` is 1–6; `id` comes from a trailing `{#id}`, else None."""

    level: int
    id: str | None
    children: tuple[Inline, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    children: tuple[Inline, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list."""

    blocks: tuple["Block", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class BulletList:
    """A bulleted list; `tight` as in CommonMark."""

    items: tuple[Item, ...]
    tight: bool
    span: Span


@dataclass(frozen=True, slots=True)
class OrderedList:
    """A numbered list that begins with `start`; `tight` as in CommonMark; `style` is that of its markers."""

    start: int
    items: tuple[Item, ...]
    tight: bool
    span: Span
    style: ListStyle = "decimal"


@dataclass(frozen=True, slots=True)
class Quote:
    """A block quotation."""

    blocks: tuple["Block", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A table row."""

    cells: tuple[Cell, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has `len(aligns)` cells."""

    aligns: tuple[Align, ...]
    head: Row
    rows: tuple[Row, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A fenced code block."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class ThematicBreak:
    """A thematic break."""

    span: Span


Block = Heading | Paragraph | BulletList | OrderedList | Quote | Table | CodeBlock | ThematicBreak


@dataclass(frozen=True, slots=True)
class Tree:
    """The tree of a whole edition.

    `notes` are in order of first call. `uncalled` are labels of definitions that are never called, or defined twice,
    for a warning to the drafter.
    """

    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]
    uncalled: tuple[str, ...]
