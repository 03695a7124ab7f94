"""The coalition's week: which days are working days, and what falls on the others."""

import datetime as dt
from collections.abc import Collection

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Names of the days in the order of `date.weekday()`."""

USUAL = ("sun", "mon", "tue", "wed", "thu")
"""Where nobody chose."""

DAY = dt.timedelta(days=1)


def is_working(day: dt.date, *, days: Collection[str]) -> bool:
    """Whether `day` is one of the working `days`."""
    return WEEK[day.weekday()] in days


def working_day_after(day: dt.date, count: int, *, days: Collection[str]) -> dt.date:
    """The `count`th working day after `day`, which is itself not counted; `days` holds one at least."""
    left, found = count, day
    while left:
        found += DAY
        left -= is_working(found, days=days)
    return found


def no_later_working(at: dt.datetime, *, days: Collection[str]) -> dt.datetime:
    """`at` where it falls on a working day, else the same hour of the last working day before it."""
    found = at
    while not is_working(found, days=days):
        found -= DAY
    return found


def reminder_moment(
    *, opened_at: dt.datetime, closes_at: dt.datetime, ahead: dt.timedelta, days: Collection[str]
) -> dt.datetime | None:
    """When those who have not answered are reminded: `ahead` of the end, or on the last working day before that, so
    that somebody is there to answer, unless the round has by then been open for less than `ahead`. None where the round
    opened so late that it needs no reminder."""
    plain = closes_at - ahead
    if opened_at > plain:
        return None
    early = no_later_working(plain, days=days)
    return early if early - opened_at >= ahead else plain
