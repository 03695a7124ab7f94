"""Organisations over the API: who belongs, and how that changes."""

from service.actions import membership, people
from service.actions.access import require, seen
from service.domain.people import Organisation
from service.store import organisations as organisations_store
from service.store.db import Tx
from service.web.api import models
from service.web.endpoint import Answer, Call
from service.web.paging import cursor, window


def members(call: Call[None]) -> Answer:
    require(call.actor, "organisation.read")
    after, limit = window(call.query)
    found = organisations_store.members(call.tx, after=after, limit=limit)
    items = [_shown(one) for _, one in found]
    return Answer(models.OrganisationPage(items=items, next=cursor([seq for seq, _ in found], limit)))


def add(call: Call[models.NewOrganisation]) -> Answer:
    id = people.add_organisation(call.tx, call.actor, names=call.body.names)
    return Answer(models.Created(id=id), 201)


def show(call: Call[None]) -> Answer:
    require(call.actor, "organisation.read")
    return Answer(_shown(seen(organisations_store.get(call.tx, call.path["organisation"]))))


def rename(call: Call[models.NewOrganisation]) -> Answer:
    membership.rename(call.tx, call.actor, organisation=call.path["organisation"], names=call.body.names)
    return _as_it_is_now(call.tx, call.path["organisation"])


def leave(call: Call[None]) -> Answer:
    membership.leave(call.tx, call.actor, organisation=call.path["organisation"])
    return _as_it_is_now(call.tx, call.path["organisation"])


def rejoin(call: Call[None]) -> Answer:
    membership.rejoin(call.tx, call.actor, organisation=call.path["organisation"])
    return _as_it_is_now(call.tx, call.path["organisation"])


def _as_it_is_now(tx: Tx, id: str) -> Answer:
    return Answer(_shown(seen(organisations_store.get(tx, id))))


def _shown(one: Organisation) -> models.OrganisationShown:
    return models.OrganisationShown(id=one.id, names=dict(one.names), state=one.state, left_at=one.left_at)
