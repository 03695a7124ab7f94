"""Time zones offered to users, and conversion to local time."""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from service import i18n
from service.i18n import Language

OFFERED_ZONES = (
    "Asia/Damascus",
    "Asia/Beirut",
    "Asia/Amman",
    "Asia/Baghdad",
    "Asia/Riyadh",
    "Asia/Dubai",
    "Europe/Istanbul",
    "Africa/Cairo",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Stockholm",
    "Europe/Paris",
    "Europe/London",
    "America/New_York",
    "America/Toronto",
)


def zone_city(zone: str, *, language: Language) -> str:
    """Return the city that a time zone is named after, in `language` (CLDR)."""
    return _localized_city(zone, language.code)


@cache
def _localized_city(zone: str, lang: str) -> str:
    return i18n.city(zone, language=i18n.get_language(lang))


@cache
def all_zones() -> tuple[str, ...]:
    """Return the names of all IANA zones of places, sorted."""
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")))


@cache
def _zone_options(lang: str) -> tuple[tuple[str, str], ...]:
    language = i18n.get_language(lang)
    others = [zone for zone in all_zones() if zone not in OFFERED_ZONES]
    others.sort(key=lambda zone: i18n.collation_key(zone_city(zone, language=language), lang=lang))
    return tuple((zone, f"{zone_city(zone, language=language)} ({zone})") for zone in (*OFFERED_ZONES, *others))


def zone_options(language: Language) -> tuple[tuple[str, str], ...]:
    """Return (zone, city and zone) of all zones: the offered ones first, then by city in `language`."""
    return _zone_options(language.code)


def local_datetime(at: int, zone: str) -> dt.datetime:
    """Convert `at` (µs UTC) to local time in `zone`, to the second."""
    return dt.datetime.fromtimestamp(at // 1_000_000, dt.UTC).astimezone(ZoneInfo(zone))
