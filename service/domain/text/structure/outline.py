"""Outline of an edition: its provisions, the labels that references print, and broken references."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.domain.text.markup.inlines import plain_text
from service.domain.text.markup.tree import (
    Block,
    BulletList,
    Heading,
    Inline,
    Link,
    Note,
    OrderedList,
    Paragraph,
    PlainText,
    Quote,
    Span,
    Table,
    Tree,
)
from service.domain.text.structure.provisions import Digits, in_digits, label_of


@dataclass(frozen=True, slots=True)
class Provision:
    """A heading.

    `label` is what a reference to it prints: the name and number it begins with ("Article 12"), else its `title`, the
    words of the whole heading.
    """

    level: int
    id: str | None
    label: str
    title: str
    span: Span


@dataclass(frozen=True, slots=True)
class Outline:
    """An outline; `labels` are by id.

    `broken` are ids that are referred to but belong to no heading, in order of first mention.
    """

    provisions: tuple[Provision, ...]
    labels: Mapping[str, str]
    broken: tuple[str, ...]


def build_outline(tree: Tree, *, digits: Digits | None = None) -> Outline:
    """Build the outline of an edition. Numbers in labels are in `digits`; None: as typed."""
    provisions = tuple(_to_provision(block, digits) for block in walk_blocks(tree.blocks) if isinstance(block, Heading))
    labels = {provision.id: provision.label for provision in provisions if provision.id}
    return Outline(
        provisions, labels, tuple(dict.fromkeys(target for target in _link_targets(tree) if target not in labels))
    )


def walk_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield every block in reading order, including those in lists and quotes, but not in notes."""
    for block in blocks:
        yield block
        match block:
            case BulletList(items=items) | OrderedList(items=items):
                for item in items:
                    yield from walk_blocks(item.blocks)
            case Quote(blocks=inner):
                yield from walk_blocks(inner)
            case _:
                pass


def _to_provision(heading: Heading, digits: Digits | None) -> Provision:
    title = plain_text(heading.children).strip()
    label = label_of(title) or title or heading.id or ""
    return Provision(heading.level, heading.id, in_digits(label, digits) if digits else label, title, heading.span)


def _link_targets(tree: Tree) -> Iterator[str]:
    """Yield the ids that links in the text and its notes refer to."""
    for blocks in (tree.blocks, *(note.blocks for note in tree.notes)):
        for block in walk_blocks(blocks):
            yield from _linked_ids(inline_children(block))


def inline_children(block: Block) -> tuple[Inline, ...]:
    """Return the inlines of a heading, a paragraph or a table; none of a block that contains blocks."""
    match block:
        case Heading(children=children) | Paragraph(children=children):
            return children
        case Table(head=head, rows=rows):
            return tuple(child for row in (head, *rows) for cell in row.cells for child in cell.children)
        case _:
            return ()


def _linked_ids(nodes: tuple[Inline, ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Link) and node.href.startswith("#"):
            yield node.href[1:]
        if not isinstance(node, Note | PlainText) and hasattr(node, "children"):
            yield from _linked_ids(node.children)
