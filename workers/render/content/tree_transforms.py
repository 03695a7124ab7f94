"""Transforms from tree to tree that every format needs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import regex

from service.domain.text.markup.tree import (
    Block,
    BulletList,
    Cell,
    Citation,
    DirectionalRun,
    Emphasis,
    Heading,
    Inline,
    Item,
    LineBreak,
    LineMark,
    Link,
    Note,
    OrderedList,
    Paragraph,
    PlainText,
    Quote,
    Row,
    Strong,
    Table,
    Tree,
)
from service.domain.text.structure.instruments import render_citation
from service.domain.text.structure.provisions import Digits
from service.domain.text.structure.references import resolve_references

_VISIBLE = regex.compile(r"[^\s\p{Default_Ignorable_Code_Point}]")

Labels = Mapping[str, str]
"""The text that `[](#id)` prints, by heading id."""


MAX_UNBROKEN_LABEL = 20
"""Code points of a label that is kept on one line."""


def prepare_blocks(tree: Tree, *, labels: Labels, lang: str, digits: Digits) -> tuple[Block, ...]:
    """Prepare the blocks of a tree for print.

    References and citations become text, links lead only to existing headings, ids are unique, and heading levels start
    at 1 and skip none (PDF/UA-1, ISO 14289-1 §7.4.2). A heading without words is no heading.
    """
    blocks = tuple(_without_empty_headings(tree.blocks))
    resolver = ReferenceResolver(labels, _heading_ids(blocks), lang, digits)
    return tuple(normalise_levels(_unique_ids(resolver.resolve_blocks(blocks))))


def _without_empty_headings(blocks: Iterable[Block]) -> Iterator[Block]:
    """Turn a heading that prints nothing but notes into a paragraph, and leave it out where it has none."""
    for block in blocks:
        if not isinstance(block, Heading) or _VISIBLE.search(plain_text(block.children)):
            yield block
        elif any(True for _ in notes_in(block.children)):
            yield Paragraph(block.children, block.span)


def demote_headings(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Turn headings into strong paragraphs: a reservation is not part of the document's outline."""
    return tuple(
        Paragraph((Strong(block.children),), block.span) if isinstance(block, Heading) else block for block in blocks
    )


def top_level_headings(blocks: Iterable[Block]) -> Iterator[Heading]:
    """Yield the headings at the top level, in order; `prepare_blocks` demotes those inside lists and quotations."""
    return (block for block in blocks if isinstance(block, Heading))


def normalise_levels(blocks: Iterable[Block]) -> Iterator[Block]:
    """Renumber the levels in use from 1, and never step down by more than one."""
    blocks = tuple(blocks)
    ranks = {
        used: rank for rank, used in enumerate(sorted({heading.level for heading in top_level_headings(blocks)}), 1)
    }
    last = 0
    for block in blocks:
        if isinstance(block, Heading):
            last = min(ranks[block.level], last + 1)
            yield replace(block, level=last)
        else:
            yield block


def plain_text(inlines: Iterable[Inline], *, note: str = "") -> str:
    """Return the text of inlines, with `note` in the place of each footnote."""
    return "".join(_inline_text(inline, note) for inline in inlines)


def notes_in(inlines: Iterable[Inline]) -> Iterator[Note]:
    """Yield the notes called in inlines."""
    for inline in inlines:
        if isinstance(inline, Note):
            yield inline
        elif isinstance(inline, Emphasis | Strong | Link | DirectionalRun):
            yield from notes_in(inline.children)


def _unbreakable_label(label: str) -> str:
    """Keep «المادة ١٢» on one line with no-break spaces."""
    return label.replace(" ", "\u00a0") if len(label) <= MAX_UNBROKEN_LABEL else label


def _inline_text(inline: Inline, note: str) -> str:
    match inline:
        case PlainText(text):
            return text
        case Emphasis(children) | Strong(children) | Link(_, children) | DirectionalRun(_, _, children):
            return plain_text(children, note=note)
        case Note():
            return note
        case LineMark():
            return ""
        case LineBreak():
            return "\n"
    return getattr(inline, "text", " ")


def _heading_ids(blocks: Iterable[Block]) -> frozenset[str]:
    return frozenset(heading.id for heading in top_level_headings(blocks) if heading.id)


def _unique_ids(blocks: Iterable[Block]) -> Iterator[Block]:
    used_ids: set[str] = set()
    for block in blocks:
        if isinstance(block, Heading) and block.id in used_ids:
            yield replace(block, id=None)
            continue
        if isinstance(block, Heading) and block.id:
            used_ids.add(block.id)
        yield block


@dataclass(frozen=True, slots=True)
class ReferenceResolver:
    """Replaces references and citations in a tree by their text."""

    labels: Labels
    known_ids: frozenset[str]
    lang: str
    digits: Digits
    called: set[int] = field(default_factory=set)
    """Numbers of the notes that were called so far."""

    def resolve_blocks(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """Resolve the references in blocks."""
        return tuple(self.resolve_block(block) for block in blocks)

    def resolve_block(self, block: Block) -> Block:
        """Resolve the references in one block."""
        match block:
            case Heading() | Paragraph():
                return replace(block, children=self.resolve_inlines(block.children))
            case BulletList() | OrderedList():
                return replace(block, items=tuple(self.resolve_item(item) for item in block.items))
            case Quote():
                return replace(block, blocks=self.nested_blocks(block.blocks))
            case Table():
                return replace(
                    block, head=self.resolve_row(block.head), rows=tuple(self.resolve_row(row) for row in block.rows)
                )
        return block

    def resolve_item(self, item: Item) -> Item:
        """Resolve the references in a list item."""
        return replace(item, blocks=self.nested_blocks(item.blocks))

    def nested_blocks(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """Resolve the references in nested blocks, with headings demoted."""
        return demote_headings(self.resolve_blocks(blocks))

    def resolve_row(self, row: Row) -> Row:
        """Resolve the references in a table row."""
        return replace(row, cells=tuple(Cell(self.resolve_inlines(cell.children)) for cell in row.cells))

    def resolve_inlines(self, inlines: Iterable[Inline]) -> tuple[Inline, ...]:
        """Resolve the references in inlines."""
        known = resolve_references(inlines, self.labels, digits=self.digits, spell=_unbreakable_label)
        return tuple(resolved for inline in known for resolved in self.resolve_inline(inline))

    def resolve_inline(self, inline: Inline) -> tuple[Inline, ...]:
        """Resolve the references in one inline."""
        match inline:
            case Link(href, children) if href.startswith("#"):
                return self.resolve_reference(href[1:], self.resolve_inlines(children))
            case Emphasis() | Strong() | Link() | DirectionalRun():
                return (replace(inline, children=self.resolve_inlines(inline.children)),)
            case Note():
                return (self.resolve_note(inline),)
            case Citation():
                return render_citation(inline, lang=self.lang, digits=self.digits)
        return (inline,)

    def resolve_note(self, note: Note) -> Note:
        """Resolve the references in a note; one without words gets a paragraph, or it would be a note called again."""
        is_repeat = note.number in self.called
        self.called.add(note.number)
        blocks = note.blocks if note.blocks or is_repeat else (Paragraph((), (0, 0)),)
        return replace(note, blocks=self.nested_blocks(blocks))

    def resolve_reference(self, target: str, children: tuple[Inline, ...]) -> tuple[Inline, ...]:
        """Return the text of a reference, as a link if its target exists."""
        text = children or (PlainText(_unbreakable_label(f"#{target}")),)
        return (Link(f"#{target}", text),) if target in self.known_ids else text
