"""The writer from a tree to pandoc's JSON, neutral of the target.

What one target alone needs is added in `target_filters`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from service.domain.text.markup.tree import (
    Block,
    BulletList,
    Cell,
    Citation,
    Code,
    CodeBlock,
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
    ThematicBreak,
)
from workers.render.content.list_numbering import ListAttributes, attributes_of
from workers.render.content.table_layout import DEFAULT_PAGE, TablePage, column_widths

API_VERSION = [1, 23, 1, 1]
"""Version of the AST (pandoc-types) of the bundled pandoc."""

ID_PREFIX = "p-"
"""Before every id of the text, so that no heading takes a name that the templates use."""

NOTE_PREFIX, CITATION_PREFIX, SCOPED_NOTE_PREFIX = "n-", "c-", "s-"
"""Bookmarks around the mark of a footnote store its label, or the instrument that it cites; or, outside the text, the
part of the document and the label."""

_BOOKMARK_LABEL = re.compile(r"[\w-]{1,38}")
"""Labels that a bookmark can store: Word allows 40 characters."""

WEIGHT_EMPHASIS_STYLE = "Emphasis by Weight"
LANGUAGE_STYLE_PREFIX = "In Language "
"""Character styles of exported Word files that carry markup, so that it survives a round trip through Word."""

_CITED = "ref:"

Node = dict[str, Any]
Attr = list[Any]

_ALIGN = {"start": "AlignDefault", "end": "AlignRight", "center": "AlignCenter", "default": "AlignDefault"}
_SPACES = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029]+")


def document(blocks: Iterable[Node], *, meta: Mapping[str, str] | None = None) -> bytes:
    """Return a whole pandoc document as JSON. The values of `meta` are plain text."""
    values = {key: node("MetaInlines", text_inlines(value)) for key, value in (meta or {}).items()}
    root = {"pandoc-api-version": API_VERSION, "meta": values, "blocks": list(blocks)}
    return json.dumps(root, ensure_ascii=False).encode()


def node(kind: str, content: object = None) -> Node:
    """Build an AST node; `content` None gives a node without content."""
    return {"t": kind} if content is None else {"t": kind, "c": content}


def attr(identifier: str = "", classes: Iterable[str] = (), **pairs: str) -> Attr:
    """Build pandoc's Attr: identifier, classes, and key-value pairs, with `_` in keys as `-`."""
    return [identifier, list(classes), [[key.replace("_", "-"), value] for key, value in pairs.items()]]


def note_bookmark(label: str, *, scope: str = "text") -> str:
    """Return the name of the bookmark around the mark of a footnote, "" for a label that none can store."""
    if scope != "text":
        name, prefix = f"{scope}-{label.replace(':', '-')}", SCOPED_NOTE_PREFIX
    elif label.startswith(_CITED):
        name, prefix = label.removeprefix(_CITED), CITATION_PREFIX
    else:
        name, prefix = label, NOTE_PREFIX
    return prefix + name if _BOOKMARK_LABEL.fullmatch(name) else ""


def list_attributes(start: int, attributes: ListAttributes) -> list[Any]:
    """Build pandoc's ListAttributes."""
    return [start, *map(node, attributes)]


def text_inlines(text: str) -> list[Node]:
    """Return a plain text as Str and Space nodes."""
    parts = _SPACES.split(text)
    nodes = [node("Str", parts[0])] if parts[0] else []
    for part in parts[1:]:
        nodes += [node("Space"), node("Str", part)] if part else [node("Space")]
    return nodes


def write_blocks(blocks: Iterable[Block], *, page: TablePage = DEFAULT_PAGE) -> list[Node]:
    """Write blocks as pandoc nodes; `page` is what tables are measured for. Raises RenderTableTooWide."""
    return [_block(block, page) for block in blocks]


def write_inlines(inlines: Iterable[Inline], *, page: TablePage = DEFAULT_PAGE) -> list[Node]:
    """Write inlines as pandoc nodes; `page` is what tables in notes are measured for."""
    return [written for inline in inlines for written in _inline(inline, page)]


def _block(block: Block, page: TablePage) -> Node:
    match block:
        case Heading(level, id_, children):
            return node("Header", [level, attr(ID_PREFIX + id_ if id_ else ""), write_inlines(children, page=page)])
        case Paragraph(children):
            return node("Para", write_inlines(children, page=page))
        case BulletList(items, tight):
            return node("BulletList", [_item(item, tight, page) for item in items])
        case OrderedList(start, items, tight):
            attributes = list_attributes(start, attributes_of(block.style))
            return node("OrderedList", [attributes, [_item(item, tight, page) for item in items]])
        case Quote(blocks):
            return node("BlockQuote", write_blocks(blocks, page=page.indented()))
        case Table():
            return _table(block, page)
        case CodeBlock(text):
            return node("CodeBlock", [attr(), text])
        case ThematicBreak():
            return node("HorizontalRule")


def _inline(inline: Inline, page: TablePage) -> list[Node]:
    match inline:
        case PlainText(text):
            return text_inlines(text)
        case Emphasis(children):
            return [node("Emph", write_inlines(children, page=page))]
        case Strong(children):
            return [node("Strong", write_inlines(children, page=page))]
        case Code(text):
            return [node("Code", [attr(), text])]
        case LineBreak():
            return [node("LineBreak")]
        case Link(href, children):
            return [node("Link", [attr(), write_inlines(children, page=page), [_encode_href(href), ""]])]
        case DirectionalRun(direction, lang, children):
            pairs = {key: value for key, value in (("dir", direction), ("lang", lang)) if value}
            return [node("Span", [attr(**pairs), write_inlines(children, page=page)])]
        case Note():
            return [_note(inline, page)]
        case LineMark(number):
            return [node("Span", [attr(classes=["line"], number=str(number)), []])]
        case Citation():
            raise AssertionError("prepare_blocks resolves citations")


def _note(note: Note, page: TablePage) -> Node:
    """Return a span of class `note` with the footnote, or empty where the note is called again."""
    written = [node("Note", write_blocks(note.blocks, page=page.indented()))] if note.blocks else []
    return node("Span", [attr(classes=["note"], number=str(note.number), label=note.label), written])


def _encode_href(href: str) -> str:
    if href.startswith("#"):
        return f"#{ID_PREFIX}{href[1:]}"
    return quote(href, safe="%/:?#[]@!$&'()*+,;=-._~")


def _item(item: Item, tight: bool, page: TablePage) -> list[Node]:
    written = write_blocks(item.blocks, page=page.indented()) or [node("Plain", [])]
    return [node("Plain", block["c"]) if tight and block["t"] == "Para" else block for block in written]


def _table(table: Table, page: TablePage) -> Node:
    """Return a table; its attributes are the layout: `size` in points, `landscape` and `kept` on one page."""
    layout = column_widths(table, page=page)
    columns = [
        [node(_ALIGN[align]), node("ColWidth", share)] for align, share in zip(table.aligns, layout.shares, strict=True)
    ]
    attributes = attr(size=f"{layout.size:g}", landscape=_flag(layout.landscape), kept=_flag(layout.kept))
    head = [attr(), [_row(table.head, page)]]
    body = [attr(), 0, [], [_row(row, page) for row in table.rows]]
    return node("Table", [attributes, [None, []], columns, head, [body], [attr(), []]])


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _row(row: Row, page: TablePage) -> list[Any]:
    return [attr(), [_cell(cell, page) for cell in row.cells]]


def _cell(cell: Cell, page: TablePage) -> list[Any]:
    content = [node("Plain", write_inlines(cell.children, page=page))] if cell.children else []
    return [attr(), node("AlignDefault"), 1, 1, content]
