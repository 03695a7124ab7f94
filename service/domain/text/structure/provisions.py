"""Names and numbers of provisions in each language, and digits of any script."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

import regex

from service.domain.text.structure import number_words

Digits = Literal["arab", "latn"]

PROVISION_NAMES = {
    "ar": ("مادة", "فقرة", "بند", "فصل", "باب", "قسم", "جزء", "ملحق"),
    "en": (
        "article",
        "articles",
        "art",
        "section",
        "sections",
        "paragraph",
        "paragraphs",
        "clause",
        "chapter",
        "part",
        "annex",
    ),
    "fr": ("article", "articles", "chapitre", "titre", "partie", "annexe", "alinéa"),
    "de": ("artikel", "art", "kapitel", "abschnitt", "teil", "anlage"),
    "it": ("articolo", "art", "capo", "titolo", "parte", "allegato"),
}
"""Words before the number of a provision, in lower case, by language."""

_LATIN_NAMES = "|".join(
    sorted(
        {name for lang, names in PROVISION_NAMES.items() if lang != "ar" for name in names}, key=lambda n: (-len(n), n)
    )
)
_ARABIC_NAMES = "|".join(PROVISION_NAMES["ar"])
_NAME = (
    rf"(?:\b(?:{_LATIN_NAMES})\.?|§|"
    rf"(?:^|(?<=[^\p{{L}}\p{{M}}]))[وفبلك]{{0,2}}(?:ال|ل)?(?:{_ARABIC_NAMES}|مواد|فقرات|بنود))"
)
_WORD_END = r"(?![\p{L}\p{M}\p{Nd}])"
_ABJAD = rf"(?:هـ|[أبجدهوزحطيكلمنسعفصقرشتثخذضظغ])(?=[ \u00a0]*(?:$|[\n:.)،–—-]|\{{#)){_WORD_END}"
_NUMBER = (
    rf"(?:\p{{Nd}}+(?:[-–]?\p{{L}}(?![\p{{L}}\p{{M}}]))?|[IVXLC]+\b|{number_words.ARABIC_PATTERN}|{number_words.ENGLISH_PATTERN}"
    rf"|[A-Z]\b|{_ABJAD})"
)

LABEL_PATTERN = regex.compile(rf"(?P<name>(?i:{_NAME}))[ \u00a0]*(?P<number>{_NUMBER})", regex.V1)
"""A provision's name with its number: "Article 12", «المادة ١٢», «الباب الثاني», «البند أ», "§ 3a"."""

_DIGIT_NUMBER = r"\p{Nd}+(?:[.,]\p{Nd}+)*(?:[-–]?\p{L}(?![\p{L}\p{M}]))?"
_REFERENCE = regex.compile(rf"(?P<name>(?i:{_NAME}))[ \u00a0(]*(?P<number>{_DIGIT_NUMBER})", regex.V1)
_WORD_REFERENCE = regex.compile(rf"(?P<name>(?i:{_NAME}))[ \u00a0(]*(?P<number>{number_words.WORDS_PATTERN})", regex.V1)
_WORD_HEADING = regex.compile(rf"#*[ ]*{_WORD_REFERENCE.pattern}", regex.V1)
_NAME_BEFORE = regex.compile(rf"(?P<name>(?i:{_NAME}))[ \u00a0(]*$", regex.V1)
_DIGITS_HERE = re.compile(r"\d+")
_NUMBER_HERE = regex.compile(_DIGIT_NUMBER)
_HEADING = regex.compile(rf"#*[ ]*(?:(?P<name>(?i:{_NAME}))[ \u00a0(]*)?(?P<number>{_DIGIT_NUMBER})", regex.V1)
_STEM = regex.compile(rf"[وفبلك]{{0,2}}(?:ال|ل)?(?P<stem>{_ARABIC_NAMES}|مواد|فقرات|بنود)")
_SINGULAR = {"مواد": "مادة", "فقرات": "فقرة", "بنود": "بند"}
_ELSEWHERE = regex.compile(r"[ \u00a0]+(?:of the (?!present|same|above)\p{Lu}|من (?!هذا|هذه)ال)")
_LOOKBEHIND = 40
_WORD_LOOKAROUND = 60

DIGITS_PATTERN = regex.compile(r"\p{Nd}+")
_TO_ARABIC = {ord("0") + digit: 0x0660 + digit for digit in range(10)}


def in_digits(text: str, digits: Digits) -> str:
    """Return `text` with its decimal digits, of any script, converted to `digits`."""
    plain: str = DIGITS_PATTERN.sub(lambda found: to_ascii_digits(found.group()), text)
    return plain.translate(_TO_ARABIC) if digits == "arab" else plain


def to_ascii_digits(number: str) -> str:
    """Convert digits of any script to 0–9; other characters are kept."""
    if number.isascii():
        return number
    return "".join(str(unicodedata.digit(char)) if char.isdecimal() else char for char in number)


def label_of(heading: str) -> str | None:
    """Return the typed name and number a heading begins with, else None."""
    found = LABEL_PATTERN.match(heading)
    return str(found.group()) if found else None


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to a provision at code points `start`–`end`; its words are normalised: "article 12"."""

    name: str
    number: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.name} {self.number}".strip()


def find_references(text: str) -> Iterator[Reference]:
    """Yield every reference in `text`, in order: with a number in digits, in words or in Roman numerals."""
    found = chain(_REFERENCE.finditer(text), _WORD_REFERENCE.finditer(text))
    references = (_reference(one["name"], one["number"], one.start(), one.end()) for one in found)
    return iter(sorted((one for one in references if one.number), key=lambda one: one.start))


def first_number(text: str) -> str:
    """Return the first number in digits in `text`, as ASCII digits; "" if there is none."""
    digits = _DIGITS_HERE.search(text)
    number = _NUMBER_HERE.match(text, digits.start()) if digits else None
    return _normalise_number(number.group()) if number else ""


def find_references_to(text: str, numbers: Collection[str], *, in_words: bool = False) -> Iterator[Reference]:
    """Yield the references whose number, as ASCII digits, is one of `numbers`. `in_words`: those in words too, last."""
    for found in _DIGITS_HERE.finditer(text):
        number = _NUMBER_HERE.match(text, found.start())
        if number and _normalise_number(number.group()) in numbers:
            reference = reference_at(text, found.start())
            if reference and reference.name:
                yield reference
    for found in _WORD_REFERENCE.finditer(text) if in_words else ():
        reference = _reference(found["name"], found["number"], found.start(), found.end())
        if reference.number in numbers:
            yield reference


def reference_at(text: str, offset: int) -> Reference | None:
    """Return the reference whose number, in digits, begins at `offset`."""
    line_start = max(text.rfind("\n", 0, offset) + 1, offset - _LOOKBEHIND)
    before, number = text[line_start:offset], _NUMBER_HERE.match(text, offset)
    name_match = _NAME_BEFORE.search(before, before.rstrip(" \u00a0(").rfind(" ") + 1)
    if not number or not (name_match or before.strip("# ") == ""):
        return None
    start = line_start + name_match.start() if name_match else offset
    return _reference(name_match["name"] if name_match else "", number.group(), start, number.end())


def word_reference_around(text: str, start: int, end: int) -> Reference | None:
    """Return the reference whose number, in words, contains or touches a range of one line."""
    line = text.rfind("\n", 0, start) + 1
    for found in _WORD_REFERENCE.finditer(text, max(line, start - _WORD_LOOKAROUND), end + _WORD_LOOKAROUND):
        if found.start("number") <= start and end <= found.end("number"):
            reference = _reference(found["name"], found["number"], found.start(), found.end())
            return reference if reference.number else None
    return None


def heading_reference(heading: str) -> Reference | None:
    """Return the name and number that a heading begins with; a number in words has a name."""
    found = _WORD_HEADING.match(heading) or _HEADING.match(heading)
    return _reference(found["name"] or "", found["number"], found.start(), found.end()) if found else None


def refers_to_other_text(text: str, end: int) -> bool:
    """Return whether the words after a reference say that it is to another text: "… of the Covenant"."""
    return _ELSEWHERE.match(text, end) is not None


def _reference(name: str, number: str, start: int, end: int) -> Reference:
    return Reference(_normalise_name(name), _normalise_number(number), start, end)


def _normalise_number(number: str) -> str:
    """Return a number in ASCII digits; "" for words that are no number."""
    plain = to_ascii_digits(number).replace("–", "-")
    if plain[:1].isdecimal():
        return plain
    value = number_words.parse_roman(plain) or number_words.parse_number_words(plain)
    return str(value) if value else ""


def _normalise_name(name: str) -> str:
    arabic = _STEM.fullmatch(name)
    if arabic:
        return _SINGULAR.get(arabic["stem"], str(arabic["stem"]))
    plain = name.lower().rstrip(".")
    return plain.removesuffix("s") if plain in PROVISION_NAMES["en"] else plain
