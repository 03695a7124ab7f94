"""Suggested changes, over the API."""

from typing import Any

from service.actions.drafts import suggestions
from service.domain.documents.suggestion import Suggestion, SuggestionSummary
from service.web.api.schemas.drafts import (
    AddSuggestionRequest,
    SuggestionPage,
    SuggestionResponse,
    SuggestionSummaryResponse,
)
from service.web.http.api_handler import ApiCall, ApiResponse
from service.web.http.pagination import next_cursor, page_window


def keep(call: ApiCall[AddSuggestionRequest]) -> ApiResponse:
    body, at = call.body, call.body.at
    found = suggestions.add_suggestion(
        call.tx,
        call.actor,
        document_id=call.path["document"],
        lang=call.path["lang"],
        text=body.text,
        why=body.why,
        position=(at.epoch, at.seq) if at else None,
    )
    return ApiResponse(_suggestion_response(found), 201)


def list_them(call: ApiCall[None]) -> ApiResponse:
    after, limit = page_window(call.query)
    found = suggestions.list_suggestions(
        call.tx, call.actor, document_id=call.path["document"], after=after, limit=limit
    )
    items = [SuggestionSummaryResponse(**_summary_fields(one)) for one in found]
    return ApiResponse(SuggestionPage(items=items, next=next_cursor([one.sort_key for one in found], limit)))


def show(call: ApiCall[None]) -> ApiResponse:
    return ApiResponse(_suggestion_response(suggestions.get_suggestion(call.tx, call.actor, **_suggestion_args(call))))


def take(call: ApiCall[None]) -> ApiResponse:
    return ApiResponse(
        _suggestion_response(suggestions.apply_suggestion(call.tx, call.actor, **_suggestion_args(call)))
    )


def set_aside(call: ApiCall[None]) -> ApiResponse:
    return ApiResponse(
        _suggestion_response(suggestions.dismiss_suggestion(call.tx, call.actor, **_suggestion_args(call)))
    )


def _suggestion_args(call: ApiCall[None]) -> dict[str, str]:
    return {"document_id": call.path["document"], "suggestion_id": call.path["suggestion"]}


def _suggestion_response(its: Suggestion) -> SuggestionResponse:
    return SuggestionResponse(base=its.base, text=its.text, **_summary_fields(its))


def _summary_fields(its: Suggestion | SuggestionSummary) -> dict[str, Any]:
    return {name: getattr(its, name) for name in SuggestionSummaryResponse.model_fields}
