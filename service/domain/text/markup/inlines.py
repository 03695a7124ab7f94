"""From markdown-it's inline tokens to the inline nodes of the tree."""

from collections.abc import Callable, Iterable, Sequence

from markdown_it.token import Token

from service.domain.errors import N_, TooLarge
from service.domain.text.markup.tree import (
    Cite,
    Code,
    Direction,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Note,
    Run,
    Strong,
    Words,
)

DEPTH = 10
"""Emphasis, links and runs inside one another."""

CallNote = Callable[[str], Note | str]
"""The note of a label, or the characters its call stays."""


CITES = "ref:"
"""How the address of a citation begins."""


def build(tokens: Sequence[Token], *, note: CallNote, cite: Callable[[str], Inline]) -> tuple[Inline, ...]:
    """The nodes of one paragraph, heading or cell. Raises TooLarge `text_too_deep`."""
    stack: list[tuple[Token | None, list[Inline]]] = [(None, [])]
    for token in tokens:
        if token.nesting > 0:
            if len(stack) > DEPTH:
                raise TooLarge("text_too_deep", N_("Emphasis and links stand more than {limit} deep."), limit=DEPTH)
            stack.append((token, []))
        elif token.nesting < 0:
            opening, children = stack.pop()
            inside = any(outer and outer.type == "link_open" for outer, _ in stack)
            address = str(opening.attrs.get("href", "")) if opening else ""
            if address.startswith(CITES):
                stack[-1][1].append(cite(address.removeprefix(CITES)))
            else:
                _extend(stack[-1][1], _closed(opening, tuple(children), inside_link=inside))
        else:
            _extend(stack[-1][1], _leaf(token, note))
    return tuple(stack[0][1])


def words_of(children: Iterable[Inline]) -> str:
    """The plain words of nodes, without notes; a line break is a blank."""
    return "".join(_words_of(child) for child in children)


def _words_of(node: Inline) -> str:
    match node:
        case Words(text) | Code(text):
            return text
        case LineBreak():
            return " "
        case Note() | Cite():
            return ""
        case _:
            return words_of(node.children)


def _leaf(token: Token, note: CallNote) -> Iterable[Inline]:
    match token.type:
        case "softbreak" | "hardbreak":
            return (LineBreak(),)
        case "code_inline":
            return (Code(token.content),)
        case "footnote_ref":
            called = note(token.meta["label"])
            return _lines(called) if isinstance(called, str) else (called,)
        case _:
            return _lines(token.content)


def _lines(text: str) -> Iterable[Inline]:
    """Words, with the newlines inside them as line breaks."""
    for place, line in enumerate(text.split("\n")):
        if place:
            yield LineBreak()
        if line:
            yield Words(line)


def _closed(opening: Token | None, children: tuple[Inline, ...], *, inside_link: bool) -> Iterable[Inline]:
    """The node that ends; a link inside a link is only its words."""
    assert opening is not None
    match opening.type:
        case "em_open":
            return (Emphasis(children),)
        case "strong_open":
            return (Strong(children),)
        case "run_open":
            return (Run(_direction(opening.attrs.get("dir")), _text(opening.attrs.get("lang")), children),)
        case "link_open" if not inside_link:
            return (Link(str(opening.attrs["href"]), children),)
        case _:
            return children


def _direction(value: object) -> Direction | None:
    return "ltr" if value == "ltr" else "rtl" if value == "rtl" else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _extend(nodes: list[Inline], more: Iterable[Inline]) -> None:
    """Append, joining words that stand side by side."""
    for node in more:
        if isinstance(node, Words) and nodes and isinstance(nodes[-1], Words):
            nodes[-1] = Words(nodes[-1].text + node.text)
        else:
            nodes.append(node)
