"""Marks on paragraphs: the style of each paragraph, and how deep in lists and quotations it stands.

Pandoc's writer keeps neither: it gives an item's second paragraph a numbering of its own, and has no styles for lists.
So every paragraph gets a custom style whose name carries a mark; `apply_mark` puts the style and the indentation in its
place. What a reader of the file needs to find lists and quotations again is written down in templates/README.md.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from workers.render.content.allowed_nodes import walk_nodes
from workers.render.content.pandoc_json import Node, attr, node

MAX_STYLE_LEVEL = 5
"""Word has list styles for five levels; deeper items have the fifth with their own indentation."""

REVERSED_STYLE = "Reservation Against"
"""Style of paragraphs whose direction is opposite to the page's."""

_MARK = re.compile(
    r"(?P<style>[A-Za-z0-9]+)-(?P<lists>\d+)-(?P<quotes>\d+)(?P<loose>l?)(?P<reversed>r?)(?P<keep>k?)"
    r"(?:-(?P<size>[0-9.]+)(?P<landscape>w?))?"
)
_PARAGRAPHS = {"Para", "Plain"}
_ANNOUNCED = {"BulletList", "OrderedList", "Table", "BlockQuote"}
_NOTHING: Any = object()


@dataclass(frozen=True, slots=True)
class ParagraphMark:
    """The id of a paragraph style, the numbers of lists and quotations around it, and its direction.

    `keep`: it stays on the page of what follows. `loose`: there is a space between the items of its list, as in
    CommonMark. In a table, `size` is that of the type in points, and `landscape` says that the table stands on a page
    on its side.
    """

    style: str
    lists: int = 0
    quotes: int = 0
    loose: bool = False
    is_reversed: bool = False
    keep: bool = False
    size: float = 0
    landscape: bool = False

    def encode(self) -> str:
        """Return the name of the custom style that carries the mark through pandoc."""
        table = f"-{self.size:g}{'w' * self.landscape}" if self.size else ""
        flags = "l" * self.loose + "r" * self.is_reversed + "k" * self.keep
        return f"{self.style}-{self.lists}-{self.quotes}{flags}{table}"


def decode_mark(name: str) -> ParagraphMark | None:
    """Return the mark that a style's name carries, None for a style without one."""
    found = _MARK.fullmatch(name)
    if not found:
        return None
    lists, quotes = int(found["lists"]), int(found["quotes"])
    return ParagraphMark(
        found["style"],
        lists,
        quotes,
        loose=bool(found["loose"]),
        is_reversed=bool(found["reversed"]),
        keep=bool(found["keep"]),
        size=float(found["size"] or 0),
        landscape=bool(found["landscape"]),
    )


def mark_paragraphs(blocks: Iterable[Node], *, style: str = "Body Text") -> list[Node]:
    """Mark every paragraph of pandoc's blocks; `style` is that of paragraphs outside of lists and quotations."""
    context = _Context(style, ParagraphMark("", is_reversed=style == REVERSED_STYLE))
    return list(context.blocks(blocks))


@dataclass(frozen=True, slots=True)
class _Context:
    """The styles of a place: `plain` outside of lists and quotations; `mark` counts those around it."""

    plain: str
    mark: ParagraphMark
    in_note: bool = False

    def blocks(self, blocks: Iterable[Node]) -> Iterator[Node]:
        blocks = list(blocks)
        for each, following in zip_longest(blocks, blocks[1:]):
            announces = following is not None and following["t"] in _ANNOUNCED and _ends_in_colon(each)
            yield from self.block(each, keep=announces)

    def block(self, block: Node, *, keep: bool) -> Iterator[Node]:
        kind, content = block["t"], block.get("c", _NOTHING)
        if kind in _PARAGRAPHS:
            yield self.paragraph(content, self.style_here(), keep=keep)
        elif kind == "CodeBlock":
            yield self.paragraph(_code_lines(content[1]), "Source Code")
        elif kind == "BlockQuote":
            yield from self.inside_quotation().blocks(content)
        elif kind == "BulletList":
            yield node("BulletList", self.items(content, "List Bullet"))
        elif kind == "OrderedList":
            yield node("OrderedList", [content[0], self.items(content[1], "List Number")])
        elif kind == "Table":
            yield self.table(content)
        elif kind == "Div":
            yield from self.division(content)
        elif content is _NOTHING:
            yield block
        else:
            yield node(kind, self.inside(content))

    def division(self, content: Any) -> Iterator[Node]:
        """Mark the blocks of a division; the style that it names is that of its paragraphs."""
        style = dict(content[0][2])["custom-style"]
        yield from replace(self, plain=style, mark=replace(self.mark, is_reversed=style == REVERSED_STYLE)).blocks(
            content[1]
        )

    def style_here(self) -> str:
        """Return the style of a paragraph that is not the first of an item."""
        if self.in_note:
            return self.plain
        if self.mark.style:
            return _at_level("List Continue", self.mark.lists)
        return "Quote" if self.mark.quotes else self.plain

    def inside_quotation(self) -> "_Context":
        return replace(self, mark=replace(self.mark, style="", quotes=self.mark.quotes + 1))

    def items(self, items: list[list[Node]], style: str) -> list[list[Node]]:
        """Mark the blocks of items: the first paragraph of each has its label."""
        lists, is_loose = self.mark.lists + 1, any(block["t"] == "Para" for item in items for block in item)
        inside = replace(self, mark=replace(self.mark, style="List", lists=lists, loose=is_loose))
        labelled = self.plain if self.in_note else _at_level(style, lists)
        return [list(inside.item(item, labelled)) for item in items]

    def item(self, item: list[Node], style: str) -> Iterator[Node]:
        """Mark the blocks of one item; one without a paragraph at its beginning gets an empty one for the label."""
        first, rest = (item[0]["c"], item[1:]) if item and item[0]["t"] in _PARAGRAPHS else ([], item)
        announces = bool(rest) and rest[0]["t"] in _ANNOUNCED and _ends_in_colon(node("Para", first))
        yield self.paragraph(first or [node("Str", "")], style, keep=announces)
        yield from self.blocks(rest)

    def table(self, content: Any) -> Node:
        """Mark the paragraphs of a table, which carry its layout."""
        (_, _, pairs), *before, head, bodies, foot = content
        layout = dict(pairs)
        mark = replace(self.mark, loose=False, size=float(layout["size"]), landscape=layout["landscape"] == "true")
        cells = replace(self, mark=mark)
        bodies = [[one[0], one[1], *(cells.rows(rows, "Table Text") for rows in one[2:])] for one in bodies]
        return node("Table", [attr(), *before, [head[0], cells.rows(head[1], "Table Heading")], bodies, foot])

    def rows(self, rows: list[Any], style: str) -> list[Any]:
        """Mark the paragraphs of the cells in rows."""
        return [[attributes, [self.cell(cell, style) for cell in cells]] for attributes, cells in rows]

    def cell(self, cell: Any, style: str) -> Any:
        *properties, blocks = cell
        inlines = [block["c"] for block in blocks] or [[]]
        return [*properties, [self.paragraph(one or [node("Str", "")], style) for one in inlines]]

    def paragraph(self, inlines: Any, style: str, *, keep: bool = False) -> Node:
        """Mark a paragraph. In a note it has the style of notes already, which pandoc needs to find the first."""
        if self.in_note and not self.mark.lists and not self.mark.quotes and not self.mark.size:
            return node("Para", self.inside(inlines))
        mark = replace(self.mark, style=style.replace(" ", ""), keep=keep)
        return node("Div", [attr(custom_style=mark.encode()), [node("Para", self.inside(inlines))]])

    def inside(self, value: Any) -> Any:
        """Mark the paragraphs of the notes in inline nodes."""
        if isinstance(value, list):
            return [self.inside(each) for each in value]
        if not isinstance(value, dict) or "c" not in value:
            return value
        if value["t"] == "Note":
            return node("Note", list(_Context("Footnote Text", ParagraphMark(""), in_note=True).blocks(value["c"])))
        return node(value["t"], self.inside(value["c"]))


def _ends_in_colon(block: Node) -> bool:
    """Return whether a block is a paragraph that announces what follows."""
    words = [each["c"] for each in walk_nodes(block) if each["t"] == "Str"] if block["t"] in _PARAGRAPHS else []
    return bool(words) and str(words[-1]).rstrip().endswith(":")


def _at_level(style: str, level: int) -> str:
    level = min(level, MAX_STYLE_LEVEL)
    return style if level == 1 else f"{style} {level}"


def _code_lines(text: str) -> list[Node]:
    lines: list[Node] = []
    for line in text.removesuffix("\n").split("\n"):
        lines += [node("LineBreak"), node("Code", [attr(), line])] if lines else [node("Code", [attr(), line])]
    return lines
