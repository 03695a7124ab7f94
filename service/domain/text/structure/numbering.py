"""Automatic numbering: numbers of provisions derived from the order of headings, in the style of their kind.

A heading that consists of the name of a provision alone, or of that name before a colon, dash or full stop, is given a
number: `### Article: Equality` reads "Article 12: Equality". A typed number is kept, and the following ones continue
from it, never backwards. Derived numbers are not stored in the text: inserting an article changes no other line.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from service.domain.text.markup.item_labels import ABJAD
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Heading, Span
from service.domain.text.markup.work_meter import MAX_WORK
from service.domain.text.structure.number_words import MAX_ARABIC, MAX_ENGLISH, arabic_ordinal, english_number_word
from service.domain.text.structure.ordinals import abjad_letter, parse_number
from service.domain.text.structure.provisions import LABEL_PATTERN, Digits, in_digits

TYPED, AUTOMATIC = "typed", "automatic"
NUMBERINGS = (TYPED, AUTOMATIC)

NUMBERING_RULES = "mithaq.numbering.v1"
"""The name of these rules, bound by the digest of a version: rules that derive other numbers need another name."""

_UNITS: Mapping[str, str] = {
    "جزء": "book",
    "باب": "part",
    "فصل": "chapter",
    "قسم": "section",
    "مادة": "article",
    "فقرة": "paragraph",
    "بند": "clause",
    "ملحق": "annex",
    **{unit: unit for unit in ("book", "part", "chapter", "section", "article", "paragraph", "clause", "annex")},
}
"""The unit of each provision name; the article «ال» before a name is ignored."""

_CONTINUOUS_UNITS = ("book", "part", "article", "annex")
"""Units numbered through the whole text; the others restart under each higher-level heading."""

_BARE_NAME = regex.compile(
    rf"(?P<name>(?i:(?:ال)?(?:{'|'.join(_UNITS)})))(?=[ \t]*(?:$|[\n:.،,–—-]|\*\*|__|\{{\#|\#+[ \t]*(?:$|\n)|\[\^))",
    regex.V1,
)
_OPENING = regex.compile(r" {0,3}(?:#{1,6}[ \t]+)?(?:\*\*|__)?")


@dataclass(frozen=True, slots=True)
class NumberingScheme:
    """How the provisions of one edition are numbered: by its language, kind of document and digits."""

    lang: str
    kind: str
    digits: Digits


@dataclass(frozen=True, slots=True)
class NumberMark:
    """A derived number, shown at code point `offset` after `name` but not stored: " 12" after "Article"."""

    offset: int
    words: str
    name: str


def numbering_scheme(numbering: str, *, lang: str, kind: str, digits: Digits) -> NumberingScheme | None:
    """Return the numbering scheme; None if numbers are typed."""
    return NumberingScheme(lang, kind, digits) if numbering == AUTOMATIC else None


def number_marks(text: str, scheme: NumberingScheme | None, *, max_work: float | None = MAX_WORK) -> list[NumberMark]:
    """Return the derived numbers of a canonical text, in text order. Takes `max_work` and raises as `parse_markup`."""
    found = _derived_numbers(text, scheme, max_work=max_work) if scheme else ()
    return [NumberMark(one.end, words, one.name) for one, words in found if not one.typed_number]


def number_text(text: str, scheme: NumberingScheme | None, *, max_work: float | None = MAX_WORK) -> str:
    """Return `text` with its derived numbers; unchanged if all numbers are typed."""
    return insert_marks(text, number_marks(text, scheme, max_work=max_work))


def redundant_numbers(text: str, scheme: NumberingScheme | None) -> list[Span]:
    """Return the spans of typed numbers that equal the derived ones."""
    found = _derived_numbers(text, scheme) if scheme else ()
    return [(one.start, one.end) for one, _ in found if one.typed_number]


def strip_redundant_numbers(text: str, scheme: NumberingScheme | None) -> str:
    """Return `text` without the typed numbers that equal the derived ones; other typed numbers are kept."""
    spans = redundant_numbers(text, scheme)
    starts = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), len(text)]
    return "".join(text[start:end] for start, end in zip(starts, ends, strict=True))


def insert_marks(text: str, marks: Sequence[NumberMark]) -> str:
    """Insert marks, which must have been made for `text`."""
    starts = [0, *(mark.offset for mark in marks)]
    ends = [*starts[1:], len(text)]
    words = [*(mark.words for mark in marks), ""]
    return "".join(text[start:end] + after for start, end, after in zip(starts, ends, words, strict=True))


def shift_offset(offset: int, marks: Sequence[NumberMark]) -> int:
    """Map an offset of the text to the text with marks; an offset at a mark comes after it."""
    before = bisect_left(marks, offset + 1, key=lambda mark: mark.offset)
    return offset + sum(len(mark.words) for mark in marks[:before])


@dataclass(frozen=True, slots=True)
class _NumberedHeading:
    """A heading with the name of a provision; `start`–`end` is the place of its number.

    `is_bare`: it would be numbered automatically without the typed number.
    """

    name: str
    level: int
    start: int
    end: int
    typed_number: str
    is_bare: bool

    @property
    def unit(self) -> str:
        return _unit_of(self.name)


def _derived_numbers(
    text: str, scheme: NumberingScheme, *, max_work: float | None = MAX_WORK
) -> Iterator[tuple[_NumberedHeading, str]]:
    """Yield the headings whose number is derived, or typed and equal to the derived one, with its formatted number."""
    last: dict[str, tuple[int, int]] = {}
    """By unit: the level and number of its last heading."""
    for heading in parse_markup(text, max_work=max_work).blocks:
        if isinstance(heading, Heading):
            last = {unit: one for unit, one in last.items() if unit in _CONTINUOUS_UNITS or one[0] <= heading.level}
            numbered_heading = _parse_heading(text, heading)
            if numbered_heading:
                previous = last.get(numbered_heading.unit, (0, 0))[1]
                number = parse_number(numbered_heading.typed_number) if numbered_heading.typed_number else previous + 1
                last[numbered_heading.unit] = heading.level, max(previous, number or 0)
                if numbered_heading.is_bare and number == previous + 1:
                    yield numbered_heading, f" {_format_number(number, numbered_heading.unit, scheme)}"


def _parse_heading(text: str, heading: Heading) -> _NumberedHeading | None:
    start, end = heading.span
    source = text[start:end]
    opening = _OPENING.match(source)
    name_start = opening.end() if opening else 0
    bare_match = _BARE_NAME.match(source, name_start)
    if bare_match:
        name_end = start + bare_match.end("name")
        return _NumberedHeading(bare_match["name"], heading.level, name_end, name_end, "", True)
    typed_match = LABEL_PATTERN.match(source, name_start)
    if not typed_match or not _unit_of(typed_match["name"]):
        return None
    without = source[: typed_match.end("name")] + source[typed_match.end("number") :]
    return _NumberedHeading(
        name=typed_match["name"],
        level=heading.level,
        start=start + typed_match.end("name"),
        end=start + typed_match.end("number"),
        typed_number=typed_match["number"],
        is_bare=_BARE_NAME.match(without, name_start) is not None,
    )


def _unit_of(name: str) -> str:
    return _UNITS.get(name.lower().removeprefix("ال"), "")


def spell_numbers(scheme: NumberingScheme, *, limit: int) -> dict[str, list[str]]:
    """Return the numbers 1 … `limit` in words, by unit; units numbered in digits throughout are omitted."""
    units = dict.fromkeys(_UNITS.values())
    found = {unit: [_format_number(number, unit, scheme) for number in range(1, limit + 1)] for unit in units}
    digits = [_in_digits(number, scheme.digits) for number in range(1, limit + 1)]
    return {unit: words for unit, words in found.items() if words != digits}


# Styles

Style = Callable[[int, Digits], str]


def _format_number(number: int, unit: str, scheme: NumberingScheme) -> str:
    styles = _STYLES.get(scheme.lang, {})
    style = styles.get(f"{scheme.kind}.{unit}") or styles.get(unit) or _in_digits
    return style(number, scheme.digits)


def _in_digits(number: int, digits: Digits) -> str:
    return in_digits(str(number), digits)


def _feminine(number: int, digits: Digits) -> str:
    return arabic_ordinal(number, feminine=True) if number <= MAX_ARABIC else _in_digits(number, digits)


def _masculine(number: int, digits: Digits) -> str:
    return arabic_ordinal(number, feminine=False) if number <= MAX_ARABIC else _in_digits(number, digits)


def _word(number: int, digits: Digits) -> str:
    return english_number_word(number) if number <= MAX_ENGLISH else _in_digits(number, digits)


def _letter(number: int, digits: Digits) -> str:
    return abjad_letter(number) if number <= len(ABJAD) else _in_digits(number, digits)


_STYLES: Mapping[str, Mapping[str, Style]] = {
    "ar": {
        "book": _masculine,
        "part": _masculine,
        "chapter": _masculine,
        "section": _masculine,
        "article": _feminine,
        "constitution.article": _in_digits,
        "clause": _letter,
    },
    "en": {"book": _word, "part": _word},
}
"""By language and unit, or kind of document and unit; others are in digits."""
