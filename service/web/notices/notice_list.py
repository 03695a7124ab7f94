"""Notices: what a person was told, day by day, and what of it they have read."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from starlette.responses import Response

from service.actions import notifications
from service.actions.authorization import require
from service.web.http.context import Form, Visit, onward, own_path
from service.web.http.pages import show
from service.web.notices.rows import Told, latest
from service.web.rendering.time_zones import there

MOST = 100


@dataclass(frozen=True)
class Day:
    """The notices of one day in the coalition's zone; `at` is the newest (µs UTC)."""

    at: int
    told: tuple[Told, ...]


def every(visit: Visit) -> Response:
    """`/notices`: the latest, the newest first."""
    require(visit.reader, "notice.own")
    found = latest(visit, limit=MOST)
    days = [tuple(group) for _, group in groupby(found, key=lambda one: _day(visit, one.at))]
    return show(
        visit,
        "notices/notices.html",
        days=[Day(day[0].at, day) for day in days],
        new=sum(not one.read for one in found),
    )


def mark_read(visit: Visit, form: Form) -> Response:
    """Note one as read and go where it leads, or all and stay."""
    one = form.get("notice")
    notifications.mark_read(visit.tx, visit.reader, ids=[one] if one else None)
    return onward(own_path(form.get("next", "/notices")))


def _day(visit: Visit, at: int) -> dt.date:
    return there(at, visit.voice.home).date()
