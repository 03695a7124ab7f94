"""Working days of the coalition, for deadlines and reminders."""

import datetime as dt
from collections.abc import Collection

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Names of the days in the order of `date.weekday()`."""

DEFAULT_WORKING_DAYS = ("sun", "mon", "tue", "wed", "thu")
"""The default."""

ONE_DAY = dt.timedelta(days=1)


def is_working_day(day: dt.date, *, days: Collection[str]) -> bool:
    """Return whether `day` falls on one of the weekdays `days`."""
    return WEEKDAYS[day.weekday()] in days


def working_day_after(day: dt.date, count: int, *, days: Collection[str]) -> dt.date:
    """Return the `count`th working day after `day`, which is not counted; `days` must not be empty."""
    remaining, candidate = count, day
    while remaining:
        candidate += ONE_DAY
        remaining -= is_working_day(candidate, days=days)
    return candidate


def working_time_at_or_before(at: dt.datetime, *, days: Collection[str]) -> dt.datetime:
    """Return `at` if it is on a working day, else the same time on the last working day before."""
    candidate = at
    while not is_working_day(candidate, days=days):
        candidate -= ONE_DAY
    return candidate


def reminder_time(
    *, opened_at: dt.datetime, closes_at: dt.datetime, lead_time: dt.timedelta, days: Collection[str]
) -> dt.datetime | None:
    """Return when organisations without an answer are reminded; None if the round is too short for a reminder.

    That is `lead_time` before the end, or the last working day before that unless the round will then have been open
    for less than `lead_time`.
    """
    nominal = closes_at - lead_time
    if opened_at > nominal:
        return None
    adjusted = working_time_at_or_before(nominal, days=days)
    return adjusted if adjusted - opened_at >= lead_time else nominal
