"""Notices of the user, grouped by day, and marking them as read."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from starlette.responses import Response

from service.actions import notifications
from service.actions.authorization import require
from service.web.forms.handlers import form, page
from service.web.forms.notices import MarkReadForm
from service.web.http.context import Form, RequestContext, redirect, safe_redirect_path
from service.web.http.pages import render_page
from service.web.notices.rows import NoticeRow, latest_notices
from service.web.rendering.time_zones import local_datetime

MAX_NOTICES = 100


@dataclass(frozen=True)
class NoticeDay:
    """The notices of one day in the coalition's time zone; `at` is the time of the newest (µs UTC)."""

    at: int
    notices: tuple[NoticeRow, ...]


@page
def list_notices(context: RequestContext) -> Response:
    """`/notices`: list the latest notices, newest first."""
    require(context.user, "notice.own")
    found = latest_notices(context, limit=MAX_NOTICES)
    days = [tuple(group) for _, group in groupby(found, key=lambda one: _day(context, one.at))]
    return render_page(
        context,
        "notices/notices.html",
        days=[NoticeDay(day[0].at, day) for day in days],
        new=sum(not one.read for one in found),
        now=context.tx.now,
    )


@form()
def mark_read(context: RequestContext, form: Form) -> Response:
    """Mark one notice as read, or all if none is named, and redirect to `next`."""
    fields = MarkReadForm.parse(form)
    notifications.mark_read(context.tx, context.user, ids=[fields.notice] if fields.notice else None)
    return redirect(safe_redirect_path(fields.next))


def _day(context: RequestContext, at: int) -> dt.date:
    return local_datetime(at, context.formatter.home_zone).date()
