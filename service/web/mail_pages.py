"""The mails of a sample: what would have been sent is read here, by the one it was written to, as text and as HTML."""

from starlette.responses import HTMLResponse, Response

from service import mail
from service.actions.access import require, seen
from service.domain.errors import NotFound
from service.store import notices
from service.web.page import show
from service.web.visit import Visit

MOST = 50

POLICY = f"default-src 'none'; style-src 'sha256-{mail.STYLE_SHA256}'; base-uri 'none'; frame-ancestors 'none'"
"""A mail has its own few styles and nothing else; it comes from nowhere but here."""


def mails(visit: Visit) -> Response:
    """`/mails`: the reader's own, the newest first. A real instance has no such page."""
    require(visit.reader, "notice.own")
    if not visit.sample:
        raise NotFound()
    return show(visit, "mails.html", mails=notices.latest_mails(visit.tx, visit.reader.person, limit=MOST))


def as_html(visit: Visit) -> Response:
    """`/mails/{mail}`: one of the reader's own as a mail program shows its HTML."""
    require(visit.reader, "notice.own")
    found = seen(notices.get_mail(visit.tx, visit.path("mail")))
    if not visit.sample or found.person != visit.reader.person:
        raise NotFound()
    page = mail.as_html(subject=found.subject, body=found.body, lang=found.lang)
    return HTMLResponse(page, headers={"content-security-policy": POLICY, "cache-control": "private, no-cache"})
