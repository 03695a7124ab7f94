"""Marks that a text shows literally, calls without a note, and formatted words, counted.

A merge is compared with both sides by these counts: it may have as many as they have together.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from service.domain.text.markup.tree import (
    Code,
    DirectionalRun,
    Emphasis,
    Inline,
    Link,
    PlainText,
    Strong,
    Tree,
)
from service.domain.text.structure.outline import inline_children, walk_blocks

_LITERAL = re.compile(r"\*\*|\*|`|\]\(|\[\^(?P<label>[^\]\s]{1,200})\]")
_WORD = re.compile(r"\w+")

InlineCounts = Counter[tuple[str, str]]
"""How often a text has something: ("call", label) of a call without its note, ("mark", "**") of a mark that is shown
literally, ("strong emphasis", word) of a word in this formatting."""


def count_inlines(tree: Tree) -> InlineCounts:
    """Count literal marks, calls without notes, and formatted words."""
    return Counter(_facts(tree))


def excess_counts(
    result: InlineCounts, base: InlineCounts, ours: InlineCounts, theirs: InlineCounts
) -> list[tuple[str, str]]:
    """Return what the result has more often than the edits of both sides account for."""
    return [
        fact
        for fact, count in sorted(result.items())
        if count > max(ours[fact] + theirs[fact] - base[fact], ours[fact], theirs[fact])
    ]


def locate_fact(text: str, fact: tuple[str, str]) -> int:
    """Return a code point of the text at which a fact is found."""
    kind, words = fact
    return max(0, text.rfind(f"[^{words}]" if kind == "call" else words))


def uncalled_labels(tree: Tree) -> list[str]:
    """Return the labels of calls that have no note, in order of first mention."""
    return list(dict.fromkeys(words for kind, words in _facts(tree) if kind == "call"))


def _facts(tree: Tree) -> Iterator[tuple[str, str]]:
    for blocks in (tree.blocks, *(note.blocks for note in tree.notes)):
        for block in walk_blocks(blocks):
            yield from _inline_facts(inline_children(block), "")


def _inline_facts(nodes: Iterable[Inline], style: str) -> Iterator[tuple[str, str]]:
    for node in nodes:
        match node:
            case PlainText(text=text):
                for found in _LITERAL.finditer(text):
                    yield ("call", found["label"]) if found["label"] else ("mark", found.group())
                if style:
                    yield from ((style, word) for word in _WORD.findall(text))
            case Code(text=text):
                yield from ((f"{style} code", word) for word in _WORD.findall(text))
            case Emphasis(children=children):
                yield from _inline_facts(children, f"{style} emphasis")
            case Strong(children=children):
                yield from _inline_facts(children, f"{style} strong")
            case Link(href=href, children=children):
                yield from _inline_facts(children, f"{style} link {href}")
            case DirectionalRun(children=children):
                yield from _inline_facts(children, f"{style} run")
            case _:
                pass
