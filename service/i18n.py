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

from service.domain.errors import N_, DomainError, InvalidInput, Param

LOCALE_DIR = Path(__file__).parent / "locale"
GETTEXT_DOMAIN = "mithaq"

DIGIT_SYSTEMS: Mapping[str, str] = {"latn": "0123456789", "arab": "٠١٢٣٤٥٦٧٨٩"}
"""Systems of digits by their CLDR names."""

_PLURAL_SAMPLES = (100, 11, 3, 2, 1, 0)
"""Numbers that between them need every form a language of ours has."""

_SEPARATORS: Mapping[str, tuple[str, str]] = {"latn": (",", "."), "arab": ("٬", "٫")}

_CITIES: Mapping[str, Mapping[str, str]] = {"ar": {"UTC": "غرينتش", "GMT": "غرينتش"}}  # not translated in CLDR
_PROCLITIC = ("ar",)  # languages that write “and” as part of the next word


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


def get_language(code: str) -> Language:
    """The row of `code`. Raises Malformed `unknown_language`."""
    try:
        return LANGUAGES[code]
    except KeyError:
        raise InvalidInput("unknown_language", N_("There is no language “{language}”."), language=code) from None


class Translator:
    """The voice of one language, with the digits its reader wants. Cheap: catalogues are read once a process."""

    def __init__(self, code: str, *, digits: str | None = None) -> None:
        self.language = get_language(code)
        self.digit_system = digits or self.language.digits
        self._catalogue = _catalogue(code)

    def t(self, message: str, **params: Param) -> str:
        """`message` in this language; numbers in its digits, tuples as its lists. A place nobody filled stays."""
        return self._format_message(self._catalogue.gettext(message), params)

    def n(self, singular: str, plural: str, count: int, **params: Param) -> str:
        """The form that agrees with `count`; {count} is filled besides `params`."""
        return self._format_message(self._catalogue.ngettext(singular, plural, count), {**params, "count": count})

    def forms(self, singular: str, plural: str) -> dict[str, str]:
        """Every form of a counted sentence by its CLDR category, for a script to choose from; its places stay open."""
        category = _locale(self.language.locale).plural_form
        return {category(count): self._catalogue.ngettext(singular, plural, count) for count in _PLURAL_SAMPLES}

    def error_message(self, error: DomainError) -> str:
        """The sentence of `error`, filled."""
        return self.t(error.sentence, **error.params)

    def localize_digits(self, value: str | int) -> str:
        return convert_digits(value, self.digit_system)

    def format_number(self, value: int) -> str:
        """Grouped by thousands: 1,047 or ١٬٠٤٧."""
        group, _ = _SEPARATORS[self.digit_system]
        return self.localize_digits(f"{value:,}".replace(",", group))

    def format_date(self, day: dt.date, *, weekday: bool = False) -> str:
        return format_long_date(day, lang=self.language.code, digits=self.digit_system, weekday=weekday)

    def format_month(self, day: dt.date) -> str:
        """The month alone, as short as the language has it."""
        return format_date(day, "MMM", locale=_locale(self.language.locale))

    def format_time(self, at: dt.datetime) -> str:
        """Hours and minutes of 24, in the zone `at` carries."""
        return self.localize_digits(f"{at:%H:%M}")

    def format_moment(self, at: int, *, zone: str) -> str:
        """`at` (microseconds, UTC) as day and time with the zone in words: 24 November 2026, 17:00 Damascus time."""
        local_time = dt.datetime.fromtimestamp(at // 1_000_000, dt.UTC).astimezone(ZoneInfo(zone))
        at_city = city(zone, language=self.language)
        return self.t(
            N_("{date}, {time} {city} time"),
            date=self.format_date(local_time),
            time=self.format_time(local_time),
            city=at_city,
        )

    def format_list(self, items: Iterable[str]) -> str:
        """«أ وب وج», «أ و SJAC», "A, B and C"."""
        listed = [_detached(item, self.language) if place else item for place, item in enumerate(items)]
        return format_list(listed, locale=_locale(self.language.locale))

    def sort_names(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: collation_key(name, lang=self.language.code))

    def _format_message(self, sentence: str, params: Mapping[str, Param]) -> str:
        return sentence.format_map(_KeepMissing({name: self._format_param(value) for name, value in params.items()}))

    def _format_param(self, value: Param) -> str:
        if isinstance(value, str):
            return value
        return self.format_number(value) if isinstance(value, int) else self.format_list(value)


class _KeepMissing(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def convert_digits(value: str | int, system: str) -> str:
    """`value` with every digit, of either system, written in `system` (a key of DIGITS)."""
    return str(value).translate(_digit_table(system))


def format_long_date(day: dt.date, *, lang: str, digits: str | None = None, weekday: bool = False) -> str:
    """A day in words, as one reads it out: «الأحد ٢٢ تشرين الثاني ٢٠٢٦», "Sunday 22 November 2026"."""
    row = get_language(lang)
    pattern = "EEEE d MMMM y" if weekday else "d MMMM y"
    return format_date(day, pattern, locale=_locale(row.locale)).translate(_digit_table(digits or row.digits))


def city(zone: str, *, language: Language) -> str:
    """The city a time zone is named after, in `language`; «غرينتش» for UTC."""
    name = get_timezone_location(zone, locale=_locale(language.locale), return_city=True)
    return _CITIES.get(language.code, {}).get(name, name)


def negotiate_language(accept_language: str | None, *, fallback: str = "ar") -> str:
    """The language of LANGUAGES that Accept-Language (RFC 9110 §12.5.4) prefers, else `default`."""
    preferences = [_parse_preference(part, place) for place, part in enumerate((accept_language or "").split(","))]
    for weight, _, code in sorted(preferences):
        if weight < 0 and code in LANGUAGES:
            return code
    return fallback


def collation_key(name: str, *, lang: str) -> tuple[object, ...]:
    """Sorts names as a reader of `lang` looks them up.

    Names in the language's own script first; case, vowel signs, hamza seats, tatweel, quotation marks and punctuation
    do not count; runs of digits count as numbers; equal names fall back to their code points. «الـ» and "the" count as
    letters, as in a telephone book.
    """
    row = get_language(lang)
    letters = _fold_letters(name, row.folds)
    chunks = tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in re.findall(r"\d+|\D+", letters)
    )
    first, last = row.script
    return (not first <= letters[:1] <= last, chunks, name)


def _detached(item: str, row: Language) -> str:
    """`item` (text or HTML) after a space, if its first letter would stick to “and”."""
    start = re.match(r"(?:<[^>]*>|[^\w<&])*([^\W\d_])", item) if row.code in _PROCLITIC else None
    return f" {item}" if start and not row.script[0] <= start[1] <= row.script[1] else item


def _fold_letters(name: str, folds: Mapping[str, str]) -> str:
    mapped = "".join(folds.get(letter, letter) for letter in unicodedata.normalize("NFC", name.casefold()))
    significant = (c for c in unicodedata.normalize("NFKD", mapped) if unicodedata.category(c)[0] in "LNZ")
    return " ".join("".join(significant).split())


def _parse_preference(language_range: str, index: int) -> tuple[float, int, str]:
    tag, _, rest = language_range.partition(";")
    weight = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", rest)
    return (-float(weight[1]) if weight else -1.0, index, tag.strip().partition("-")[0].lower())


@cache
def _digit_table(system: str) -> dict[int, str]:
    return {
        ord(old): new for row in DIGIT_SYSTEMS.values() for old, new in zip(row, DIGIT_SYSTEMS[system], strict=True)
    }


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    path = LOCALE_DIR / code / "LC_MESSAGES" / f"{GETTEXT_DOMAIN}.po"
    with path.open("rb") as source:
        catalogue = read_po(source, locale=code, domain=GETTEXT_DOMAIN)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
