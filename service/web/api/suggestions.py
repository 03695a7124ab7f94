"""Suggested changes, over the API."""

from typing import Any

from service.actions import suggestions
from service.domain.suggestion import Suggestion, Summary
from service.web.api import models
from service.web.endpoint import Answer, Call
from service.web.paging import cursor, window


def keep(call: Call[models.NewSuggestion]) -> Answer:
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
    items = [models.SuggestionListed(**_listed(one)) for one in found]
    return Answer(models.SuggestionPage(items=items, next=cursor([one.place for one in found], limit)))


def show(call: Call[None]) -> Answer:
    return Answer(_shown(suggestions.look(call.tx, call.actor, **_place(call))))


def take(call: Call[None]) -> Answer:
    return Answer(_shown(suggestions.take(call.tx, call.actor, **_place(call))))


def set_aside(call: Call[None]) -> Answer:
    return Answer(_shown(suggestions.set_aside(call.tx, call.actor, **_place(call))))


def _place(call: Call[None]) -> dict[str, str]:
    return {"document_id": call.path["document"], "suggestion_id": call.path["suggestion"]}


def _shown(its: Suggestion) -> models.SuggestionShown:
    return models.SuggestionShown(base=its.base, text=its.text, **_listed(its))


def _listed(its: Suggestion | Summary) -> dict[str, Any]:
    return {name: getattr(its, name) for name in models.SuggestionListed.model_fields}
