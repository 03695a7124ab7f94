"""Convert markdown-it's inline tokens to the inline nodes of the tree."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from markdown_it.token import Token

from service.domain.errors import N_, TooLarge
from service.domain.text.markup.tree import (
    Citation,
    Code,
    Direction,
    DirectionalRun,
    Emphasis,
    Inline,
    LineBreak,
    LineMark,
    Link,
    Note,
    PlainText,
    Strong,
)

MAX_INLINE_DEPTH = 10
"""Nesting depth of emphasis, links and runs."""

NoteFactory = Callable[[str], Note | str]
"""Return the note of a label, or the literal text of a call that is no note."""


CITATION_PREFIX = "ref:"
"""Prefix of the address of a citation."""


def build_inlines(tokens: Sequence[Token], *, note: NoteFactory, cite: Callable[[str], Inline]) -> tuple[Inline, ...]:
    """Build the nodes of one paragraph, heading or cell. Raises TooLarge `text_too_deep`."""
    stack: list[tuple[Token | None, list[Inline]]] = [(None, [])]
    for token in tokens:
        if token.nesting > 0:
            if len(stack) > MAX_INLINE_DEPTH:
                raise TooLarge(
                    "text_too_deep", N_("Formatting is nested more than {limit} levels deep."), limit=MAX_INLINE_DEPTH
                )
            stack.append((token, []))
        elif token.nesting < 0:
            opening, children = stack.pop()
            inside = any(outer and outer.type == "link_open" for outer, _ in stack)
            address = str(opening.attrs.get("href", "")) if opening else ""
            if address.startswith(CITATION_PREFIX):
                stack[-1][1].append(cite(address.removeprefix(CITATION_PREFIX)))
            else:
                stack[-1][1].extend(_close_node(opening, _join_text(children), inside_link=inside))
        else:
            stack[-1][1].extend(_build_leaf(token, note))
    return _join_text(stack[0][1])


def plain_text(children: Iterable[Inline]) -> str:
    """Return the plain text of nodes, without notes; a line break becomes a space."""
    return "".join(_node_text(child) for child in children)


def _node_text(node: Inline) -> str:
    match node:
        case PlainText(text) | Code(text):
            return text
        case LineBreak():
            return " "
        case Note() | Citation() | LineMark():
            return ""
        case _:
            return plain_text(node.children)


def _build_leaf(token: Token, note: NoteFactory) -> Iterable[Inline]:
    match token.type:
        case "softbreak" | "hardbreak":
            return (LineBreak(),)
        case "code_inline":
            return (Code(token.content),)
        case "footnote_ref":
            called = note(token.meta["label"])
            return _text_nodes(called) if isinstance(called, str) else (called,)
        case _:
            return _text_nodes(token.content)


def _text_nodes(text: str) -> Iterable[Inline]:
    """Yield text nodes, with newlines as line breaks."""
    for index, line in enumerate(text.split("\n")):
        if index:
            yield LineBreak()
        if line:
            yield PlainText(line)


def _close_node(opening: Token | None, children: tuple[Inline, ...], *, inside_link: bool) -> Iterable[Inline]:
    """Return the node that ends here; a link inside a link is replaced by its children."""
    assert opening is not None
    match opening.type:
        case "em_open":
            return (Emphasis(children),)
        case "strong_open":
            return (Strong(children),)
        case "run_open":
            return (
                DirectionalRun(
                    _direction(opening.attrs.get("dir")), _optional_text(opening.attrs.get("lang")), children
                ),
            )
        case "link_open" if not inside_link:
            return (Link(str(opening.attrs["href"]), children),)
        case _:
            return children


def _direction(value: object) -> Direction | None:
    return "ltr" if value == "ltr" else "rtl" if value == "rtl" else None


def _optional_text(value: object) -> str | None:
    return None if value is None else str(value)


def _join_text(nodes: Sequence[Inline]) -> tuple[Inline, ...]:
    """Return the nodes with adjacent text nodes joined, in time proportional to the text."""
    joined: list[Inline] = []
    for is_text, group in groupby(nodes, lambda node: isinstance(node, PlainText)):
        run = list(group)
        if is_text and len(run) > 1:
            joined.append(PlainText("".join(node.text for node in run if isinstance(node, PlainText))))
        else:
            joined += run
    return tuple(joined)
