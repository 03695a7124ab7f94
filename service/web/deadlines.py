"""A deadline as a person gives it: one of a few, or a day and an hour, in the coalition's zone."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from service.domain.errors import N_, Malformed
from service.web.zones import there

OWN = "own"
DAYS = (1, 3, 7, 14)
HOUR = dt.time(17)
"""When a working day ends: the hour of the deadlines that are offered."""


def offered(now: int, *, zone: str) -> Mapping[str, int]:
    """The deadlines offered at `now` (µs UTC) by the names the form gives them."""
    today = there(now, zone).date()
    return {f"{days}d": moment(today + dt.timedelta(days=days), HOUR, zone=zone) for days in DAYS}


def moment(day: dt.date, hour: dt.time, *, zone: str) -> int:
    """Day and hour on the clocks of `zone`, in µs UTC."""
    return int(dt.datetime.combine(day, hour, ZoneInfo(zone)).timestamp()) * 1_000_000


def given(form: Mapping[str, str], *, now: int, zone: str) -> int:
    """The deadline of a form with `deadline`, `date` and `time`, in µs UTC. Raises Malformed `unread_deadline`."""
    known = offered(now, zone=zone)
    if form.get("deadline") in known:
        return known[form["deadline"]]
    return day_given(form.get("date", ""), form.get("time", ""), zone=zone)


def day_given(day: str, hour: str, *, zone: str) -> int:
    """A day and an hour as fields of a form give them. Raises Malformed `unread_deadline`."""
    try:
        return moment(dt.date.fromisoformat(day), dt.time.fromisoformat(hour), zone=zone)
    except (ValueError, OverflowError):
        raise Malformed("unread_deadline", N_("Give the deadline as a day and an hour.")) from None
