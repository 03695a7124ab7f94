"""The flow of a file or of a text: its words and marks in reading order, the common form that is compared.

A flow is a sequence of pieces. A piece is a run of words, or a mark: the beginning of a heading, the label of a list
item, a row, a cell, the mark of a note, the beginning of a note's body. Bodies of notes and entries of the contents
stand after the text, in order.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from service.domain.text.markup.tree import Span

Kind = Literal[
    "words", "heading", "heading end", "label", "row", "head cell", "cell", "table end", "note", "note body", "contents"
]
"""`words` has the words; `heading` its level; `label` and `note` the number or letters; the others nothing."""

BLOCK = "\n"
"""Inside words: the end of a paragraph; in a page, of a line."""

LINE = "\v"
"""Inside words: a line break that was written."""

SEAM = "\u2068"
"""Inside expected words: where an element inside the line begins or ends. It is not compared."""

LABEL_GAP = "\u2003"
"""Inside words: the gap after the number of a paragraph. In a page it may be a distance without a character."""

CONTENTS_DEPTH = 2
"""The deepest level of headings in a table of contents."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand: the part of the manuscript and its span there, or the page of the file, from 1 (0: not known).

    `part` is "text", "about", "reservation-1" …, or a field of the print content; `provision` the heading above.
    """

    part: str = ""
    span: Span | None = None
    provision: str = ""
    page: int = 0


class ExpectedText(Protocol):
    """What a line is expected to be, asked while it is read."""

    def can_begin(self, beginning: str) -> bool:
        """Return whether the line can begin so."""
        ...

    def has_seam(self, beginning: str) -> bool:
        """Return whether, after a beginning of the line, there is a seam before the next letter or digit."""
        ...


Readings = Callable[[ExpectedText], Iterator[str]]
"""Yields the possible readings of a line of a page of which every beginning is expected."""


@dataclass(slots=True)
class Piece:
    """A run of words or a mark.

    `places` has the places of its blocks, by the offset in `text` where each begins. `readings` has the possible
    readings of a line of a page, by the line: where the direction of the line decides on the order, and is not known.
    """

    kind: Kind
    text: str
    places: list[tuple[int, Place]]
    readings: dict[str, Readings] = field(default_factory=dict)

    def place_at(self, offset: int) -> Place:
        """Return the place of the character at `offset`."""
        return [place for start, place in self.places if start <= max(offset, 0)][-1]


@dataclass(slots=True)
class FlowWriter:
    """Collects the pieces of a flow."""

    pieces: list[Piece] = field(default_factory=list)

    def words(self, text: str, place: Place) -> None:
        """Append characters to the run of words."""
        if not text:
            return
        last = self.pieces[-1] if self.pieces else None
        if last is None or last.kind != "words":
            last = Piece("words", "", [])
            self.pieces.append(last)
        if not last.places or last.places[-1][1] != place:
            last.places.append((len(last.text), place))
        last.text += text

    def block(self) -> None:
        """End a paragraph or a line."""
        if self.pieces and self.pieces[-1].kind == "words" and not self.pieces[-1].text.endswith(BLOCK):
            self.pieces[-1].text += BLOCK

    def mark(self, kind: Kind, text: str, place: Place) -> None:
        """Append a mark."""
        self.pieces.append(Piece(kind, text, [(0, place)]))

    def extend(self, pieces: list[Piece]) -> None:
        """Append the pieces of another flow."""
        self.pieces.extend(pieces)


def label_text(text: str) -> str:
    """Return a number or letters without punctuation and in Latin digits: «(١)» and «١ -» give "1"."""
    kept = (each for each in unicodedata.normalize("NFKC", text) if each.isalnum())
    return "".join(str(unicodedata.decimal(each, "")) or each for each in kept)


ASCII_SPACES = re.compile(r"[ \t\r\f\x85\u2028\u2029\x00-\x08\x0e-\x1f]+")
"""Characters that every writer prints as one space."""
