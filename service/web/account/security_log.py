"""The page of the security log, for auditors and the secretariat."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from service.actions.accounts import security_log
from service.domain.accounts import security_event
from service.domain.accounts.security_event import SecurityEvent
from service.domain.errors import N_
from service.store.accounts import people as people_store
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.http.pages import render_page
from service.web.http.pagination import next_cursor, page_window

KINDS: Mapping[str, str] = {
    security_event.FAILED_SIGN_IN: N_("Sign-in failed"),
    security_event.FAILED_PROOF: N_("Wrong password or code while signed in"),
    security_event.RATE_LIMITED: N_("Too many attempts"),
    security_event.FOREIGN_ORIGIN: N_("Request from another site"),
    security_event.FOREIGN_HOST: N_("Request for another host name"),
    security_event.UNKNOWN_KEY: N_("Unknown or expired key"),
    security_event.REFUSED: N_("Refused: no permission"),
    security_event.CHANGE_OF_POWER: N_("Permissions changed"),
    security_event.ADDRESS_MOVED: N_("Public address changed"),
    security_event.DRAFT_TAKEN: N_("Text that is not approved downloaded"),
}
"""Label (message id) by kind of event."""


@dataclass(frozen=True)
class EventRow:
    """An event; `count` is how often it happened within the minute, `addresses` for how many email addresses."""

    at: int
    label: str
    code: str
    network: str
    person: str
    count: int
    addresses: int


@page
def list_events(context: RequestContext) -> Response:
    """`/security`: show the newest events."""
    before, limit = page_window(context.request.query_params)
    found = security_log.list_events(context.tx, context.user, before=before, limit=limit)
    return render_page(
        context,
        "account/security_log.html",
        section="coalition",
        events=[_row(context, one) for one in found],
        earlier=next_cursor([one.seq for one in found], limit),
    )


def _row(context: RequestContext, event: SecurityEvent) -> EventRow:
    person = people_store.get(context.tx, event.person) if event.person else None
    count, subjects = event.detail.get("count", 1), event.detail.get("subjects", 0)
    return EventRow(
        event.at,
        KINDS.get(event.kind, event.kind),
        str(event.detail.get("code", "")),
        event.network,
        person.name if person else "",
        int(str(count)),
        int(str(subjects)),
    )
