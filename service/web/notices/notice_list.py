"""Notices: what a person was told, day by day, and what of it they have read."""

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
    """The notices of one day in the coalition's zone; `at` is the newest (µs UTC)."""

    at: int
    notices: tuple[NoticeRow, ...]


@page
def list_notices(context: RequestContext) -> Response:
    """`/notices`: the latest, the newest first."""
    require(context.user, "notice.own")
    found = latest_notices(context, limit=MAX_NOTICES)
    days = [tuple(group) for _, group in groupby(found, key=lambda one: _day(context, one.at))]
    return render_page(
        context,
        "notices/notices.html",
        days=[NoticeDay(day[0].at, day) for day in days],
        new=sum(not one.read for one in found),
    )


@form()
def mark_read(context: RequestContext, form: Form) -> Response:
    """Note one as read and go where it leads, or all and stay."""
    fields = MarkReadForm.parse(form)
    notifications.mark_read(context.tx, context.user, ids=[fields.notice] if fields.notice else None)
    return redirect(safe_redirect_path(fields.next))


def _day(context: RequestContext, at: int) -> dt.date:
    return local_datetime(at, context.formatter.home_zone).date()
