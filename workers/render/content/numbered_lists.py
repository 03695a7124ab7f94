"""Rewrites numbered lists in pandoc's JSON for a target: Typst gets the labels of the items, DOCX the numbering."""

from collections.abc import Callable
from typing import Any

from service.domain.text.markup.tree import ListStyle
from service.domain.text.structure.list_labels import effective_style, printed_label
from service.domain.text.structure.provisions import Digits
from workers.render.content.list_numbering import docx_attributes, style_of
from workers.render.content.pandoc_json import Node, list_attributes, node

ListWriter = Callable[[int, ListStyle, ListStyle, Any], list[Node]]
"""Returns the nodes of a list from its start, its style in the text and in print, and its items."""


def label_for_typst(blocks: list[Node], *, lang: str, digits: Digits) -> list[Node]:
    """Put each list between the labels of its items: they follow one rule, and not Typst's."""

    def write(start: int, _: ListStyle, printed: ListStyle, items: Any) -> list[Node]:
        numbers = range(start, start + len(items))
        labels = ", ".join(f'"{printed_label(one, style=printed, digits=digits, lang=lang)}"' for one in numbers)
        plain = list_attributes(1, ("DefaultStyle", "DefaultDelim"))
        opening, closing = (node("RawBlock", ["typst", code]) for code in (f"#labelled({labels})[", "]"))
        return [opening, node("OrderedList", [plain, items]), closing]

    rewritten: list[Node] = _rewrite(blocks, None, lang, write)
    return rewritten


def number_for_docx(blocks: list[Node], *, lang: str) -> list[Node]:
    """Give each list the attributes from which post-processing writes Word's numbering."""

    def write(start: int, style: ListStyle, printed: ListStyle, items: Any) -> list[Node]:
        return [node("OrderedList", [list_attributes(start, docx_attributes(style, printed=printed)), items])]

    rewritten: list[Node] = _rewrite(blocks, None, lang, write)
    return rewritten


def _rewrite(value: Any, within: ListStyle | None, lang: str, write: ListWriter) -> Any:
    """Rewrite the lists in `value`; `within` is the printed style of the nearest numbered list around it."""
    if isinstance(value, dict):
        inner = None if value["t"] == "Note" else within
        return {"t": value["t"], "c": _rewrite(value["c"], inner, lang, write)} if "c" in value else value
    if not isinstance(value, list):
        return value
    rewritten: list[Any] = []
    for each in value:
        if isinstance(each, dict) and each["t"] == "OrderedList":
            (start, style, delimiter), items = each["c"]
            typed = style_of((style["t"], delimiter["t"]))
            printed = effective_style(typed, within=within, lang=lang)
            rewritten += write(start, typed, printed, _rewrite(items, printed, lang, write))
        else:
            rewritten.append(_rewrite(each, within, lang, write))
    return rewritten
