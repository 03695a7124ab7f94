"""The mails of a sample: what would have been sent is read here, by the one it was written to."""

from starlette.responses import Response

from service.actions.access import require
from service.domain.errors import NotFound
from service.store import notices
from service.web.page import show
from service.web.visit import Visit

MOST = 50


def mails(visit: Visit) -> Response:
    """`/mails`: the reader's own, the newest first. A real instance has no such page."""
    require(visit.reader, "notice.own")
    if not visit.sample:
        raise NotFound()
    return show(visit, "mails.html", mails=notices.latest_mails(visit.tx, visit.reader.person, limit=MOST))
