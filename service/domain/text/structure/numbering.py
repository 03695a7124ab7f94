"""Numbers of provisions that nobody types: they follow from the order of the headings, in the style of their kind.

A heading that is the name of a provision alone, or that name before a colon, dash or full stop, is given the number
that is its own: `### Article: Equality` reads "Article 12: Equality". A number somebody typed stays, and those after
it go on from it, never back. The text itself never holds what is derived: an article that is inserted changes no other
line.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Heading, Span
from service.domain.text.structure.number_words import MAX_ARABIC, MAX_ENGLISH, arabic_ordinal, english_number_word
from service.domain.text.structure.ordinals import ABJAD, abjad_letter, parse_number
from service.domain.text.structure.provisions import LABEL_PATTERN, Digits, in_digits

TYPED, AUTOMATIC = "typed", "automatic"
NUMBERINGS = (TYPED, AUTOMATIC)

NUMBERING_RULES = "mithaq.numbering.v1"
"""The name of these rules, which the digest of a version binds: rules that derive other numbers get another name."""

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
"""What a provision is called; «ال» before it is passed over."""

_CONTINUOUS_UNITS = ("book", "part", "article", "annex")
"""Units that are counted through the whole text; the others begin anew under each larger heading."""

_BARE_NAME = regex.compile(
    rf"(?P<name>(?i:(?:ال)?(?:{'|'.join(_UNITS)})))(?=[ \t]*(?:$|[\n:.،,–—-]|\*\*|__|\{{\#|\#+[ \t]*(?:$|\n)|\[\^))",
    regex.V1,
)
_OPENING = regex.compile(r" {0,3}(?:#{1,6}[ \t]+)?(?:\*\*|__)?")


@dataclass(frozen=True, slots=True)
class NumberingScheme:
    """How the provisions of one edition, of a document of this kind, are numbered."""

    lang: str
    kind: str
    digits: Digits


@dataclass(frozen=True, slots=True)
class NumberMark:
    """What reads at code point `place` of a text, after `name`, without standing in it: " 12" after "Article"."""

    offset: int
    words: str
    name: str


def numbering_scheme(numbering: str, *, lang: str, kind: str, digits: Digits) -> NumberingScheme | None:
    """None where numbers are typed."""
    return NumberingScheme(lang, kind, digits) if numbering == AUTOMATIC else None


def number_marks(text: str, scheme: NumberingScheme | None) -> list[NumberMark]:
    """The derived numbers of a canonical text, in its order. Raises what the reader raises."""
    found = _derived_numbers(text, scheme) if scheme else ()
    return [NumberMark(one.end, words, one.name) for one, words in found if not one.typed_number]


def number_text(text: str, scheme: NumberingScheme | None) -> str:
    """`text` as it reads. A text whose numbers are all typed is the same."""
    return insert_marks(text, number_marks(text, scheme))


def redundant_numbers(text: str, scheme: NumberingScheme | None) -> list[Span]:
    """Where the typed numbers stand that a text would read with anyway."""
    found = _derived_numbers(text, scheme) if scheme else ()
    return [(one.start, one.end) for one, _ in found if one.typed_number]


def strip_redundant_numbers(text: str, scheme: NumberingScheme | None) -> str:
    """`text` without those typed numbers that it would read with anyway; others stay typed."""
    for start, end in reversed(redundant_numbers(text, scheme)):
        text = text[:start] + text[end:]
    return text


def insert_marks(text: str, marks: Sequence[NumberMark]) -> str:
    """`text` with marks that were made for it."""
    starts = [0, *(mark.offset for mark in marks)]
    ends = [*starts[1:], len(text)]
    words = [*(mark.words for mark in marks), ""]
    return "".join(text[start:end] + after for start, end, after in zip(starts, ends, words, strict=True))


def shift_offset(offset: int, marks: Sequence[NumberMark]) -> int:
    """The code point of the marked text that a code point of the text became; what stands at a mark comes after it."""
    before = bisect_left(marks, offset + 1, key=lambda mark: mark.offset)
    return offset + sum(len(mark.words) for mark in marks[:before])


@dataclass(frozen=True, slots=True)
class _NumberedHeading:
    """A heading that bears the name of a provision; `start`–`end` is where its number stands, or would. `bare`: it
    would be numbered if nothing were typed there."""

    name: str
    level: int
    start: int
    end: int
    typed_number: str
    is_bare: bool

    @property
    def unit(self) -> str:
        return _unit_of(self.name)


def _derived_numbers(text: str, scheme: NumberingScheme) -> Iterator[tuple[_NumberedHeading, str]]:
    """The headings whose number is derived, or typed and the same, with how it reads."""
    last: dict[str, tuple[int, int]] = {}
    """By unit: the level and number of its last heading."""
    for heading in parse_markup(text).blocks:
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
    """How 1 … `upto` read, by unit; units that are counted in digits throughout are left out."""
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
"""By language and unit, or kind of document and unit; digits where nothing else is said."""
