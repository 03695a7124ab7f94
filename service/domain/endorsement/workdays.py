"""The coalition's week: which days are working days, and what falls on the others."""

import datetime as dt
from collections.abc import Collection

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Names of the days in the order of `date.weekday()`."""

DEFAULT_WORKING_DAYS = ("sun", "mon", "tue", "wed", "thu")
"""Where nobody chose."""

ONE_DAY = dt.timedelta(days=1)


def is_working_day(day: dt.date, *, days: Collection[str]) -> bool:
    """Whether `day` is one of the working `days`."""
    return WEEKDAYS[day.weekday()] in days


def working_day_after(day: dt.date, count: int, *, days: Collection[str]) -> dt.date:
    """The `count`th working day after `day`, which is itself not counted; `days` holds one at least."""
    remaining, candidate = count, day
    while remaining:
        candidate += ONE_DAY
        remaining -= is_working_day(candidate, days=days)
    return candidate


def working_time_at_or_before(at: dt.datetime, *, days: Collection[str]) -> dt.datetime:
    """`at` where it falls on a working day, else the same hour of the last working day before it."""
    candidate = at
    while not is_working_day(candidate, days=days):
        candidate -= ONE_DAY
    return candidate


def reminder_time(
    *, opened_at: dt.datetime, closes_at: dt.datetime, lead_time: dt.timedelta, days: Collection[str]
) -> dt.datetime | None:
    """When those who have not answered are reminded: `ahead` of the end, or on the last working day before that, so
    that somebody is there to answer, unless the round has by then been open for less than `ahead`. None where the round
    opened so late that it needs no reminder."""
    nominal = closes_at - lead_time
    if opened_at > nominal:
        return None
    adjusted = working_time_at_or_before(nominal, days=days)
    return adjusted if adjusted - opened_at >= lead_time else nominal
