"""Passes from tree to tree, before any target is thought of: what every kind of paper needs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from service.domain.text.markup.tree import (
    Block,
    BulletList,
    Cell,
    Cite,
    Emphasis,
    Heading,
    Inline,
    Item,
    Link,
    Note,
    OrderedList,
    Paragraph,
    Quote,
    Row,
    Run,
    Strong,
    Table,
    Tree,
    Words,
)
from service.domain.text.structure.instruments import citation
from service.domain.text.structure.provisions import Digits

Labels = Mapping[str, str]
"""What `[](#id)` prints, by id."""


SHORT_LABEL = 20
"""Characters."""


def prepare(tree: Tree, *, labels: Labels, lang: str, digits: Digits) -> tuple[Block, ...]:
    """The blocks of `tree` with references and citations in words, links only to headings that are there, each id
    once, and levels of headings that start at 1 and skip none (PDF/UA-1, ISO 14289-1 §7.4.2)."""
    return tuple(level(_unique(Resolver(labels, _ids(tree.blocks), lang, digits).blocks(tree.blocks))))


def demote(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """`blocks` with headings as strong paragraphs: for a reservation, which is no part of the document's outline."""
    return tuple(
        Paragraph((Strong(block.children),), block.span) if isinstance(block, Heading) else block for block in blocks
    )


def headings(blocks: Iterable[Block]) -> Iterator[Heading]:
    """Every heading at the top of the text, in order. Headings inside lists and quotations are demoted by `prepare`."""
    return (block for block in blocks if isinstance(block, Heading))


def level(blocks: Iterable[Block]) -> Iterator[Block]:
    """The levels in use counted from 1, and never a step of more than one down."""
    blocks = tuple(blocks)
    ranks = {used: rank for rank, used in enumerate(sorted({heading.level for heading in headings(blocks)}), 1)}
    last = 0
    for block in blocks:
        if isinstance(block, Heading):
            last = min(ranks[block.level], last + 1)
            yield replace(block, level=last)
        else:
            yield block


def plain(inlines: Iterable[Inline]) -> str:
    """The characters of `inlines`, without notes."""
    return "".join(_plain(inline) for inline in inlines)


def _whole(label: str) -> str:
    """«المادة ١٢» stays on one line."""
    return label.replace(" ", "\u00a0") if len(label) <= SHORT_LABEL else label


def _plain(inline: Inline) -> str:
    match inline:
        case Words(text):
            return text
        case Emphasis(children) | Strong(children) | Link(_, children) | Run(_, _, children):
            return plain(children)
        case Note():
            return ""
    return getattr(inline, "text", " ")


def _ids(blocks: Iterable[Block]) -> frozenset[str]:
    return frozenset(heading.id for heading in headings(blocks) if heading.id)


def _unique(blocks: Iterable[Block]) -> Iterator[Block]:
    seen: set[str] = set()
    for block in blocks:
        if isinstance(block, Heading) and block.id in seen:
            yield replace(block, id=None)
            continue
        if isinstance(block, Heading) and block.id:
            seen.add(block.id)
        yield block


@dataclass(frozen=True, slots=True)
class Resolver:
    """Walks a tree and puts words in the place of references."""

    labels: Labels
    known: frozenset[str]
    lang: str
    digits: Digits

    def blocks(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        return tuple(self.block(block) for block in blocks)

    def block(self, block: Block) -> Block:
        match block:
            case Heading() | Paragraph():
                return replace(block, children=self.inlines(block.children))
            case BulletList() | OrderedList():
                return replace(block, items=tuple(self.item(item) for item in block.items))
            case Quote():
                return replace(block, blocks=self.inner(block.blocks))
            case Table():
                return replace(block, head=self.row(block.head), rows=tuple(self.row(row) for row in block.rows))
        return block

    def item(self, item: Item) -> Item:
        return replace(item, blocks=self.inner(item.blocks))

    def inner(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        return demote(self.blocks(blocks))

    def row(self, row: Row) -> Row:
        return replace(row, cells=tuple(Cell(self.inlines(cell.children)) for cell in row.cells))

    def inlines(self, inlines: Iterable[Inline]) -> tuple[Inline, ...]:
        return tuple(resolved for inline in inlines for resolved in self.inline(inline))

    def inline(self, inline: Inline) -> tuple[Inline, ...]:
        match inline:
            case Link(href, children) if href.startswith("#"):
                return self.reference(href[1:], self.inlines(children))
            case Emphasis() | Strong() | Link() | Run():
                return (replace(inline, children=self.inlines(inline.children)),)
            case Note():
                return (replace(inline, blocks=self.inner(inline.blocks)),)
            case Cite():
                return citation(inline, lang=self.lang, digits=self.digits)
        return (inline,)

    def reference(self, target: str, children: tuple[Inline, ...]) -> tuple[Inline, ...]:
        shown = children or (Words(_whole(self.labels.get(target, f"#{target}"))),)
        return (Link(f"#{target}", shown),) if target in self.known else shown
