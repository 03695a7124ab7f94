"""Outbox of the sample instance: emails are shown here, as text and as HTML, instead of being sent.

Each email is shown to its recipient. Invitations, whose recipients have no account yet, are shown to the secretariat.
"""

from collections.abc import Iterable

from starlette.responses import HTMLResponse, Response

from service.actions import outgoing_mail
from service.actions.authorization import or_not_found, require
from service.domain.errors import NotFound
from service.domain.policy import Resource
from service.mail.message import HTML_STYLE_SHA256, render_html
from service.store.publication import notices as notices_store
from service.store.publication.notices import Email
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.http.pages import render_page

MAX_EMAILS = 50

CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{HTML_STYLE_SHA256}'; base-uri 'none'; frame-ancestors 'none'"
)
"""Allows the inline style sheet of the email and nothing else."""


@page
def list_emails(context: RequestContext) -> Response:
    """`/mails`: list the user's emails, newest first. Raises NotFound outside a sample instance."""
    require(context.user, "notice.own")
    if not context.is_sample:
        raise NotFound()
    found = notices_store.list_newest_emails(context.tx, context.user.person, limit=MAX_EMAILS)
    invited = (
        notices_store.list_newest_invitation_emails(context.tx, limit=MAX_EMAILS)
        if context.may("mail.read", Resource())
        else []
    )
    return render_page(
        context,
        "notices/sample_outbox.html",
        mails=_deliverable(context, found),
        invited=_deliverable(context, invited),
    )


@page
def show_html(context: RequestContext) -> Response:
    """`/mails/{mail}`: show the HTML part of an email.

    Raises NotFound outside a sample instance and for emails that the user may not read.
    """
    require(context.user, "notice.own")
    email = or_not_found(notices_store.get_email(context.tx, context.path_param("mail")))
    may_read = email.person == context.user.person or (email.invitation and context.may("mail.read", Resource()))
    if not context.is_sample or not may_read:
        raise NotFound()
    outgoing = or_not_found(outgoing_mail.prepare(context.tx, email, secret=context.app_state.secret)).email
    page = render_html(subject=outgoing.subject, body=outgoing.body, lang=outgoing.lang)
    return HTMLResponse(page, headers={"content-security-policy": CONTENT_SECURITY_POLICY, "cache-control": "no-store"})


def _deliverable(context: RequestContext, found: Iterable[Email]) -> list[Email]:
    """Return the emails as they would be sent, without those that would not be sent."""
    prepared = (outgoing_mail.prepare(context.tx, one, secret=context.app_state.secret) for one in found)
    return [one.email for one in prepared if one]
