"""Organisations over the API: who belongs, and how that changes."""

from service.actions.authorization import require, seen
from service.actions.membership import organisations, people
from service.domain.membership.people import Organisation
from service.store.db import Tx
from service.store.membership import organisations as organisations_store
from service.web.api import schemas
from service.web.http.api_handler import Answer, Call
from service.web.http.pagination import cursor, window


def members(call: Call[None]) -> Answer:
    require(call.actor, "organisation.read")
    after, limit = window(call.query)
    found = organisations_store.members(call.tx, after=after, limit=limit)
    items = [_shown(one) for _, one in found]
    return Answer(schemas.OrganisationPage(items=items, next=cursor([seq for seq, _ in found], limit)))


def add(call: Call[schemas.NewOrganisation]) -> Answer:
    id = people.add_organisation(call.tx, call.actor, names=call.body.names)
    return Answer(schemas.Created(id=id), 201)


def show(call: Call[None]) -> Answer:
    require(call.actor, "organisation.read")
    return Answer(_shown(seen(organisations_store.get(call.tx, call.path["organisation"]))))


def rename(call: Call[schemas.NewOrganisation]) -> Answer:
    organisations.rename(call.tx, call.actor, organisation=call.path["organisation"], names=call.body.names)
    return _as_it_is_now(call.tx, call.path["organisation"])


def leave(call: Call[None]) -> Answer:
    organisations.leave(call.tx, call.actor, organisation=call.path["organisation"])
    return _as_it_is_now(call.tx, call.path["organisation"])


def rejoin(call: Call[None]) -> Answer:
    organisations.rejoin(call.tx, call.actor, organisation=call.path["organisation"])
    return _as_it_is_now(call.tx, call.path["organisation"])


def _as_it_is_now(tx: Tx, id: str) -> Answer:
    return Answer(_shown(seen(organisations_store.get(tx, id))))


def _shown(one: Organisation) -> schemas.OrganisationShown:
    return schemas.OrganisationShown(id=one.id, names=dict(one.names), state=one.state, left_at=one.left_at)
