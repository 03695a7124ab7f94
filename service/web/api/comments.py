"""API handlers of comments."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from service.actions.comments import comments, mentions
from service.actions.comments import placement as placement_actions
from service.actions.comments.placement import LocatedThread, LocatedThreads
from service.domain.comments import comment as comment_rules
from service.domain.comments.comment import Thread
from service.domain.comments.comment_anchor import Anchor
from service.domain.documents.document import Document
from service.domain.errors import N_, InvalidInput
from service.domain.membership.people import Actor, Person, preferred_name
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store
from service.web.api.schemas.comments import (
    AddCommentRequest,
    CommentAuthorResponse,
    CommentPage,
    CommentPermissionsResponse,
    CommentResponse,
    MentionablePersonResponse,
    ReplyRequest,
    TextUnitResponse,
    ThreadPermissionsResponse,
)
from service.web.http.api_handler import ApiCall, ApiResponse

STATE_FILTERS = {
    "": (comment_rules.OPEN, comment_rules.RESOLVED),
    "all": (comment_rules.OPEN, comment_rules.RESOLVED),
    "open": (comment_rules.OPEN,),
    "settled": (comment_rules.RESOLVED,),
}
"""Value of `?state` → states of threads; `settled` is the name of resolved ones in the API."""


def list_comments(call: ApiCall[None]) -> ApiResponse:
    """List visible threads in `?state`, with `?scope`, in which `?person` wrote or is mentioned.

    `?names`: the language of the names of people and organisations, instead of the user's own.
    """
    states = STATE_FILTERS.get(call.query.get("state", ""))
    if states is None:
        raise InvalidInput("unknown_filter", N_("Comments can be open, resolved or all."))
    document, lang = call.path["document"], call.path["lang"]
    found = placement_actions.list_threads(call.tx, call.actor, document_id=document, lang=lang, states=states)
    people_lookup = _PersonLookup(call.tx, call.actor, lang=call.query.get("names", ""))
    matching = [one for one in found.threads if _matches_filters(one, call)]
    return ApiResponse(
        CommentPage(
            epoch=found.epoch,
            seq=found.seq,
            may=CommentPermissionsResponse(add=placement_actions.can_comment(call.actor, found.document)),
            comments=[
                one for located in matching for one in _comment_responses(people_lookup, found.document, located)
            ],
            people=[people_lookup.mentionable(one) for one in _mentionable_people(call, found)],
            own_names=people_lookup.names_of(call.actor.person),
        )
    )


def plan_comment(call: ApiCall[AddCommentRequest]) -> Anchor:
    """Anchor the comment before the write lock is taken: in a long text that takes long."""
    return comments.plan_anchor(call.tx, call.actor, **_edition_args(call), **_passage(call.body))


def make(call: ApiCall[AddCommentRequest]) -> ApiResponse:
    """Comment on a passage."""
    body, anchor = call.body, cast(Anchor | None, call.plan)
    content: dict[str, Any] = {"body": body.body, "scope": body.scope, "mentions": body.mentions}
    made = comments.open_thread(
        call.tx, call.actor, **_edition_args(call), **_passage(body), **content, planned_anchor=anchor
    )
    return _last_comment_response(call, made, status=201)


def plan_thread_change(call: ApiCall[Any]) -> LocatedThread:
    """Locate the thread before the write lock is taken: in a long text that takes long."""
    return placement_actions.get_thread(call.tx, call.actor, **_edition_args(call), thread=call.path["comment"])


def reply(call: ApiCall[ReplyRequest]) -> ApiResponse:
    """Reply to a comment."""
    body, thread = call.body, call.path["comment"]
    made = comments.reply(
        call.tx, call.actor, **_edition_args(call), thread=thread, body=body.body, mentions=body.mentions
    )
    return _last_comment_response(call, made, status=201)


def settle(call: ApiCall[Any]) -> ApiResponse:
    """Resolve a thread."""
    return _last_comment_response(
        call, comments.resolve(call.tx, call.actor, **_edition_args(call), thread=call.path["comment"])
    )


def reopen(call: ApiCall[Any]) -> ApiResponse:
    """Reopen a resolved thread."""
    return _last_comment_response(
        call, comments.reopen(call.tx, call.actor, **_edition_args(call), thread=call.path["comment"])
    )


def take_back(call: ApiCall[Any]) -> ApiResponse:
    """Withdraw a comment."""
    comments.withdraw(call.tx, call.actor, **_edition_args(call), comment=call.path["comment"])
    return ApiResponse(status=204)


class _PersonLookup:
    """Looks up names of persons and organisations once per request, in `lang` or the language of the user."""

    def __init__(self, tx: Tx, actor: Actor, *, lang: str = "") -> None:
        self.tx, self.actor, self.lang = tx, actor, lang or actor.lang
        self.cache: dict[str, CommentAuthorResponse] = {}

    def get(self, person: str) -> CommentAuthorResponse:
        if person not in self.cache:
            found = people_store.get(self.tx, person)
            name = preferred_name(found.names, lang=self.lang) if found else person
            organisation_id = found.organisation if found else None
            self.cache[person] = CommentAuthorResponse(
                person=person, name=name, organisation=self._organisation(organisation_id)
            )
        return self.cache[person]

    def mentionable(self, person: Person) -> MentionablePersonResponse:
        author = self.get(person.id)
        return MentionablePersonResponse(
            id=person.id,
            name=author.name,
            names=sorted(set(person.names.values())),
            organisation=author.organisation,
            own=self._is_own_organisation(person),
        )

    def names_of(self, person: str) -> list[str]:
        """Return the names of a person in every language, each once."""
        found = people_store.get(self.tx, person)
        return sorted(set(found.names.values())) if found else []

    def _is_own_organisation(self, person: Person) -> bool:
        return self.actor.organisation is not None and person.organisation == self.actor.organisation

    def _organisation(self, id: str | None) -> str:
        found = organisations_store.get(self.tx, id) if id else None
        return preferred_name(found.names, lang=self.lang) if found else ""


def _mentionable_people(call: ApiCall[Any], found: LocatedThreads) -> list[Person]:
    return mentions.list_mentionable(call.tx, call.actor, found.document.id)


def _matches_filters(one: LocatedThread, call: ApiCall[Any]) -> bool:
    scope, person = call.query.get("scope", ""), call.query.get("person", "")
    thread = one.thread
    return scope in ("", thread.scope) and comment_rules.involves(thread, person)


def _comment_responses(
    people_lookup: _PersonLookup, document: Document, one: LocatedThread
) -> Iterator[CommentResponse]:
    """Yield the comments of a thread, each with the fields of the thread and its passage."""
    thread, position = one.thread, one.position
    rights = placement_actions.get_permissions(people_lookup.actor, document, thread)
    for comment in thread.comments:
        can_withdraw = rights.reply and comment_rules.can_withdraw(people_lookup.actor, thread, comment)
        yield CommentResponse(
            id=comment.id,
            thread=thread.id,
            state=thread.state,
            scope=thread.scope,
            by=people_lookup.get(comment.person),
            at=comment.at,
            body=comment.body,
            mentions=list(comment.mentions),
            quote=thread.quote,
            first=TextUnitResponse(**position.first._asdict()),
            last=TextUnitResponse(**position.last._asdict()),
            start=position.start,
            end=position.end,
            fate=one.fate,
            settled_by=people_lookup.get(thread.settled_by) if thread.settled_by else None,
            settled_at=thread.settled_at,
            may=ThreadPermissionsResponse(
                reply=rights.reply, settle=rights.settle, reopen=rights.reopen, withdraw=can_withdraw
            ),
        )


def _last_comment_response(call: ApiCall[Any], thread: Thread, *, status: int = 200) -> ApiResponse:
    """Return the last comment of the thread, which has the fields of the thread too."""
    is_planned = isinstance(call.plan, LocatedThread)
    placement = (
        replace(cast(LocatedThread, call.plan), thread=thread)
        if is_planned
        else placement_actions.locate_thread(call.tx, thread)
    )
    document = placement_actions.load_document_of(call.tx, call.actor, thread)
    *_, last = _comment_responses(_PersonLookup(call.tx, call.actor), document, placement)
    return ApiResponse(last, status)


def _passage(body: AddCommentRequest) -> dict[str, Any]:
    return body.model_dump(include={"epoch", "seq", "start", "end", "quote"})


def _edition_args(call: ApiCall[Any]) -> dict[str, Any]:
    return {"document_id": call.path["document"], "lang": call.path["lang"]}
