"""Numbered paragraphs: the paragraphs of a text numbered through, as United Nations documents are, if a document asks.

Numbers are printed and not stored. Headings, lists, quotations and tables have none.
"""

from collections.abc import Callable, Iterable, Iterator

from service.domain.text.markup.tree import Block, Paragraph
from service.domain.text.structure.list_labels import printed_label
from workers.render.content.manuscript import Manuscript
from workers.render.content.pandoc_json import Node, node, write_blocks
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
    blocks: Iterable[Block], manuscript: Manuscript, *, page: TablePage, write_number: Callable[[str], Node]
) -> list[Node]:
    """Write the blocks of the text as pandoc nodes; `write_number` makes the inline before a numbered paragraph."""
    blocks = tuple(blocks)
    labels = paragraph_labels(blocks, manuscript)
    return [
        node(each["t"], [write_number(label), *each["c"]]) if label else each
        for each, label in zip(write_blocks(blocks, page=page), labels, strict=True)
    ]
