"""The mails of a sample: what would have been sent is read here, as text and as HTML: by the one it was written to, and
invitations, whose readers are not here yet, by the secretariat."""

from collections.abc import Iterable

from starlette.responses import HTMLResponse, Response

from service import mail
from service.actions.authorization import require, seen
from service.actions.membership import invitation_mail
from service.domain.errors import NotFound
from service.domain.policy import Thing
from service.store.publication import notices as notices_store
from service.store.publication.notices import Mail
from service.web.http.context import Visit
from service.web.http.pages import show

MOST = 50

POLICY = f"default-src 'none'; style-src 'sha256-{mail.STYLE_SHA256}'; base-uri 'none'; frame-ancestors 'none'"
"""A mail has its own few styles and nothing else; it comes from nowhere but here."""


def mails(visit: Visit) -> Response:
    """`/mails`: the reader's own, the newest first. A real instance has no such page."""
    require(visit.reader, "notice.own")
    if not visit.sample:
        raise NotFound()
    found = notices_store.latest_mails(visit.tx, visit.reader.person, limit=MOST)
    invited = notices_store.latest_invitations(visit.tx, limit=MOST) if visit.may("mail.read", Thing()) else []
    return show(visit, "notices/sample_outbox.html", mails=_ready(visit, found), invited=_ready(visit, invited))


def as_html(visit: Visit) -> Response:
    """`/mails/{mail}`: one of the reader's own as a mail program shows its HTML."""
    require(visit.reader, "notice.own")
    letter = seen(notices_store.get_mail(visit.tx, visit.path("mail")))
    mine = letter.person == visit.reader.person or (letter.invitation and visit.may("mail.read", Thing()))
    if not visit.sample or not mine:
        raise NotFound()
    found = seen(invitation_mail.ready(visit.tx, letter, secret=visit.house.secret))
    page = mail.as_html(subject=found.subject, body=found.body, lang=found.lang)
    return HTMLResponse(page, headers={"content-security-policy": POLICY, "cache-control": "private, no-cache"})


def _ready(visit: Visit, found: Iterable[Mail]) -> list[Mail]:
    """As they would have gone; what would not have gone is left out."""
    every = (invitation_mail.ready(visit.tx, one, secret=visit.house.secret) for one in found)
    return [one for one in every if one]
