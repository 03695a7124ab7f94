"""Headings of provisions in print: the number in a colour of its own, and parts that begin a page."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from service.domain.text.markup.tree import Block, Heading, PlainText
from service.domain.text.structure.provisions import label_of
from workers.render.content.pandoc_json import Node, node, text_inlines, write_inlines
from workers.render.content.tree_transforms import plain_text, top_level_headings

NO_BREAK_SPACE = "\u00a0"

_ARTICLES = ("مادة", "article")


def parts_begin_page(blocks: Iterable[Block]) -> bool:
    """Return whether the headings of level 1 are parts, which begin a page, and not articles themselves."""
    headings = tuple(top_level_headings(blocks))
    labels = [label_of(plain_text(each.children)) or "" for each in headings if each.level == 1]
    has_lower_level = any(each.level > 1 for each in headings)
    return has_lower_level and not any(name in label.lower() for label in labels for name in _ARTICLES)


def mark_heading(heading: Heading, written: Node, *, mark_label: Callable[[list[Node]], list[Node]]) -> Node:
    """Return the pandoc node of a heading with the name and number it begins with, «المادة ١٢», wrapped."""
    label = label_of(plain_text(heading.children)) or ""
    first = heading.children[0] if heading.children else None
    if not label or not isinstance(first, PlainText) or not first.text.startswith(label):
        return written
    level, attributes, _ = written["c"]
    rest = (replace(first, text=first.text.removeprefix(label)), *heading.children[1:])
    marked = mark_label(text_inlines(label.replace(" ", NO_BREAK_SPACE)))
    return node("Header", [level, attributes, [*marked, *write_inlines(rest)]])
