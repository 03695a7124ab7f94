"""How provisions are named and numbered in each language: the words before a number, and numbers in any digits."""

import unicodedata
from typing import Literal

import regex

Digits = Literal["arab", "latn"]

NAMES = {
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
"""What comes before the number of a provision, in lower case; a row a language."""

_PLAIN = "|".join(
    sorted({name for lang, names in NAMES.items() if lang != "ar" for name in names}, key=lambda n: (-len(n), n))
)
_ARABIC = "|".join(NAMES["ar"])
_NAME = rf"(?:\b(?:{_PLAIN})\.?|§|(?:^|(?<=[^\p{{L}}\p{{M}}]))[وفبلك]{{0,2}}(?:ال|ل)?(?:{_ARABIC}|مواد|فقرات|بنود))"
_ORDINAL = r"ال(?:أولى?|ثانية?|ثاني|ثالثة?|رابعة?|خامسة?|سادسة?|سابعة?|ثامنة?|تاسعة?|عاشرة?|حادية|حادي)(?: عشرة?)?"
_NUMBER = rf"(?:\p{{Nd}}+(?:[-–]?\p{{L}}(?![\p{{L}}\p{{M}}]))?|[IVXLC]+\b|{_ORDINAL}|[A-Z]\b)"

LABEL = regex.compile(rf"(?P<name>(?i:{_NAME}))[ \u00a0]*(?P<number>{_NUMBER})", regex.V1)
"""A provision's name with its number: "Article 12", «المادة ١٢», «الباب الثاني», "§ 3a"."""

NAMED = regex.compile(rf"(?i:{_NAME})[ \u00a0(]*$", regex.V1)
"""The end of what stands before a number that numbers a provision."""

DIGITS = regex.compile(r"\p{Nd}+")
_TO_ARABIC = {ord("0") + digit: 0x0660 + digit for digit in range(10)}


def in_digits(text: str, digits: Digits) -> str:
    """`text` with its decimal digits, of any script, written as `digits`."""
    plain: str = DIGITS.sub(lambda found: plain_number(found.group()), text)
    return plain.translate(_TO_ARABIC) if digits == "arab" else plain


def plain_number(number: str) -> str:
    """Digits of any script as 0–9; other characters stay."""
    return "".join(str(unicodedata.digit(char)) if char.isdecimal() else char for char in number)


def label_of(heading: str) -> str | None:
    """The typed name and number a heading begins with, else None."""
    found = LABEL.match(heading)
    return str(found.group()) if found else None
