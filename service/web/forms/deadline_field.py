"""A deadline as a person gives it: one of a few, or a day and an hour, in the coalition's zone."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from service.actions.membership.coalition import complete
from service.domain.endorsement.workdays import is_working, working_day_after
from service.domain.errors import N_, Conflict, Malformed
from service.web.http.context import Visit
from service.web.rendering.time_zones import there

OWN = "own"
COUNTS = (1, 3, 5, 10)
"""How many working days are offered."""

HOUR = dt.time(17)
"""When a working day ends: the hour of the deadlines that are offered."""

MEANT = "rest_day"
"""The field of a form that says: this day of rest is meant."""


@dataclass(frozen=True)
class Offer:
    """A deadline in `count` working days, at `at` (µs UTC)."""

    count: int
    at: int


def offered(now: int, *, zone: str, days: Collection[str]) -> Mapping[str, Offer]:
    """The deadlines offered at `now` (µs UTC) by the names the form gives them; they fall on working `days`."""
    today = there(now, zone).date()
    return {
        f"{count}d": Offer(count, moment(working_day_after(today, count, days=days), HOUR, zone=zone))
        for count in COUNTS
    }


def moment(day: dt.date, hour: dt.time, *, zone: str) -> int:
    """Day and hour on the clocks of `zone`, in µs UTC."""
    return int(dt.datetime.combine(day, hour, ZoneInfo(zone)).timestamp()) * 1_000_000


def given(form: Mapping[str, str], *, now: int, zone: str, days: Collection[str]) -> int:
    """The deadline of a form with `deadline`, `date` and `time`, in µs UTC. Raises Malformed `unread_deadline`, and
    Conflict `deadline_on_rest_day` where the day is none of `days` and the form does not say that it is meant."""
    known = offered(now, zone=zone, days=days)
    if form.get("deadline") in known:
        return known[form["deadline"]].at
    at = day_given(form.get("date", ""), form.get("time", ""), zone=zone)
    if not is_working(there(at, zone), days=days) and not form.get(MEANT):
        raise Conflict(
            "deadline_on_rest_day",
            N_("This is not a working day of the coalition. Choose another, or say below that it is meant."),
        )
    return at


def day_given(day: str, hour: str, *, zone: str) -> int:
    """A day and an hour as fields of a form give them. Raises Malformed `unread_deadline`."""
    try:
        return moment(dt.date.fromisoformat(day), dt.time.fromisoformat(hour), zone=zone)
    except (ValueError, OverflowError):
        raise Malformed("unread_deadline", N_("Give the deadline as a day and an hour.")) from None


def working_days(visit: Visit) -> list[str]:
    """The coalition's working days."""
    days: list[str] = complete(visit.coalition.settings if visit.coalition else {})["working_days"]
    return days


def rests(visit: Visit, at: int) -> bool:
    """Whether `at` (µs UTC) falls on a day of rest, by the coalition's clocks."""
    return not is_working(there(at, visit.voice.home), days=working_days(visit))
