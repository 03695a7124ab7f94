"""The allowlist of pandoc nodes per target: a node that is not on it is never printed."""

import re
from collections.abc import Iterator
from typing import Any

from workers.render.content.list_numbering import LIST_ATTRIBUTES
from workers.render.content.pandoc_json import Node
from workers.render.errors import RenderRefused

_IDENTIFIER = r"[a-z][a-z0-9-]*"
RAW_TYPST = re.compile(
    r'#"(?:[^"\\\x00-\x1f\x7f]|\\["\\])*";'  # text
    rf"|<note-{_IDENTIFIER}>|\#footnote\(<note-{_IDENTIFIER}>\)"
    r'|\#(?:foreign|unbroken)\((?:"ltr"|"rtl"|auto), (?:"[a-z]{2,3}"|auto)\)\['
    rf'|\#titled\([1-6]\)\[|\]\[|\]<{_IDENTIFIER}>|\#at-first\("{_IDENTIFIER}"\)\['
    r"|\#(?:against|announcing|kept|provision)\[|\#(?:together|sized|landscape)\([0-9.]{1,6}pt\)\["
    r'|\#labelled\((?:"[^"\\\x00-\x1f\x7f]+"(?:, (?="))?)*\)\[|\]'
    r'|\#paragraph-number\("[0-9٠-٩]{1,9}[.-]"\)'
    r"|\#line-mark\([0-9]{1,9}\)"
    rf"|\#let {_IDENTIFIER} = (?:\[|\()|\],|\)|\(\[|\["
)
"""Every form of raw Typst code that may be written; text is in the first."""

_BLOCKS = {"Header", "Para", "Plain", "BulletList", "OrderedList", "BlockQuote", "Table", "CodeBlock", "HorizontalRule"}
_INLINES = {"Space", "Emph", "Strong", "Code", "LineBreak", "Link", "Note"}
_TABLE_AND_LIST_PARTS = {
    "AlignDefault",
    "AlignLeft",
    "AlignRight",
    "AlignCenter",
    "ColWidth",
    *LIST_ATTRIBUTES,
}
ALLOWED_NODES = {
    "typst": _BLOCKS | _INLINES | _TABLE_AND_LIST_PARTS | {"RawBlock", "RawInline"},
    "docx": _BLOCKS | _INLINES | _TABLE_AND_LIST_PARTS | {"Str", "Span", "Superscript", "Div"},
}
"""Node types by target."""

_ALLOWED_HREF = re.compile(r"(?:https?://|mailto:|#)[^\s\"\\<>]*")


def check_allowed(value: Any, *, target: str) -> None:
    """Check that every node of `value` is allowed for `target`. Raises RenderRefused."""
    for each in walk_nodes(value):
        kind, content = each["t"], each.get("c") or ["", ""]
        if kind not in ALLOWED_NODES[target]:
            raise RenderRefused(detail=f"a node {kind} is not printed")
        if kind.startswith("Raw") and (content[0] != target or not RAW_TYPST.fullmatch(content[1])):
            raise RenderRefused(detail="a piece of raw code has an unknown form")
        if kind == "Link" and not _ALLOWED_HREF.fullmatch(content[2][0]):
            raise RenderRefused(detail="a link has an address that is not printed")


def walk_nodes(value: Any) -> Iterator[Node]:
    """Yield every node in `value`, outer ones first."""
    if isinstance(value, dict):
        yield value
        yield from walk_nodes(value.get("c"))
    elif isinstance(value, list):
        for each in value:
            yield from walk_nodes(each)
