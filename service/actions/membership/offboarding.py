"""What the secretariat takes back: a role, a key, a person's place in the coalition. What they did stays done."""

from service.actions.authorization import require, seen
from service.actions.membership.people import end_token
from service.domain.errors import N_, Conflict, NotFound
from service.domain.membership.people import SECRETARIAT, Actor
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.drafts import last_seen as last_seen_store
from service.store.membership import mandates as mandates_store


def close_person(tx: Tx, actor: Actor, *, person: str) -> None:
    """Close a person: their keys and sessions end at once, their mandates are revoked, and what they read is forgotten.
    Raises Conflict `person_closed`, `last_secretary`."""
    require(actor, "person.close")
    seen(people_store.get(tx, person))
    _check_not_last(tx, person)
    if not people_store.close(tx, person):
        raise Conflict("person_closed", N_("This person has left already."))
    last_seen_store.forget(tx, person=person)
    record_store.append(tx, act="person.close", actor=actor.person, facts={"person": person})
    for one in mandates_store.unrevoked(tx, person=person):
        mandates_store.move(tx, one.id, before=one.state, after="revoked")
        record_store.append(tx, act="mandate.revoke", actor=actor.person, facts={"mandate": one.id})


def take_role(tx: Tx, actor: Actor, *, person: str, role: str, document: str = "") -> None:
    """Take a role back, of the whole coalition or of one document. Raises NotFound where it is not held, Conflict
    `last_secretary`."""
    require(actor, "role.take")
    seen(people_store.get(tx, person))
    if (role, document) == (SECRETARIAT, ""):
        _check_not_last(tx, person)
    if not people_store.take(tx, person_id=person, role=role, document=document):
        raise NotFound()
    facts = {"person": person, "role": role, "document": document}
    record_store.append(tx, act="role.take", actor=actor.person, facts=facts)


def revoke_token(tx: Tx, actor: Actor, *, person: str, token: str) -> None:
    """End a token of any person, at once, with the sessions and keys made of it."""
    require(actor, "token.others")
    end_token(tx, person=person, token=token, by=actor.person)


def _check_not_last(tx: Tx, person: str) -> None:
    """A coalition without a secretariat could not be helped by anybody in it. The whole secretariat is locked: of two
    who close each other at one instant, the second finds that they are the last."""
    people_store.lock_holders(tx, SECRETARIAT)
    if [one.id for one in people_store.holders(tx, [SECRETARIAT])] == [person]:
        raise Conflict("last_secretary", N_("This is the last person of the secretariat. Appoint another first."))
