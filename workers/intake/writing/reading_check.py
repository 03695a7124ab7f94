"""The check that a written paragraph reads as the words of the file: otherwise it is written without formatting."""

import re
from collections.abc import Iterable, Iterator, Sequence

from service.domain.errors import DomainError
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import (
    Block,
    BulletList,
    Citation,
    Code,
    Inline,
    LineBreak,
    LineMark,
    Link,
    Note,
    OrderedList,
    Paragraph,
    PlainText,
)
from workers.intake.model import Piece, TextPiece
from workers.intake.writing.directional_runs import LRM, RLM

_SIGNS = re.compile(r"[\\`*_\[\]<>#~=|{}+:^()-]|^\s*[0-9]")
_MARKERS = re.compile(r"(?m)^(?:[ \t]*(?:[0-9]{1,9}[.)]|[-+]|\([^()\s]{1,16}\))(?:[ \t]+|$))+")
_CALL = re.compile(r"\[\^([^\]\s]+)\]")


def reads_as(text: str, pieces: Sequence[Piece], *, references: Iterable[str]) -> bool:
    """Return whether the dialect reads the words of `pieces` in `text`.

    Typed markers of list items do not count, nor do references (`references` as written), which print other words.
    """
    texts = [one for one in pieces if isinstance(one, TextPiece)]
    words = "".join(one.text for one in texts)
    formatted = any(one.style != texts[0].style for one in texts) or len(texts) < len(pieces)
    if not formatted and not _SIGNS.search(words):
        return True
    for reference in references:
        text = text.replace(reference, "", 1)
    labels = "".join(f"\n\n[^{label}]: x" for label in dict.fromkeys(_CALL.findall(text)))
    try:
        blocks = parse_markup(f"{text}{labels}\n").blocks
    except DomainError:
        return False
    shown = " ".join(_words(blocks))
    expected = "".join(one.text for one in texts if not one.style.href.startswith("#"))
    return _without_markers(shown) == _without_markers(expected)


def _without_markers(text: str) -> str:
    return "".join(_MARKERS.sub("", text).replace(LRM, "").replace(RLM, "").split())


def _words(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield "".join(_inline_text(one) for one in block.children)
        elif isinstance(block, BulletList | OrderedList):
            for item in block.items:
                yield from _words(item.blocks)
        else:
            yield "\0"


def _inline_text(node: Inline) -> str:
    match node:
        case PlainText(text) | Code(text):
            return text
        case LineBreak():
            return "\n"
        case Note() | Citation() | LineMark():
            return ""
        case Link(href, _) if href.startswith("#"):
            return ""
        case _:
            return "".join(_inline_text(one) for one in node.children)
