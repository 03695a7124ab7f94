"""Single changes of a tree that a reader would notice: what the comparison of a file with its text must find."""

import itertools
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from service.domain.text.markup.tree import (
    Block,
    Cell,
    CodeBlock,
    Heading,
    Item,
    Note,
    OrderedList,
    Paragraph,
    PlainText,
    Row,
    Table,
)

TATWEEL = "\u0640"
"""Lengthens a word and is no letter: the comparison of a page ignores it."""

Change = tuple[str, tuple[Any, ...]]
"""What was changed, and the nodes after it."""


def changes(blocks: tuple[Block, ...]) -> list[Change]:
    """Return every change: a word, number, note, cell, row, item, paragraph taken out, two of them swapped."""
    return list(_of_sequence(blocks))


def _of_sequence(nodes: tuple[Any, ...]) -> Iterator[Change]:
    """Yield the changes of one node of a sequence, and those of their order."""
    for index, node in enumerate(nodes):
        for name, changed in _of_node(node):
            yield name, (*nodes[:index], *changed, *nodes[index + 1 :])
    for index, (one, other) in enumerate(itertools.pairwise(nodes)):
        is_moved = isinstance(one, Paragraph | Row | Item | Heading) and _words(one) and _words(other)
        if is_moved and _words(one) != _words(other):
            yield "swapped", (*nodes[:index], other, one, *nodes[index + 2 :])


def _of_node(node: Any) -> Iterator[Change]:
    """Yield the changes of a node, as what stands in its place."""
    match node:
        case PlainText(text):
            yield from _of_words(text)
        case CodeBlock(text):
            yield "word", (replace(node, text=text.replace("first ", "", 1)),)
        case Note(blocks=blocks) if blocks:
            yield "note", ()
        case Row(cells=cells) if _words(cells[0]):
            yield "cell", (replace(node, cells=(*cells[1:], Cell(()))),)
        case OrderedList(start=start):
            yield "number", (replace(node, start=start + 1),)
        case Heading(children=children, span=span):
            yield "heading", (Paragraph(children, span),)
        case Table(rows=rows) if rows:
            yield "row", (replace(node, rows=rows[1:]),)
        case Paragraph() | Item() if _words(node):
            yield type(node).__name__.lower(), ()
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, tuple) and value and is_dataclass(value[0]):
            for name, changed in _of_sequence(value):
                yield name, (replace(node, **{field.name: changed}),)
        elif is_dataclass(value):
            for name, changed in _of_node(value):
                if len(changed) == 1:
                    yield name, (replace(node, **{field.name: changed[0]}),)


def _of_words(text: str) -> Iterator[Change]:
    words = text.split(" ")
    for index, word in enumerate(words):
        if not _words(word):
            continue
        name = "number" if any(map(str.isdigit, word)) else "word"
        yield name, (PlainText(" ".join((*words[:index], *words[index + 1 :]))),)
        before = words[index - 1] if index else ""
        if _words(before) and _words(before) != _words(word):
            yield "words", (PlainText(" ".join((*words[: index - 1], word, before, *words[index + 1 :]))),)


def _words(node: Any) -> str:
    """Return the letters and digits of a node, as they are compared: «ﷲ» and «الله» are one word."""
    if isinstance(node, str):
        return "".join(each for each in unicodedata.normalize("NFKC", node) if each.isalnum() and each != TATWEEL)
    if isinstance(node, tuple):
        return "".join(map(_words, node))
    if not is_dataclass(node):
        return ""
    return "".join(_words(getattr(node, field.name)) for field in fields(node) if field.name in _VISIBLE)


_VISIBLE = {"text", "children", "blocks", "items", "cells", "head", "rows"}
"""Fields that are printed."""
