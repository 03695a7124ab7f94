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


def local_datetime(at: int, zone: str) -> dt.datetime:
    """Convert `at` (µs UTC) to local time in `zone`, to the second."""
    return dt.datetime.fromtimestamp(at // 1_000_000, dt.UTC).astimezone(ZoneInfo(zone))
