"""Headings that are typed as lines in bold: «المادة ٥», «المادّة (5)», "Article 5: …"."""

import re
from collections.abc import Iterator
from dataclasses import replace

import regex

from service.domain.text.structure.provisions import label_of
from workers.intake.model import Piece, Pieces, TextPiece, WordParagraph
from workers.intake.writing.inline_writer import plain_text

MAX_BOLD_HEADING = 160
"""Code points of a bold line that may be a heading."""

_HARAKAT = regex.compile(r"\p{Mn}|ـ")
_BRACKETED = re.compile(r"\(\s*([^\s()]+)\s*\)")


def provision_in_bold(block: WordParagraph) -> str:
    """Return the text of a paragraph that looks like a heading, else "".

    It is one short line, all bold, that names a provision: «المادة ٥», «المادّة (5)», "Article 5: …".
    """
    if not block.all_bold:
        return ""
    text = plain_text(block.pieces)
    folded = _BRACKETED.sub(r"\1", _HARAKAT.sub("", text), count=1)
    return text if len(text) <= MAX_BOLD_HEADING and label_of(folded) else ""


def without_bold(pieces: Pieces) -> Iterator[Piece]:
    """Yield the pieces of a heading that was recognised by its bold type."""
    for one in pieces:
        yield replace(one, style=replace(one.style, strong=False)) if isinstance(one, TextPiece) else one
