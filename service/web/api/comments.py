"""Comments, over the API."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from service.actions.comments import comments, mentions
from service.actions.comments import placement as placement_actions
from service.actions.comments.placement import Found, Placement
from service.domain.comments import comment
from service.domain.comments.comment import Thread
from service.domain.comments.comment_anchor import Hold
from service.domain.documents.document import Document
from service.domain.errors import N_, Malformed
from service.domain.membership.people import Actor, Person, own_name
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store
from service.web.api import schemas
from service.web.http.api_handler import Answer, Call

STATES = {
    "": (comment.OPEN, comment.SETTLED),
    "all": (comment.OPEN, comment.SETTLED),
    "open": (comment.OPEN,),
    "settled": (comment.SETTLED,),
}
"""What `state` asks for."""


def list_comments(call: Call[None]) -> Answer:
    """Of the threads the reader sees: those in `state`, for `scope`, in which `person` speaks or is asked."""
    states = STATES.get(call.query.get("state", ""))
    if states is None:
        raise Malformed("unknown_filter", N_("Comments are open, settled, or all of them."))
    document, lang = call.path["document"], call.path["lang"]
    found = placement_actions.read(call.tx, call.actor, document_id=document, lang=lang, states=states)
    names = _Names(call.tx, call.actor)
    shown = [one for one in found.placements if _wanted(one, call)]
    return Answer(
        schemas.CommentPage(
            epoch=found.epoch,
            seq=found.seq,
            may=schemas.MayComment(add=placement_actions.adds_to(call.actor, found.document)),
            comments=[said for one in shown for said in _said(names, found.document, one)],
            people=[names.reader(one) for one in _readers(call, found)],
        )
    )


def plan_making(call: Call[schemas.NewComment]) -> Hold:
    return comments.plan(call.tx, call.actor, **_place(call), **_passage(call.body))


def make(call: Call[schemas.NewComment]) -> Answer:
    body, held = call.body, cast(Hold | None, call.plan)
    said: dict[str, Any] = {"body": body.body, "scope": body.scope, "mentions": body.mentions}
    made = comments.make(call.tx, call.actor, **_place(call), **_passage(body), **said, plan=held)
    return _answer(call, made, status=201)


def plan_answer(call: Call[Any]) -> Placement:
    """Where the thread stands: to find that out in a long text takes long."""
    return placement_actions.look(call.tx, call.actor, **_place(call), thread=call.path["comment"])


def reply(call: Call[schemas.Reply]) -> Answer:
    body, thread = call.body, call.path["comment"]
    made = comments.reply(call.tx, call.actor, **_place(call), thread=thread, body=body.body, mentions=body.mentions)
    return _answer(call, made, status=201)


def settle(call: Call[Any]) -> Answer:
    return _answer(call, comments.settle(call.tx, call.actor, **_place(call), thread=call.path["comment"]))


def reopen(call: Call[Any]) -> Answer:
    return _answer(call, comments.reopen(call.tx, call.actor, **_place(call), thread=call.path["comment"]))


def take_back(call: Call[Any]) -> Answer:
    comments.take_back(call.tx, call.actor, **_place(call), comment=call.path["comment"])
    return Answer(status=204)


class _Names:
    """Persons and their organisations, each looked up once, in the reader's language where there is one in it."""

    def __init__(self, tx: Tx, actor: Actor) -> None:
        self.tx, self.actor = tx, actor
        self.known: dict[str, schemas.Speaker] = {}

    def of(self, person: str) -> schemas.Speaker:
        if person not in self.known:
            found = people_store.get(self.tx, person)
            name = own_name(found.names, lang=self.actor.lang) if found else person
            its = found.organisation if found else None
            self.known[person] = schemas.Speaker(person=person, name=name, organisation=self._organisation(its))
        return self.known[person]

    def reader(self, person: Person) -> schemas.Reader:
        its = self.of(person.id)
        return schemas.Reader(id=person.id, name=its.name, organisation=its.organisation, own=self._own(person))

    def _own(self, person: Person) -> bool:
        return self.actor.organisation is not None and person.organisation == self.actor.organisation

    def _organisation(self, id: str | None) -> str:
        found = organisations_store.get(self.tx, id) if id else None
        return own_name(found.names, lang=self.actor.lang) if found else ""


def _readers(call: Call[Any], found: Found) -> list[Person]:
    return mentions.readers(call.tx, call.actor, found.document.id)


def _wanted(one: Placement, call: Call[Any]) -> bool:
    scope, person = call.query.get("scope", ""), call.query.get("person", "")
    thread = one.thread
    return scope in ("", thread.scope) and comment.concerns(thread, person)


def _said(names: _Names, document: Document, one: Placement) -> Iterator[schemas.CommentShown]:
    """Every comment of a thread, each with the passage."""
    thread, stand = one.thread, one.stand
    can = placement_actions.rights(names.actor, document, thread)
    for said in thread.comments:
        takes_back = can.reply and comment.takes_back(names.actor, thread, said)
        yield schemas.CommentShown(
            id=said.id,
            thread=thread.id,
            state=thread.state,
            scope=thread.scope,
            by=names.of(said.person),
            at=said.at,
            body=said.body,
            mentions=list(said.mentions),
            quote=thread.quote,
            first=schemas.UnitShown(**stand.first._asdict()),
            last=schemas.UnitShown(**stand.last._asdict()),
            start=stand.start,
            end=stand.end,
            fate=one.fate,
            settled_by=names.of(thread.settled_by) if thread.settled_by else None,
            settled_at=thread.settled_at,
            may=schemas.MayAnswer(reply=can.reply, settle=can.settle, reopen=can.reopen, withdraw=takes_back),
        )


def _answer(call: Call[Any], thread: Thread, *, status: int = 200) -> Answer:
    """The last comment of the thread, in which everything about the thread is said too."""
    planned = isinstance(call.plan, Placement)
    placement = (
        replace(cast(Placement, call.plan), thread=thread) if planned else placement_actions.placed(call.tx, thread)
    )
    document = placement_actions.document_of(call.tx, call.actor, thread)
    *_, last = _said(_Names(call.tx, call.actor), document, placement)
    return Answer(last, status)


def _passage(body: schemas.NewComment) -> dict[str, Any]:
    return body.model_dump(include={"epoch", "seq", "start", "end", "quote"})


def _place(call: Call[Any]) -> dict[str, Any]:
    return {"document_id": call.path["document"], "lang": call.path["lang"]}
