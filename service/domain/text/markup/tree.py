"""The tree of an edition: what the one reader gives, and preview, outline, checks and exports walk.

Spans are half-open ranges of code points of the canonical text the tree was read from. They cover whole source lines of
a block (without its trailing newline); inline nodes carry none. All values are frozen and hashable.
"""

from dataclasses import dataclass
from typing import Literal

Span = tuple[int, int]
Align = Literal["start", "end", "center", "default"]
Direction = Literal["ltr", "rtl"]


# Inline nodes


@dataclass(frozen=True, slots=True)
class PlainText:
    """Plain characters, shown as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    children: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Strong:
    children: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A single newline inside a paragraph: a line break (DESIGN §4.4)."""


@dataclass(frozen=True, slots=True)
class Link:
    """`href` has the scheme http, https or mailto, or is `#id` of a heading. Without children and with `#id` it is a
    reference that prints the provision's label: `[](#equality)` reads "Article 12"."""

    href: str
    children: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class DirectionalRun:
    """A foreign run: `[14-B]{dir=ltr}`, optionally with `lang`."""

    direction: Direction | None
    lang: str | None
    children: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote, at the place it is called from. `number` counts from 1 in order of first call; a second call of the
    same note repeats the number and has no blocks."""

    number: int
    label: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """An international instrument, `iccpr` or `iccpr-25`, as a note names it: its words are made for each language."""

    ref: str


Inline = PlainText | Emphasis | Strong | Code | LineBreak | Link | DirectionalRun | Note | Citation


# Blocks


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1–6; `id` from a trailing `{#id}`, else None."""

    level: int
    id: str | None
    children: tuple[Inline, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Paragraph:
    children: tuple[Inline, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Item:
    blocks: tuple["Block", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class BulletList:
    items: tuple[Item, ...]
    tight: bool
    span: Span


@dataclass(frozen=True, slots=True)
class OrderedList:
    start: int
    items: tuple[Item, ...]
    tight: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple["Block", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Cell:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has `len(aligns)` cells."""

    aligns: tuple[Align, ...]
    head: Row
    rows: tuple[Row, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class CodeBlock:
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class ThematicBreak:
    """A thematic break."""

    span: Span


Block = Heading | Paragraph | BulletList | OrderedList | Quote | Table | CodeBlock | ThematicBreak


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole edition. `notes` are the notes in order of first call; definitions nobody calls are in `uncalled`
    (labels), for a remark to the drafter."""

    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]
    uncalled: tuple[str, ...]
