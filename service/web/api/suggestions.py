"""Suggested changes, over the API."""

from typing import Any

from service.actions.drafts import suggestions
from service.domain.documents.suggestion import Suggestion, Summary
from service.web.api import schemas
from service.web.http.api_handler import Answer, Call
from service.web.http.pagination import cursor, window


def keep(call: Call[schemas.NewSuggestion]) -> Answer:
    body, at = call.body, call.body.at
    found = suggestions.keep(
        call.tx,
        call.actor,
        document_id=call.path["document"],
        lang=call.path["lang"],
        text=body.text,
        why=body.why,
        place=(at.epoch, at.seq) if at else None,
    )
    return Answer(_shown(found), 201)


def list_them(call: Call[None]) -> Answer:
    after, limit = window(call.query)
    found = suggestions.every(call.tx, call.actor, document_id=call.path["document"], after=after, limit=limit)
    items = [schemas.SuggestionListed(**_listed(one)) for one in found]
    return Answer(schemas.SuggestionPage(items=items, next=cursor([one.place for one in found], limit)))


def show(call: Call[None]) -> Answer:
    return Answer(_shown(suggestions.look(call.tx, call.actor, **_place(call))))


def take(call: Call[None]) -> Answer:
    return Answer(_shown(suggestions.take(call.tx, call.actor, **_place(call))))


def set_aside(call: Call[None]) -> Answer:
    return Answer(_shown(suggestions.set_aside(call.tx, call.actor, **_place(call))))


def _place(call: Call[None]) -> dict[str, str]:
    return {"document_id": call.path["document"], "suggestion_id": call.path["suggestion"]}


def _shown(its: Suggestion) -> schemas.SuggestionShown:
    return schemas.SuggestionShown(base=its.base, text=its.text, **_listed(its))


def _listed(its: Suggestion | Summary) -> dict[str, Any]:
    return {name: getattr(its, name) for name in schemas.SuggestionListed.model_fields}
