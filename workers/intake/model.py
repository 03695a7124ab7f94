"""The content of a Word file as it is read: paragraphs of styled pieces, lists, tables, and what could not be kept."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from service.domain.text.markup.tree import Align, ListStyle

MAX_SAMPLES = 40
"""Places of which the first words are shown."""

SAMPLE_CHARACTERS = 80
"""Code points of the words shown for one place."""

PlaceKind = Literal["paragraph", "table", "note"]


@dataclass(frozen=True, slots=True)
class WordPlace:
    """A place in Word's terms: the number of a paragraph outside of tables, or of a table, counted from 1."""

    kind: PlaceKind
    number: int


@dataclass(frozen=True, slots=True)
class PieceStyle:
    """How a piece of text is marked up; `href` of links, `direction` and `lang` of directional runs."""

    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: str = ""
    lang: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Text of one style; "\\n" is a line break."""

    text: str
    style: PieceStyle = PieceStyle()


@dataclass(frozen=True, slots=True)
class NotePiece:
    """The call of a footnote with its blocks. `label` is that of an exported file, else ""."""

    label: str
    blocks: tuple["WordBlock", ...]


@dataclass(frozen=True, slots=True)
class CallPiece:
    """Another call of a note: of a footnote by its label, or of a citation by its code (`ref:iccpr-25`)."""

    label: str


Piece = TextPiece | NotePiece | CallPiece
Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class WordHeading:
    """A heading; `level` counts from 1."""

    level: int
    pieces: Pieces
    id: str = ""


@dataclass(frozen=True, slots=True)
class WordParagraph:
    """A paragraph; `all_bold` if the file shows all of it in bold."""

    pieces: Pieces
    all_bold: bool = False


@dataclass(frozen=True, slots=True)
class WordCode:
    """A block of code."""

    text: str


@dataclass(frozen=True, slots=True)
class WordRule:
    """A horizontal rule."""


@dataclass(frozen=True, slots=True)
class WordQuote:
    """A quotation, or a text box."""

    blocks: tuple["WordBlock", ...]


@dataclass(frozen=True, slots=True)
class WordList:
    """A list; `style` is None for bullets, and item n has the number `start + n`."""

    style: ListStyle | None
    start: int
    items: tuple[tuple["WordBlock", ...], ...]
    tight: bool = True


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table; every row has `len(aligns)` cells, of which the first row is the head."""

    aligns: tuple[Align, ...]
    rows: tuple[tuple[tuple["WordBlock", ...], ...], ...]


WordBlock = WordHeading | WordParagraph | WordCode | WordRule | WordQuote | WordList | WordTable


@dataclass(slots=True)
class ParagraphContent:
    """What a paragraph holds; `boxes` are the blocks of its text boxes."""

    pieces: list[Piece] = field(default_factory=list)
    boxes: list[tuple[WordBlock, ...]] = field(default_factory=list)
    rule: bool = False
    bold: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """A block at the top level and its place in the file."""

    block: WordBlock
    place: WordPlace


@dataclass(slots=True)
class Losses:
    """Counts of what was changed or left out, by code of a notice, with the first words of some places."""

    counts: Counter[str] = field(default_factory=Counter)
    samples: list[tuple[str, WordPlace, str]] = field(default_factory=list)
    place: WordPlace = field(default_factory=lambda: WordPlace("paragraph", 1))

    def add(self, code: str, words: str = "", *, count: int = 1) -> None:
        """Count a loss at the present place; `words` are shown where they tell which."""
        self.counts[code] += count
        if words.strip() and len(self.samples) < MAX_SAMPLES:
            self.samples.append((code, self.place, words))

    def count_passage(self, code: str, words: str, begun: int | None) -> int:
        """Count a piece of a passage; `begun` is what this returned for the piece right before it, None for the first.

        Formatting that is not shown word for word is counted without words.
        """
        if begun is None:
            known = len(self.samples)
            self.add(code, words if code in ("hidden", "struck", "raised") else "")
            return known if len(self.samples) > known else -1
        if begun >= 0:
            _, place, before = self.samples[begun]
            self.samples[begun] = (code, place, before + words)
        return begun

    def shown_samples(self) -> list[tuple[str, WordPlace, str]]:
        """Return the samples with their first words."""
        return [(code, place, " ".join(words.split())[:SAMPLE_CHARACTERS]) for code, place, words in self.samples]
