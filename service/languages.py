"""The table of languages: one row each (direction, digits, plural rules, fonts, alphabetical order).

Adding a language is a row here and a catalogue `locale/<code>/LC_MESSAGES/mithaq.po`; no code branches on a language.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.domain.errors import N_, InvalidInput

DIGIT_SYSTEMS: Mapping[str, str] = {"latn": "0123456789", "arab": "٠١٢٣٤٥٦٧٨٩"}
"""Digits by the CLDR name of their numbering system."""


@dataclass(frozen=True, slots=True)
class Language:
    """One row of the table of languages."""

    code: str
    name: str
    """In the language itself."""
    direction: str
    """rtl or ltr."""
    digits: str
    """Default numbering system: a key of DIGIT_SYSTEMS."""
    locale: str
    """CLDR locale of months, weekdays and lists; ar_SY has تشرين الثاني where ar has نوفمبر."""
    plurals: str
    """Plural-Forms header of its catalogue, in GNU gettext syntax."""
    text_font: str
    interface_font: str
    script: tuple[str, str]
    """First and last character of its script: names in this script sort before all others."""
    folds: Mapping[str, str] = field(default_factory=dict)
    """Letters that sort as another letter."""


LANGUAGES: Mapping[str, Language] = {
    "ar": Language(
        code="ar",
        name="العربية",
        direction="rtl",
        digits="arab",
        locale="ar_SY",
        plurals="nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
        text_font="Amiri",
        interface_font="IBM Plex Sans Arabic",
        script=("\u0600", "\u06ff"),
        folds={"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ء": "ا", "ؤ": "و", "ئ": "ي", "ى": "ي", "ة": "ه", "ـ": ""},
    ),
    "en": Language(
        code="en",
        name="English",
        direction="ltr",
        digits="latn",
        locale="en_GB",
        plurals="nplurals=2; plural=(n != 1);",
        text_font="Source Serif 4",
        interface_font="IBM Plex Sans",
        script=("0", "\u024f"),
    ),
}


def get_language(code: str) -> Language:
    """Return the row of `code`. Raises InvalidInput `unknown_language`."""
    try:
        return LANGUAGES[code]
    except KeyError:
        raise InvalidInput("unknown_language", N_("There is no language “{language}”."), language=code) from None


def collation_key(name: str, *, lang: str) -> tuple[object, ...]:
    """Return the sort key of a name for readers of `lang`.

    Names in the language's own script come first. Case, vowel signs, the carrier of a hamza, tatweel, quotation marks
    and punctuation are ignored; runs of digits compare as numbers; ties are broken by code points. «الـ» and "the"
    count as letters, as in a telephone book.
    """
    row = get_language(lang)
    letters = _fold_letters(name, row.folds)
    chunks = tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in re.findall(r"\d+|\D+", letters)
    )
    first, last = row.script
    return (not first <= letters[:1] <= last, chunks, name)


def _fold_letters(name: str, folds: Mapping[str, str]) -> str:
    mapped = "".join(folds.get(letter, letter) for letter in unicodedata.normalize("NFC", name.casefold()))
    significant = (c for c in unicodedata.normalize("NFKD", mapped) if unicodedata.category(c)[0] in "LNZ")
    return " ".join("".join(significant).split())
