"""Form field for a deadline: an offered one, or a date and time, in the coalition's time zone."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from service.actions.membership.coalition import with_defaults
from service.domain.endorsement.workdays import is_working_day, working_day_after
from service.domain.errors import N_, Conflict, InvalidInput, at_field
from service.web.forms.rounds import DeadlineFields
from service.web.http.context import RequestContext
from service.web.rendering.time_zones import local_datetime

CUSTOM_DEADLINE = "own"
"""Value of `deadline` for a date and time of the user's choice."""

OFFERED_WORKING_DAYS = (1, 3, 5, 10)
"""Deadlines on offer, in working days."""

CLOSING_TIME = dt.time(17)
"""Time of day of the deadlines on offer."""


@dataclass(frozen=True)
class DeadlineOption:
    """A deadline in `count` working days, at `at` (µs UTC)."""

    count: int
    at: int


def deadline_options(now: int, *, zone: str, working_weekdays: Collection[str]) -> Mapping[str, DeadlineOption]:
    """Return the deadlines on offer at `now` (µs UTC) by form value; they fall on working days."""
    today = local_datetime(now, zone).date()
    return {
        f"{count}d": DeadlineOption(
            count, to_timestamp(working_day_after(today, count, days=working_weekdays), CLOSING_TIME, zone=zone)
        )
        for count in OFFERED_WORKING_DAYS
    }


def to_timestamp(day: dt.date, hour: dt.time, *, zone: str) -> int:
    """Convert date and time in `zone` to µs UTC."""
    return int(dt.datetime.combine(day, hour, ZoneInfo(zone)).timestamp()) * 1_000_000


def parse_deadline(form: DeadlineFields, *, now: int, zone: str, working_weekdays: Collection[str]) -> int:
    """Parse the deadline (µs UTC) of a form with `deadline`, `date` and `time`.

    Raises InvalidInput `unread_deadline`, Conflict `deadline_on_rest_day` unless the form confirms the rest day.
    """
    options = deadline_options(now, zone=zone, working_weekdays=working_weekdays)
    if form.deadline in options:
        return options[form.deadline].at
    with at_field("date"):
        at = parse_day_and_time(form.date, form.time, zone=zone)
    if not is_working_day(local_datetime(at, zone), days=working_weekdays) and not form.rest_day:
        raise Conflict(
            "deadline_on_rest_day",
            N_("This is not a working day of the coalition. Choose another, or confirm below that you want this day."),
        )
    return at


def parse_day_and_time(day: str, hour: str, *, zone: str) -> int:
    """Parse an ISO 8601 date and time into µs UTC. Raises InvalidInput `unread_deadline`."""
    try:
        return to_timestamp(dt.date.fromisoformat(day), dt.time.fromisoformat(hour), zone=zone)
    except (ValueError, OverflowError):
        raise InvalidInput("unread_deadline", N_("Enter the date and time of the deadline.")) from None


def working_days(context: RequestContext) -> list[str]:
    """Return the coalition's working days."""
    days: list[str] = with_defaults(context.coalition.settings if context.coalition else {})["working_days"]
    return days


def is_rest_day(context: RequestContext, at: int) -> bool:
    """Whether `at` (µs UTC) falls on a rest day in the coalition's time zone."""
    return not is_working_day(local_datetime(at, context.formatter.home_zone), days=working_days(context))
