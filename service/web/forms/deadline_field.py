"""A deadline as a person gives it: one of a few, or a day and an hour, in the coalition's zone."""

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
OFFERED_WORKING_DAYS = (1, 3, 5, 10)
"""How many working days are offered."""

CLOSING_TIME = dt.time(17)
"""When a working day ends: the hour of the deadlines that are offered."""


@dataclass(frozen=True)
class DeadlineOption:
    """A deadline in `count` working days, at `at` (µs UTC)."""

    count: int
    at: int


def deadline_options(now: int, *, zone: str, working_weekdays: Collection[str]) -> Mapping[str, DeadlineOption]:
    """The deadlines offered at `now` (µs UTC) by the names the form gives them; they fall on working `days`."""
    today = local_datetime(now, zone).date()
    return {
        f"{count}d": DeadlineOption(
            count, to_timestamp(working_day_after(today, count, days=working_weekdays), CLOSING_TIME, zone=zone)
        )
        for count in OFFERED_WORKING_DAYS
    }


def to_timestamp(day: dt.date, hour: dt.time, *, zone: str) -> int:
    """Day and hour on the clocks of `zone`, in µs UTC."""
    return int(dt.datetime.combine(day, hour, ZoneInfo(zone)).timestamp()) * 1_000_000


def parse_deadline(form: DeadlineFields, *, now: int, zone: str, working_weekdays: Collection[str]) -> int:
    """The deadline of a form, in µs UTC. Raises InvalidInput `unread_deadline`, and Conflict `deadline_on_rest_day` if
    the day is not one of `working_weekdays` and the form does not confirm it."""
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
    """A day and an hour as fields of a form give them. Raises Malformed `unread_deadline`."""
    try:
        return to_timestamp(dt.date.fromisoformat(day), dt.time.fromisoformat(hour), zone=zone)
    except (ValueError, OverflowError):
        raise InvalidInput("unread_deadline", N_("Enter the date and time of the deadline.")) from None


def working_days(context: RequestContext) -> list[str]:
    """The coalition's working days."""
    days: list[str] = with_defaults(context.coalition.settings if context.coalition else {})["working_days"]
    return days


def is_rest_day(context: RequestContext, at: int) -> bool:
    """Whether `at` (µs UTC) falls on a day of rest, by the coalition's clocks."""
    return not is_working_day(local_datetime(at, context.formatter.home_zone), days=working_days(context))
