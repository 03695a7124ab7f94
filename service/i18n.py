"""Translation (GNU gettext) and locale-aware formatting of numbers, dates and lists (CLDR, through Babel).

Languages are rows of LANGUAGES (languages.py), re-exported here. Message ids are the English sentences marked by N_(),
with {named} placeholders.
"""

import datetime as dt
import gettext
import io
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, get_timezone_location
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from service.domain.errors import N_, DomainError, Param
from service.languages import DIGIT_SYSTEMS, LANGUAGES, Language, collation_key, get_language

__all__ = [
    "DIGIT_SYSTEMS",
    "GETTEXT_DOMAIN",
    "LANGUAGES",
    "LOCALE_DIR",
    "Language",
    "Translator",
    "city",
    "collation_key",
    "convert_digits",
    "format_long_date",
    "get_language",
    "negotiate_language",
]

LOCALE_DIR = Path(__file__).parent / "locale"
GETTEXT_DOMAIN = "mithaq"

_PLURAL_SAMPLES = (100, 11, 3, 2, 1, 0)
"""Sample counts that together select every plural form of our languages."""

_SEPARATORS: Mapping[str, tuple[str, str]] = {"latn": (",", "."), "arab": ("٬", "٫")}
"""Thousands and decimal separator."""

_CITIES: Mapping[str, Mapping[str, str]] = {"ar": {"UTC": "غرينتش", "GMT": "غرينتش"}}  # not translated in CLDR
_PROCLITIC = ("ar",)  # languages that write “and” as part of the next word


class Translator:
    """Translates and formats for one language and numbering system. Cheap: catalogues are cached per process."""

    def __init__(self, code: str, *, digits: str | None = None) -> None:
        self.language = get_language(code)
        self.digit_system = digits or self.language.digits
        self._catalogue = _catalogue(code)

    def t(self, message: str, /, **params: Param) -> str:
        """Translate `message` and fill its placeholders: numbers localised, tuples as lists. Missing ones stay."""
        return self._format_message(self._catalogue.gettext(message), params)

    def n(self, singular: str, plural: str, count: int, **params: Param) -> str:
        """Translate a plural message for `count` (ngettext); {count} is filled besides `params`."""
        return self._format_message(self._catalogue.ngettext(singular, plural, count), {**params, "count": count})

    def forms(self, singular: str, plural: str) -> dict[str, str]:
        """Return every plural form by CLDR category, unfilled, for a script in the browser to choose from."""
        category = _locale(self.language.locale).plural_form
        return {category(count): self._catalogue.ngettext(singular, plural, count) for count in _PLURAL_SAMPLES}

    def error_message(self, error: DomainError) -> str:
        """Translate the sentence of `error` and fill it."""
        return self.t(error.sentence, **error.params)

    def localize_digits(self, value: str | int) -> str:
        """Return `value` with its digits in this numbering system."""
        return convert_digits(value, self.digit_system)

    def format_number(self, value: int) -> str:
        """Format an integer with thousands separators: 1,047 or ١٬٠٤٧."""
        group, _ = _SEPARATORS[self.digit_system]
        return self.localize_digits(f"{value:,}".replace(",", group))

    def format_date(self, day: dt.date, *, weekday: bool = False) -> str:
        """Format a date in words; see `format_long_date`."""
        return format_long_date(day, lang=self.language.code, digits=self.digit_system, weekday=weekday)

    def format_month(self, day: dt.date) -> str:
        """Format the abbreviated month name."""
        return format_date(day, "MMM", locale=_locale(self.language.locale))

    def format_time(self, at: dt.datetime) -> str:
        """Format hours and minutes (24-hour clock) in the time zone of `at`."""
        return self.localize_digits(f"{at:%H:%M}")

    def format_moment(self, at: int, *, zone: str) -> str:
        """Format `at` (µs UTC) as date, time and city of the zone: 24 November 2026, 17:00 Damascus time."""
        local_time = dt.datetime.fromtimestamp(at // 1_000_000, dt.UTC).astimezone(ZoneInfo(zone))
        at_city = city(zone, language=self.language)
        return self.t(
            N_("{date}, {time} {city} time"),
            date=self.format_date(local_time),
            time=self.format_time(local_time),
            city=at_city,
        )

    def format_list(self, items: Iterable[str]) -> str:
        """Join items as a sentence does: «أ وب وج», «أ و SJAC», "A, B and C"."""
        listed = [_detach(item, self.language) if index else item for index, item in enumerate(items)]
        return format_list(listed, locale=_locale(self.language.locale))

    def sort_names(self, names: Iterable[str]) -> list[str]:
        """Sort names by `collation_key`."""
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
    """Convert the digits of `value`, from any system, to `system` (a key of DIGIT_SYSTEMS)."""
    return str(value).translate(_digit_table(system))


def format_long_date(day: dt.date, *, lang: str, digits: str | None = None, weekday: bool = False) -> str:
    """Format a date in words: «الأحد ٢٢ تشرين الثاني ٢٠٢٦», "Sunday 22 November 2026"."""
    row = get_language(lang)
    pattern = "EEEE d MMMM y" if weekday else "d MMMM y"
    return format_date(day, pattern, locale=_locale(row.locale)).translate(_digit_table(digits or row.digits))


def city(zone: str, *, language: Language) -> str:
    """Return the city of a time zone (CLDR exemplar city) in `language`; «غرينتش» for UTC."""
    name = get_timezone_location(zone, locale=_locale(language.locale), return_city=True)
    return _CITIES.get(language.code, {}).get(name, name)


def negotiate_language(accept_language: str | None, *, fallback: str = "ar") -> str:
    """Return the language of LANGUAGES that Accept-Language (RFC 9110 §12.5.4) prefers, else `fallback`."""
    preferences = [_parse_preference(part, index) for index, part in enumerate((accept_language or "").split(","))]
    for weight, _, code in sorted(preferences):
        if weight < 0 and code in LANGUAGES:
            return code
    return fallback


def _detach(item: str, row: Language) -> str:
    """Prefix `item` (text or HTML) with a space if its first letter, of another script, would join with “and”."""
    start = re.match(r"(?:<[^>]*>|[^\w<&])*([^\W\d_])", item) if row.code in _PROCLITIC else None
    return f" {item}" if start and not row.script[0] <= start[1] <= row.script[1] else item


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
