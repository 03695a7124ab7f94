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

from service.domain.text.markup.parser import read
from service.domain.text.markup.tree import Heading, Span
from service.domain.text.structure.number_words import LAST, LAST_ENGLISH, arabic_ordinal, english_word
from service.domain.text.structure.ordinals import ABJAD, abjad, number_of
from service.domain.text.structure.provisions import LABEL, Digits, in_digits

TYPED, AUTOMATIC = "typed", "automatic"
NUMBERINGS = (TYPED, AUTOMATIC)

RULES = "mithaq.numbering.v1"
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

_THROUGHOUT = ("book", "part", "article", "annex")
"""Units that are counted through the whole text; the others begin anew under each larger heading."""

_BARE = regex.compile(
    rf"(?P<name>(?i:(?:ال)?(?:{'|'.join(_UNITS)})))(?=[ \t]*(?:$|[\n:.،,–—-]|\*\*|__|\{{\#|\#+[ \t]*(?:$|\n)|\[\^))",
    regex.V1,
)
_OPENING = regex.compile(r" {0,3}(?:#{1,6}[ \t]+)?(?:\*\*|__)?")


@dataclass(frozen=True, slots=True)
class Scheme:
    """How the provisions of one edition, of a document of this kind, are numbered."""

    lang: str
    kind: str
    digits: Digits


@dataclass(frozen=True, slots=True)
class Mark:
    """What reads at code point `place` of a text, after `name`, without standing in it: " 12" after "Article"."""

    place: int
    words: str
    name: str


def scheme(numbering: str, *, lang: str, kind: str, digits: Digits) -> Scheme | None:
    """None where numbers are typed."""
    return Scheme(lang, kind, digits) if numbering == AUTOMATIC else None


def marks(text: str, by: Scheme | None) -> list[Mark]:
    """The derived numbers of a canonical text, in its order. Raises what the reader raises."""
    found = _numbers(text, by) if by else ()
    return [Mark(one.end, words, one.name) for one, words in found if not one.typed]


def numbered(text: str, by: Scheme | None) -> str:
    """`text` as it reads. A text whose numbers are all typed is the same."""
    return marked(text, marks(text, by))


def spare(text: str, by: Scheme | None) -> list[Span]:
    """Where the typed numbers stand that a text would read with anyway."""
    found = _numbers(text, by) if by else ()
    return [(one.start, one.end) for one, _ in found if one.typed]


def unnumbered(text: str, by: Scheme | None) -> str:
    """`text` without those typed numbers that it would read with anyway; others stay typed."""
    for start, end in reversed(spare(text, by)):
        text = text[:start] + text[end:]
    return text


def marked(text: str, found: Sequence[Mark]) -> str:
    """`text` with marks that were made for it."""
    starts = [0, *(mark.place for mark in found)]
    ends = [*starts[1:], len(text)]
    words = [*(mark.words for mark in found), ""]
    return "".join(text[start:end] + after for start, end, after in zip(starts, ends, words, strict=True))


def moved(place: int, found: Sequence[Mark]) -> int:
    """The code point of the marked text that a code point of the text became; what stands at a mark comes after it."""
    before = bisect_left(found, place + 1, key=lambda mark: mark.place)
    return place + sum(len(mark.words) for mark in found[:before])


@dataclass(frozen=True, slots=True)
class _Named:
    """A heading that bears the name of a provision; `start`–`end` is where its number stands, or would. `bare`: it
    would be numbered if nothing were typed there."""

    name: str
    level: int
    start: int
    end: int
    typed: str
    bare: bool

    @property
    def unit(self) -> str:
        return _unit(self.name)


def _numbers(text: str, by: Scheme) -> Iterator[tuple[_Named, str]]:
    """The headings whose number is derived, or typed and the same, with how it reads."""
    last: dict[str, tuple[int, int]] = {}
    """By unit: the level and number of its last heading."""
    for heading in read(text).blocks:
        if isinstance(heading, Heading):
            last = {unit: one for unit, one in last.items() if unit in _THROUGHOUT or one[0] <= heading.level}
            named = _named(text, heading)
            if named:
                before = last.get(named.unit, (0, 0))[1]
                number = number_of(named.typed) if named.typed else before + 1
                last[named.unit] = heading.level, max(before, number or 0)
                if named.bare and number == before + 1:
                    yield named, f" {_styled(number, named.unit, by)}"


def _named(text: str, heading: Heading) -> _Named | None:
    start, end = heading.span
    source = text[start:end]
    opening = _OPENING.match(source)
    at = opening.end() if opening else 0
    bare = _BARE.match(source, at)
    if bare:
        place = start + bare.end("name")
        return _Named(bare["name"], heading.level, place, place, "", True)
    typed = LABEL.match(source, at)
    if not typed or not _unit(typed["name"]):
        return None
    without = source[: typed.end("name")] + source[typed.end("number") :]
    return _Named(
        name=typed["name"],
        level=heading.level,
        start=start + typed.end("name"),
        end=start + typed.end("number"),
        typed=typed["number"],
        bare=_BARE.match(without, at) is not None,
    )


def _unit(name: str) -> str:
    return _UNITS.get(name.lower().removeprefix("ال"), "")


def spelt(by: Scheme, *, upto: int) -> dict[str, list[str]]:
    """How 1 … `upto` read, by unit; units that are counted in digits throughout are left out."""
    units = dict.fromkeys(_UNITS.values())
    found = {unit: [_styled(number, unit, by) for number in range(1, upto + 1)] for unit in units}
    digits = [_in_digits(number, by.digits) for number in range(1, upto + 1)]
    return {unit: words for unit, words in found.items() if words != digits}


# Styles

Style = Callable[[int, Digits], str]


def _styled(number: int, unit: str, by: Scheme) -> str:
    own = _STYLES.get(by.lang, {})
    style = own.get(f"{by.kind}.{unit}") or own.get(unit) or _in_digits
    return style(number, by.digits)


def _in_digits(number: int, digits: Digits) -> str:
    return in_digits(str(number), digits)


def _feminine(number: int, digits: Digits) -> str:
    return arabic_ordinal(number, feminine=True) if number <= LAST else _in_digits(number, digits)


def _masculine(number: int, digits: Digits) -> str:
    return arabic_ordinal(number, feminine=False) if number <= LAST else _in_digits(number, digits)


def _word(number: int, digits: Digits) -> str:
    return english_word(number) if number <= LAST_ENGLISH else _in_digits(number, digits)


def _letter(number: int, digits: Digits) -> str:
    return abjad(number) if number <= len(ABJAD) else _in_digits(number, digits)


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
