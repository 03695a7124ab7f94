"""The comparison of two flows: what a file must have, and what is read back from it."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import Match, SequenceMatcher
from functools import cached_property
from itertools import zip_longest

from workers.render.readback.flow import ASCII_SPACES, BLOCK, CONTENTS_DEPTH, LABEL_GAP, LINE, SEAM, Piece, Place

HARAKAT = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]")
_IGNORED = re.compile("[\u00ad\u0640\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")
_BLOCKS = re.compile(f"[ {LINE}]*{BLOCK}[ {LINE}{BLOCK}]*")
_LINES = re.compile(f" *{LINE} *")
_WORD = re.compile(r"\S+")
_GAP = "\x02"
_WINDOW = 60
"""Words after a difference among which the end of it is searched."""

_RESUMED = 2
"""Equal words after which a difference ends."""

MAX_SHOWN_WORDS = 12
"""Words of a difference that are shown."""


@dataclass(frozen=True, slots=True)
class FlowDifference:
    """The first difference of a file from its text.

    `expected` and `found` are a few words of each, or the name of a mark; `where` is the place in the text and `page`
    that in the file, 0 if it is not known.
    """

    expected: str
    found: str
    where: Place
    page: int


Fold = Callable[[str], str]
"""Brings words to the form in which they are compared."""


def fold_exactly(text: str) -> str:
    """Keep everything but controls of direction; of spaces that they are there."""
    text = ASCII_SPACES.sub(" ", _BIDI_CONTROLS.sub("", text))
    return _LINES.sub(LINE, _BLOCKS.sub(BLOCK, text)).strip(f" {BLOCK}{LINE}")


def fold_printed(text: str) -> str:
    """Apply NFKC, and remove harakat, tatweel and invisible controls."""
    return HARAKAT.sub("", fold_with_harakat(text))


def fold_with_harakat(text: str) -> str:
    """Apply NFKC, and remove tatweel and invisible controls; every space is one space."""
    return _SPACES.sub(" ", _IGNORED.sub("", unicodedata.normalize("NFKC", text))).strip()


def first_difference(expected: list[Piece], found: list[Piece], *, exact: bool) -> FlowDifference | None:
    """Compare two flows; return the first difference, or None.

    Exactly: words, paragraphs and line breaks. Otherwise as they are printed: folded by `fold_printed`, harakat by
    count, and a line of the page may end between two words or inside a long one.
    """
    found_at = 0
    for wanted, got in zip_longest(_without_empty_words(expected), _without_empty_words(found)):
        place = wanted.place_at(0) if wanted else Place(part="end")
        found_at = got.place_at(0).page if got else found_at
        if wanted is None or got is None or wanted.kind != got.kind:
            return FlowDifference(_shown(wanted), _shown(got), place, found_at)
        if wanted.kind == "words":
            difference = _difference_of_words(wanted, got, exact=exact)
            if difference:
                return difference
        elif wanted.text != got.text and wanted.kind != "contents":
            return FlowDifference(_shown(wanted), _shown(got), place, found_at)
    return None if exact else _difference_of_contents(expected, found)


def _difference_of_contents(expected: list[Piece], found: list[Piece]) -> FlowDifference | None:
    """Compare the numbers in the table of contents with the pages on which the headings stand."""
    entries = [piece for piece in found if piece.kind == "contents"]
    headings = [piece for piece in found if piece.kind == "heading" and int(piece.text) <= CONTENTS_DEPTH]
    wanted = [piece for piece in expected if piece.kind == "contents"]
    for entry, heading, source in zip(entries, headings, wanted, strict=False):
        page = heading.place_at(0).page
        if entry.text != str(page):
            return FlowDifference(str(page), entry.text, source.place_at(0), entry.place_at(0).page)
    return None


def _without_empty_words(pieces: list[Piece]) -> Iterator[Piece]:
    return (piece for piece in pieces if piece.kind != "words" or fold_with_harakat(piece.text))


def _shown(piece: Piece | None) -> str:
    """Return a piece as a message shows it: its first words, or the kind of a mark and its number."""
    if piece is None:
        return ""
    if piece.kind == "words":
        return " ".join(piece.text.replace(SEAM, "").split()[:MAX_SHOWN_WORDS])
    return f"[{piece.kind} {piece.text}]" if piece.text else f"[{piece.kind}]"


def _difference_of_words(wanted: Piece, got: Piece, *, exact: bool) -> FlowDifference | None:
    if exact:
        if fold_exactly(wanted.text) == fold_exactly(got.text):
            return None
        return _described(wanted, got, fold_exactly)
    is_alike, got = _printed_alike(wanted.text, got, fold_printed)
    if not is_alike:
        return _described(wanted, got, fold_printed)
    if len(HARAKAT.findall(fold_with_harakat(wanted.text))) != sum(
        len(HARAKAT.findall(fold_with_harakat(line))) for line in got.text.split(BLOCK)
    ):
        return _described(wanted, got, fold_with_harakat)
    return None


class _Wanted:
    """Expected words, folded, and asked for from `start`."""

    def __init__(self, text: str, fold: Fold) -> None:
        self.text, self.fold, self.start = text, fold, 0
        self.folded = _GAP.join(map(fold, text.split(LABEL_GAP)))

    @cached_property
    def seams(self) -> list[int]:
        """Return the places of seams in the folded words, in order."""
        places, at, is_spaced = [], 0, True
        for part in self.text.split(SEAM)[:-1]:
            folded = self.fold(f".{part}.")[1:-1]
            at += len(folded.removeprefix(" ") if is_spaced else folded)
            is_spaced = folded.endswith(" ") if folded else is_spaced
            places.append(at)
        return places

    def can_begin(self, beginning: str) -> bool:
        """Return whether a line from `start` can begin so; the last character may be composed with the next."""
        return _end_of(self.fold(beginning)[:-1], self.folded, self.start) is not None

    def has_seam(self, beginning: str) -> bool:
        """Return whether, after a beginning of the line, there is a seam before the next letter or digit."""
        end = _end_of(self.fold(beginning), self.folded, self.start)
        if end is None:
            return False
        last = end
        while last < len(self.folded) and not self.folded[last].isalnum():
            last += 1
        while end and not self.folded[end - 1].isalnum():
            end -= 1
        index = bisect_left(self.seams, end)
        return index < len(self.seams) and self.seams[index] <= last


def _printed_alike(expected: str, found: Piece, fold: Fold) -> tuple[bool, Piece]:
    """Return whether words agree, where the end of a line may stand for a space or for nothing.

    The words are returned too, as they were read: each line up to the first difference in the reading that agrees.
    """
    if not found.readings and fold(expected) == fold(found.text):
        return True, found
    text, position, read = _Wanted(expected, fold), 0, 0
    lines = found.text.split(BLOCK)
    for index, line in enumerate(lines):
        position += text.folded.startswith((" ", _GAP), position)
        reading, end = _reading_of(line, found, text, position)
        if end is None:
            break
        lines[index], position, read = reading, end, read + 1
    return read == len(lines) and position == len(text.folded), replace(found, text=BLOCK.join(lines))


def _reading_of(line: str, found: Piece, text: _Wanted, position: int) -> tuple[str, int | None]:
    """Return the reading of a line that begins at `position`, and where it ends; None if there is none."""
    if line not in found.readings:
        return line, _end_of(text.fold(line), text.folded, position)
    text.start = position
    ends = ((reading, _end_of(text.fold(reading), text.folded, position)) for reading in found.readings[line](text))
    return next(((reading, end) for reading, end in ends if end is not None), (line, None))


def _end_of(reading: str, wanted: str, position: int) -> int | None:
    """Return where `reading` ends in `wanted`, if it begins at `position`; a gap there is a space or nothing."""
    before, gap, _ = wanted[position : position + len(reading) + 1].partition(_GAP)
    if not gap or len(before) >= len(reading):
        return position + len(reading) if wanted.startswith(reading, position) else None
    if not reading.startswith(before):
        return None
    rest = reading[len(before) :].removeprefix(" ")
    return _end_of(rest, wanted, position + len(before) + len(_GAP))


def _described(wanted: Piece, got: Piece, fold: Fold) -> FlowDifference:
    """Describe the first difference of two runs of words: a few words around it, its place and its page."""
    expected, found = _folded_words(wanted.text, fold), _folded_words(got.text, fold)
    start = next(
        (index for index, (one, other) in enumerate(zip(expected, found, strict=False)) if one[0] != other[0]),
        min(len(expected), len(found)),
    )
    last_equal = expected[start - 1][1] if start else 0
    expected, found = expected[start : start + _WINDOW], found[start : start + _WINDOW]
    matcher = SequenceMatcher(None, [word for word, _ in expected], [word for word, _ in found], autojunk=False)
    match = next(
        (block for block in matcher.get_matching_blocks()[:-1] if _ends_difference(block, expected, found)), None
    )
    shown_expected, shown_found = (
        (expected[: match.a], found[: match.b]) if match else (expected[:MAX_SHOWN_WORDS], found[:MAX_SHOWN_WORDS])
    )
    return FlowDifference(
        " ".join(wanted.text[at:].split(maxsplit=1)[0] for _, at in shown_expected).replace(SEAM, ""),
        " ".join(got.text[at:].split(maxsplit=1)[0] for _, at in shown_found),
        wanted.place_at(shown_expected[0][1] if shown_expected else last_equal),
        got.place_at(found[0][1] if found else len(got.text)).page,
    )


def _ends_difference(block: Match, expected: Sequence[object], found: Sequence[object]) -> bool:
    """Return whether equal words are enough to end a difference: several, or the last ones."""
    return block.size >= _RESUMED or (block.a + block.size, block.b + block.size) == (len(expected), len(found))


def _folded_words(text: str, fold: Fold) -> list[tuple[str, int]]:
    """Return the words that are not folded to nothing, with their offsets in `text`."""
    words = ((fold(match.group()), match.start()) for match in _WORD.finditer(text))
    return [(word, at) for word, at in words if word]
