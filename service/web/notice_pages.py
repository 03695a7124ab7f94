"""Notices: what a person was told, day by day, and what of it they have read."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup
from starlette.responses import Response

from service.actions import notices
from service.actions.access import require
from service.domain.errors import N_
from service.domain.notice import LINKS, SENTENCES
from service.domain.policy import Thing
from service.store import documents
from service.store import notices as notice_store
from service.store.db import Tx
from service.web.page import show
from service.web.visit import Form, Visit, onward, own_path
from service.web.zones import there

MOST = 100


@dataclass(frozen=True)
class Told:
    """A notice as it is shown to who is signed in: here, unlike in a mail, the document has its title."""

    id: str
    sentence: str
    titles: Mapping[str, str]
    link: str
    at: int
    read: bool


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
        visit, "notices.html", days=[Day(day[0].at, day) for day in days], new=sum(not one.read for one in found)
    )


def mark_read(visit: Visit, form: Form) -> Response:
    """Note one as read and go where it leads, or all and stay."""
    one = form.get("notice")
    notices.mark_read(visit.tx, visit.reader, ids=[one] if one else None)
    return onward(own_path(form.get("next", "/notices")))


def latest(visit: Visit, *, limit: int) -> list[Told]:
    """The last notices to the reader, the newest first."""
    return [_told(visit, one) for one in notice_store.latest(visit.tx, visit.reader.person, limit=limit)]


def _told(visit: Visit, notice: notice_store.Notice) -> Told:
    link = LINKS.get(notice.kind.partition(".")[0], "").format_map({"document": "", **notice.params})
    return Told(
        notice.id,
        _sentence(visit, notice),
        _titles(visit, visit.tx, str(notice.params.get("document", ""))),
        link,
        notice.at,
        notice.read_at is not None,
    )


def _sentence(visit: Visit, notice: notice_store.Notice) -> Markup:
    moment = notice.params.get("closes_at")
    said = {"moment": visit.voice.moment(int(moment))} if moment else {}
    return visit.voice.say(SENTENCES.get(notice.kind, N_("Something has happened.")), **said)


def _titles(visit: Visit, tx: Tx, document_id: str) -> Mapping[str, str]:
    """The titles of a document, if the reader may see it still."""
    found = documents.get(tx, document_id) if document_id else None
    if found is None:
        return {}
    thing = Thing(document=found.id, state=found.state, shown=found.shown)
    return {lang: one.title for lang, one in found.editions.items()} if visit.may("document.read", thing) else {}


def _day(visit: Visit, at: int) -> dt.date:
    return there(at, visit.voice.home).date()
