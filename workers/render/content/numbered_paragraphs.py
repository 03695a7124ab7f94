"""Numbered paragraphs: the paragraphs of a text numbered through, as United Nations documents are, if a document asks.

Numbers are printed and not stored. Headings, lists, quotations and tables have none.
"""

from collections.abc import Callable, Iterable, Iterator

from service.domain.text.markup.tree import Block, Heading, Paragraph
from service.domain.text.structure.list_labels import printed_label
from workers.render.content.manuscript import Manuscript
from workers.render.content.pandoc_json import Node, node, write_blocks
from workers.render.content.provision_headings import mark_heading
from workers.render.content.table_layout import TablePage


def paragraph_labels(blocks: Iterable[Block], manuscript: Manuscript) -> Iterator[str]:
    """Yield the printed label of each block, «٣-» or "3."; "" for a block without one."""
    number = 0
    for block in blocks:
        if manuscript.numbered_paragraphs and isinstance(block, Paragraph):
            number += 1
            yield printed_label(number, style="decimal", digits=manuscript.digits, lang=manuscript.lang)
        else:
            yield ""


def write_text(
    blocks: Iterable[Block],
    manuscript: Manuscript,
    *,
    page: TablePage,
    write_number: Callable[[str], Node],
    mark_provision: Callable[[list[Node]], list[Node]] = list,
) -> list[Node]:
    """Write the blocks of the text as pandoc nodes.

    `write_number` makes the inline before a numbered paragraph, `mark_provision` wraps the name and number that a
    heading begins with.
    """
    blocks = tuple(blocks)
    written = [
        mark_heading(block, each, mark_label=mark_provision) if isinstance(block, Heading) else each
        for block, each in zip(blocks, write_blocks(blocks, page=page), strict=True)
    ]
    return [
        node(each["t"], [write_number(label), *each["c"]]) if label else each
        for each, label in zip(written, paragraph_labels(blocks, manuscript), strict=True)
    ]
