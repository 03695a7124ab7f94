"""The zones a reader may want to see times in besides the coalition's own."""

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
    """The city a zone is called after, as readers of `language` say it."""
    return _localized_city(zone, language.code)


@cache
def _localized_city(zone: str, lang: str) -> str:
    return i18n.city(zone, language=i18n.get_language(lang))


@cache
def all_zones() -> tuple[str, ...]:
    """The zones of places, by name."""
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")))


def local_datetime(at: int, zone: str) -> dt.datetime:
    """`at` (microseconds UTC) on the clocks of `zone`."""
    return dt.datetime.fromtimestamp(at // 1_000_000, dt.UTC).astimezone(ZoneInfo(zone))
