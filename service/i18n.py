"""What is said to people, in their language: the message catalogues, numbers, dates, lists and the order of names.

A language is a row of LANGUAGES and a catalogue `locale/<code>/LC_MESSAGES/mithaq.po`; adding one touches no code.
Message ids are the English sentences that N_() marks, with {named} places.
"""

import datetime as dt
import gettext
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, get_timezone_location
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from service.domain.errors import N_, DomainError, Malformed, Param

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "mithaq"

DIGITS: Mapping[str, str] = {"latn": "0123456789", "arab": "٠١٢٣٤٥٦٧٨٩"}
"""Systems of digits by their CLDR names."""

_EACH_FORM = (100, 11, 3, 2, 1, 0)
"""Numbers that between them need every form a language of ours has."""

_MARKS: Mapping[str, tuple[str, str]] = {"latn": (",", "."), "arab": ("٬", "٫")}


@dataclass(frozen=True, slots=True)
class Language:
    """One row of the table of languages."""

    code: str
    name: str
    """As its own readers call it."""
    direction: str
    """rtl or ltr."""
    digits: str
    """The system of digits where nobody chose another: a key of DIGITS."""
    locale: str
    """CLDR locale of months, weekdays and lists; ar_SY says تشرين الثاني where ar says نوفمبر."""
    plurals: str
    """Plural-Forms of its catalogue, as GNU gettext writes it."""
    text_font: str
    interface_font: str
    script: tuple[str, str]
    """First and last character of its script: names in it stand before names in others."""
    folds: Mapping[str, str] = field(default_factory=dict)
    """Letters that count as another in alphabetical order."""


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


def language(code: str) -> Language:
    """The row of `code`. Raises Malformed `unknown_language`."""
    try:
        return LANGUAGES[code]
    except KeyError:
        raise Malformed("unknown_language", N_("There is no language “{language}” here."), language=code) from None


class Words:
    """The voice of one language, with the digits its reader wants. Cheap: catalogues are read once a process."""

    def __init__(self, code: str, *, digits: str | None = None) -> None:
        self.language = language(code)
        self.system = digits or self.language.digits
        self._catalogue = _catalogue(code)

    def t(self, message: str, **params: Param) -> str:
        """`message` in this language; numbers in its digits, tuples as its lists. A place nobody filled stays."""
        return self._fill(self._catalogue.gettext(message), params)

    def n(self, singular: str, plural: str, count: int, **params: Param) -> str:
        """The form that agrees with `count`; {count} is filled besides `params`."""
        return self._fill(self._catalogue.ngettext(singular, plural, count), {**params, "count": count})

    def forms(self, singular: str, plural: str) -> dict[str, str]:
        """Every form of a counted sentence by its CLDR category, for a script to choose from; its places stay open."""
        category = _locale(self.language.locale).plural_form
        return {category(count): self._catalogue.ngettext(singular, plural, count) for count in _EACH_FORM}

    def error(self, error: DomainError) -> str:
        """The sentence of `error`, filled."""
        return self.t(error.sentence, **error.params)

    def digits(self, value: str | int) -> str:
        return digits(value, self.system)

    def number(self, value: int) -> str:
        """Grouped by thousands: 1,047 or ١٬٠٤٧."""
        group, _ = _MARKS[self.system]
        return self.digits(f"{value:,}".replace(",", group))

    def date(self, day: dt.date, *, weekday: bool = False) -> str:
        return date_in_words(day, lang=self.language.code, digits=self.system, weekday=weekday)

    def month(self, day: dt.date) -> str:
        """The month alone, as short as the language has it."""
        return format_date(day, "MMM", locale=_locale(self.language.locale))

    def time(self, at: dt.datetime) -> str:
        """Hours and minutes of 24, in the zone `at` carries."""
        return self.digits(f"{at:%H:%M}")

    def moment(self, at: int, *, zone: str) -> str:
        """`at` (microseconds, UTC) as day and time with the zone in words: 24 November 2026, 17:00 Damascus time."""
        there = dt.datetime.fromtimestamp(at // 1_000_000, dt.UTC).astimezone(ZoneInfo(zone))
        city = get_timezone_location(zone, locale=_locale(self.language.locale), return_city=True)
        return self.t(N_("{date}, {time} {city} time"), date=self.date(there), time=self.time(there), city=city)

    def join(self, items: Iterable[str]) -> str:
        """«أ وب وج», "A, B and C"."""
        return format_list(list(items), locale=_locale(self.language.locale))

    def sort(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: collation_key(name, lang=self.language.code))

    def _fill(self, sentence: str, params: Mapping[str, Param]) -> str:
        return sentence.format_map(_Places({name: self._show(value) for name, value in params.items()}))

    def _show(self, value: Param) -> str:
        if isinstance(value, str):
            return value
        return self.number(value) if isinstance(value, int) else self.join(value)


class _Places(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def digits(value: str | int, system: str) -> str:
    """`value` with every digit, of either system, written in `system` (a key of DIGITS)."""
    return str(value).translate(_digit_table(system))


def date_in_words(day: dt.date, *, lang: str, digits: str | None = None, weekday: bool = False) -> str:
    """A day in words, as one reads it out: «الأحد ٢٢ تشرين الثاني ٢٠٢٦», "Sunday 22 November 2026"."""
    row = language(lang)
    pattern = "EEEE d MMMM y" if weekday else "d MMMM y"
    return format_date(day, pattern, locale=_locale(row.locale)).translate(_digit_table(digits or row.digits))


def pick(accept_language: str | None, *, default: str = "ar") -> str:
    """The language of LANGUAGES that Accept-Language (RFC 9110 §12.5.4) prefers, else `default`."""
    asked = [_ranked(part, place) for place, part in enumerate((accept_language or "").split(","))]
    for weight, _, code in sorted(asked):
        if weight < 0 and code in LANGUAGES:
            return code
    return default


def collation_key(name: str, *, lang: str) -> tuple[object, ...]:
    """Sorts names as a reader of `lang` looks them up.

    Names in the language's own script first; case, vowel signs, hamza seats, tatweel, quotation marks and punctuation
    do not count; runs of digits count as numbers; equal names fall back to their code points. «الـ» and "the" count as
    letters, as in a telephone book.
    """
    row = language(lang)
    letters = _fold(name, row.folds)
    pieces = tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in re.findall(r"\d+|\D+", letters)
    )
    first, last = row.script
    return (not first <= letters[:1] <= last, pieces, name)


def _fold(name: str, folds: Mapping[str, str]) -> str:
    seated = "".join(folds.get(letter, letter) for letter in unicodedata.normalize("NFC", name.casefold()))
    kept = (c for c in unicodedata.normalize("NFKD", seated) if unicodedata.category(c)[0] in "LNZ")
    return " ".join("".join(kept).split())


def _ranked(part: str, place: int) -> tuple[float, int, str]:
    tag, _, rest = part.partition(";")
    weight = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", rest)
    return (-float(weight[1]) if weight else -1.0, place, tag.strip().partition("-")[0].lower())


@cache
def _digit_table(system: str) -> dict[int, str]:
    return {ord(old): new for row in DIGITS.values() for old, new in zip(row, DIGITS[system], strict=True)}


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    path = LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open("rb") as source:
        catalogue = read_po(source, locale=code, domain=DOMAIN)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
