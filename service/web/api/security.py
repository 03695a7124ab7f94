"""API of the security log."""

from service.actions.accounts import security_log
from service.domain.accounts.security_event import SecurityEvent
from service.web.api.schemas.system import SecurityEventPage, SecurityEventResponse
from service.web.http.api_handler import ApiCall, ApiResponse
from service.web.http.pagination import next_cursor, page_window


def list_events(call: ApiCall[None]) -> ApiResponse:
    """List the events of the security log, the newest first."""
    before, limit = page_window(call.query)
    found = security_log.list_events(call.tx, call.actor, before=before, limit=limit)
    items = [_present(one) for one in found]
    return ApiResponse(SecurityEventPage(items=items, next=next_cursor([one.seq for one in found], limit)))


def _present(event: SecurityEvent) -> SecurityEventResponse:
    detail = event.detail
    return SecurityEventResponse(
        id=event.id,
        at=event.at,
        kind=event.kind,
        network=event.network,
        subject=event.subject,
        person=event.person,
        code=str(detail.get("code", "")),
        count=int(str(detail.get("count", 1))),
        subjects=int(str(detail.get("subjects", 0))),
    )
