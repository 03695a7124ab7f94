"""API handlers of suggested changes."""

from dataclasses import asdict
from typing import Any

from service.actions import authorization
from service.actions.drafts import authorship, suggestion_decisions, suggestions
from service.domain.documents.document import DRAFTING, Document
from service.domain.membership.people import Actor
from service.domain.policy import Resource, may
from service.domain.suggestions.placement import Placement
from service.domain.suggestions.suggestion import Suggestion, SuggestionSummary
from service.web.api.schemas.suggestions import (
    AddSuggestionRequest,
    DecidedSuggestionResponse,
    DecideSuggestionRequest,
    HunkPlaceResponse,
    HunkResponse,
    PlacedSuggestionResponse,
    PlacedSuggestionsResponse,
    ResolveSuggestionRequest,
    SuggestionAuthorResponse,
    SuggestionPage,
    SuggestionResponse,
    SuggestionSummaryResponse,
)
from service.web.http.api_handler import ApiCall, ApiResponse
from service.web.http.pagination import next_cursor, page_window


def add(call: ApiCall[AddSuggestionRequest]) -> ApiResponse:
    """Suggest a change."""
    found = suggestions.add_suggestion(
        call.tx,
        call.actor,
        document_id=call.path["document"],
        lang=call.path["lang"],
        text=call.body.text,
        reason=call.body.reason,
        position=(call.body.at.epoch, call.body.at.seq),
    )
    return ApiResponse(suggestion_response(found), 201)


def list_placed(call: ApiCall[None]) -> ApiResponse:
    """List pending suggestions with their places in the draft."""
    place = {"document_id": call.path["document"], "lang": call.path["lang"]}
    (epoch, seq), found = suggestions.list_placed(call.tx, call.actor, **place)
    document = authorization.load_document(call.tx, call.actor, "suggestion.read", place["document_id"])
    items = [_placed_response(call, one) for one in found]
    can_decide = _can_decide(call.actor, document)
    return ApiResponse(PlacedSuggestionsResponse(epoch=epoch, seq=seq, can_decide=can_decide, items=items))


def list_them(call: ApiCall[None]) -> ApiResponse:
    """List suggestions."""
    after, limit = page_window(call.query)
    found = suggestions.list_suggestions(
        call.tx, call.actor, document_id=call.path["document"], after=after, limit=limit
    )
    items = [SuggestionSummaryResponse(**_summary_fields(one)) for one in found]
    return ApiResponse(SuggestionPage(items=items, next=next_cursor([one.sort_key for one in found], limit)))


def show(call: ApiCall[None]) -> ApiResponse:
    """Return a suggestion."""
    return ApiResponse(suggestion_response(suggestions.get_suggestion(call.tx, call.actor, **_path_ids(call))))


def accept(call: ApiCall[DecideSuggestionRequest]) -> ApiResponse:
    """Accept hunks of a suggestion."""
    return _decided(
        suggestion_decisions.accept_suggestion(call.tx, call.actor, **_path_ids(call), numbers=call.body.hunks)
    )


def resolve(call: ApiCall[ResolveSuggestionRequest]) -> ApiResponse:
    """Resolve the conflict of a hunk with the draft."""
    body = call.body
    return _decided(
        suggestion_decisions.resolve_conflict(
            call.tx, call.actor, **_path_ids(call), number=body.hunk, seen=body.seen, passage=body.passage
        )
    )


def dismiss(call: ApiCall[DecideSuggestionRequest]) -> ApiResponse:
    """Dismiss hunks of a suggestion."""
    return _decided(
        suggestion_decisions.dismiss_suggestion(call.tx, call.actor, **_path_ids(call), numbers=call.body.hunks)
    )


def suggestion_response(found: Suggestion) -> SuggestionResponse:
    """Return a suggestion as the API shows it."""
    texts = {name: getattr(found, name) for name in ("epoch", "draft_seq", "base", "proposed")}
    return SuggestionResponse(**_summary_fields(found), **texts)


def _path_ids(call: ApiCall[Any]) -> dict[str, str]:
    return {"document_id": call.path["document"], "suggestion_id": call.path["suggestion"]}


def _summary_fields(found: SuggestionSummary) -> dict[str, Any]:
    fields = {name: getattr(found, name) for name in SuggestionSummaryResponse.model_fields if name != "hunks"}
    return fields | {"hunks": [HunkResponse(**asdict(hunk)) for hunk in found.hunks]}


def _decided(done: suggestion_decisions.DecidedSuggestion) -> ApiResponse:
    return ApiResponse(
        DecidedSuggestionResponse(suggestion=suggestion_response(done.suggestion), conflicts=list(done.conflicts))
    )


def _can_decide(actor: Actor, document: Document) -> bool:
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    return document.state == DRAFTING and may(actor, "suggestion.decide", resource)


def _placed_response(call: ApiCall[None], placed: suggestions.PlacedSuggestion) -> PlacedSuggestionResponse:
    its = placed.suggestion
    author = authorship.load_author(call.tx, its.by)
    by = SuggestionAuthorResponse(
        id=its.by, names=dict(author.names), organisation=dict(author.organisation), colour=author.colour
    )
    places = [_place_response(one) for one in placed.placements]
    is_own = its.by == call.actor.person
    return PlacedSuggestionResponse(id=its.id, reason=its.reason, by=by, at=its.at, is_own=is_own, places=places)


def _place_response(place: Placement) -> HunkPlaceResponse:
    return HunkPlaceResponse(
        kind=place.kind,
        numbers=list(place.numbers),
        start=place.start,
        end=place.end,
        text=place.text,
        live=place.live,
    )
