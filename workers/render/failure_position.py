"""Where in a manuscript a rendering failed: the first line with a character that was not printed, and its words."""

import re
from collections.abc import Iterator

from service.domain.publication.render_failure import Part
from workers.render.content.manuscript import Manuscript
from workers.render.errors import RenderConformance, RenderFailed, RenderUnprintable

CONTEXT = 40
"""Code points that are quoted on each side of the character."""

_RUST_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
"""Escapes in Typst's messages: strings in the notation of Rust."""


def locate_failure(error: RenderFailed, manuscript: Manuscript) -> RenderFailed:
    """Return `error` with its position in the manuscript, if that can be told.

    A character that stands nowhere in the manuscript comes from the templates: RenderConformance, a fault of ours.
    """
    if not isinstance(error, RenderUnprintable) or error.extra:
        return error
    characters = unescape(str(error.params["detail"]))
    for part, text in _parts(manuscript):
        at = text.find(characters)
        if at >= 0:
            position = {"line": text.count("\n", 0, at) + 1, "words": excerpt(text, at, len(characters)), "part": part}
            return RenderUnprintable(detail=characters, extra=position)
    code_points = " ".join(f"U+{ord(one):04X}" for one in characters)
    return RenderConformance(detail=f"the templates print a character that no font has: {code_points}")


def unescape(message: str) -> str:
    """Return a string that Rust printed for debugging, without its escapes."""
    return _RUST_ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], message)


def excerpt(text: str, at: int, length: int) -> str:
    """Return the words of the line round `length` code points at `at`, at most CONTEXT code points on each side."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line_end = len(text) if end < 0 else end
    left, right = max(start, at - CONTEXT), min(line_end, at + length + CONTEXT)
    if left > start:
        left = _next_word(text, left, at)
    if right < line_end:
        right = max(text.rfind(" ", at + length, right), at + length)
    return text[left:right].strip()


def _next_word(text: str, left: int, at: int) -> int:
    space = text.find(" ", left, at)
    return space + 1 if space >= 0 else at


def _parts(manuscript: Manuscript) -> Iterator[tuple[Part, str]]:
    yield Part.TEXT, manuscript.text
    yield Part.TITLE, manuscript.title
    for reservation in manuscript.reservations:
        yield Part.RESERVATION, reservation.text
    press, coalition = manuscript.press, manuscript.coalition
    names = (*manuscript.addressees, manuscript.place, coalition.name, press.name, press.email, press.phone)
    organisations = (one.name for one in manuscript.signatories)
    yield Part.NAMES, "\n".join((*names, *organisations, manuscript.about))
