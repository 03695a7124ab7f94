"""Reservations as plain words, for a file that could not be created otherwise.

What an organisation signed is never left out: its words are printed without their markup, and a character that no font
has becomes the sign for it, U+FFFD.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from service.domain.errors import DomainError
from service.domain.text.markup.printable import first_unprintable
from workers.render.content.manuscript import Manuscript, Reservation
from workers.render.errors import RenderFailed

MAX_TRIED = 12
"""Reservations of which each is tried alone; with more of them, all become plain."""

REPLACEMENT = "\ufffd"
"""Printable itself."""

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~^:=\"'&$@])")
_MARGIN = re.compile(r"^[ \t>]*", re.MULTILINE)


def plain_words(text: str) -> str:
    """Return markup that prints the characters of `text` as they are, a paragraph for each block of lines."""
    without_margins = _MARGIN.sub("", text)
    found = first_unprintable(without_margins)
    while found:
        without_margins = without_margins.replace(found.character, REPLACEMENT)
        found = first_unprintable(without_margins)
    return _MARKUP.sub(r"\\\1", without_margins)


def with_plain_reservations(manuscript: Manuscript, numbers: Iterable[int]) -> Manuscript:
    """Return the manuscript with the reservations of these numbers as plain words."""
    plain = frozenset(numbers)
    return replace(
        manuscript,
        reservations=tuple(
            Reservation(one.number, one.organisation, plain_words(one.text)) if one.number in plain else one
            for one in manuscript.reservations
        ),
    )


def render_simplified(manuscript: Manuscript, render: Callable[[Manuscript], bytes]) -> bytes | None:
    """Return the file with as few reservations in plain words as possible; None if that does not help.

    `render` raises DomainError for a manuscript of which no file can be created. A failure that may pass is raised.
    """
    numbers = [one.number for one in manuscript.reservations]
    everything_plain = _try(with_plain_reservations(manuscript, numbers), render)
    if everything_plain is None or len(numbers) > MAX_TRIED:
        return everything_plain
    failing = [
        number
        for number in numbers
        if _try(with_plain_reservations(manuscript, [one for one in numbers if one != number]), render) is None
    ]
    return _try(with_plain_reservations(manuscript, failing), render) or everything_plain


def _try(manuscript: Manuscript, render: Callable[[Manuscript], bytes]) -> bytes | None:
    try:
        return render(manuscript)
    except DomainError as error:
        if isinstance(error, RenderFailed) and error.retry:
            raise
        return None
