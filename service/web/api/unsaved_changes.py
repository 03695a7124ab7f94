"""API handlers of unsaved changes."""

from typing import Any

from service.actions.drafts import unsaved_changes
from service.domain.documents.unsaved_change import UnsavedChange, UnsavedChangeSummary
from service.web.api.schemas.drafts import (
    KeepUnsavedChangeRequest,
    UnsavedChangePage,
    UnsavedChangeResponse,
    UnsavedChangeSummaryResponse,
)
from service.web.api.schemas.suggestions import SuggestUnsavedChangeRequest
from service.web.api.suggestions import suggestion_response
from service.web.http.api_handler import ApiCall, ApiResponse
from service.web.http.pagination import next_cursor, page_window


def keep(call: ApiCall[KeepUnsavedChangeRequest]) -> ApiResponse:
    """Save text that the draft did not accept as an unsaved change."""
    body, at = call.body, call.body.at
    found = unsaved_changes.add_unsaved_change(
        call.tx,
        call.actor,
        document_id=call.path["document"],
        lang=call.path["lang"],
        text=body.text,
        why=body.why,
        position=(at.epoch, at.seq) if at else None,
    )
    return ApiResponse(_unsaved_change_response(found), 201)


def list_them(call: ApiCall[None]) -> ApiResponse:
    """List unsaved changes."""
    after, limit = page_window(call.query)
    found = unsaved_changes.list_unsaved_changes(
        call.tx, call.actor, document_id=call.path["document"], after=after, limit=limit
    )
    items = [UnsavedChangeSummaryResponse(**_summary_fields(one)) for one in found]
    return ApiResponse(UnsavedChangePage(items=items, next=next_cursor([one.sort_key for one in found], limit)))


def show(call: ApiCall[None]) -> ApiResponse:
    """Return an unsaved change."""
    return ApiResponse(
        _unsaved_change_response(unsaved_changes.get_unsaved_change(call.tx, call.actor, **_unsaved_change_args(call)))
    )


def take(call: ApiCall[None]) -> ApiResponse:
    """Apply an unsaved change to the draft."""
    return ApiResponse(
        _unsaved_change_response(
            unsaved_changes.apply_unsaved_change(call.tx, call.actor, **_unsaved_change_args(call))
        )
    )


def set_aside(call: ApiCall[None]) -> ApiResponse:
    """Dismiss an unsaved change."""
    return ApiResponse(
        _unsaved_change_response(
            unsaved_changes.dismiss_unsaved_change(call.tx, call.actor, **_unsaved_change_args(call))
        )
    )


def suggest(call: ApiCall[SuggestUnsavedChangeRequest]) -> ApiResponse:
    """Make an unsaved change a suggestion of its author."""
    found = unsaved_changes.suggest_unsaved_change(
        call.tx, call.actor, **_unsaved_change_args(call), reason=call.body.reason
    )
    return ApiResponse(suggestion_response(found), 201)


def _unsaved_change_args(call: ApiCall[Any]) -> dict[str, str]:
    return {"document_id": call.path["document"], "change_id": call.path["change"]}


def _unsaved_change_response(found: UnsavedChange) -> UnsavedChangeResponse:
    return UnsavedChangeResponse(base=found.base, text=found.text, **_summary_fields(found))


def _summary_fields(found: UnsavedChange | UnsavedChangeSummary) -> dict[str, Any]:
    return {name: getattr(found, name) for name in UnsavedChangeSummaryResponse.model_fields}
