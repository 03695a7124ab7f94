"""Offboarding by the secretariat: close a person, revoke a role or a token. Past acts stay valid."""

from service.actions.authorization import or_not_found, require
from service.actions.membership.people import revoke_token_tree
from service.domain.errors import N_, Conflict, NotFound
from service.domain.membership.people import SECRETARIAT, Actor
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.drafts import last_seen as last_seen_store
from service.store.membership import mandates as mandates_store


def close_person(tx: Tx, actor: Actor, *, person: str) -> None:
    """Close a person: tokens and sessions end, mandates are revoked, read markers are deleted.

    Raises `Conflict` `person_closed`, `last_secretary`.
    """
    require(actor, "person.close")
    or_not_found(people_store.get(tx, person))
    _check_not_last_secretary(tx, person)
    if not people_store.close(tx, person):
        raise Conflict("person_closed", N_("This person has already left."))
    last_seen_store.delete_by_person(tx, person=person)
    record_store.append(tx, act="person.close", actor=actor.person, facts={"person": person})
    for one in mandates_store.list_unrevoked(tx, person=person):
        mandates_store.change_state(tx, one.id, from_state=one.state, to_state="revoked")
        record_store.append(tx, act="mandate.revoke", actor=actor.person, facts={"mandate": one.id})


def revoke_role(tx: Tx, actor: Actor, *, person: str, role: str, document: str = "") -> None:
    """Revoke a role, of the whole coalition or of one document. Raises `NotFound`, `Conflict` `last_secretary`."""
    require(actor, "role.take")
    or_not_found(people_store.get(tx, person))
    if (role, document) == (SECRETARIAT, ""):
        _check_not_last_secretary(tx, person)
    if not people_store.revoke_role(tx, person_id=person, role=role, document=document):
        raise NotFound()
    facts = {"person": person, "role": role, "document": document}
    record_store.append(tx, act="role.take", actor=actor.person, facts=facts)


def revoke_token_of_other(tx: Tx, actor: Actor, *, person: str, token: str) -> None:
    """Revoke an API token of any person at once, with the sessions and tokens made with it."""
    require(actor, "token.others")
    revoke_token_tree(tx, person=person, token=token, by=actor.person)


def _check_not_last_secretary(tx: Tx, person: str) -> None:
    """Raise `Conflict` `last_secretary` if `person` is the only one in the secretariat.

    All grants of the role are locked: of two persons who close each other at the same time, the second fails here.
    """
    people_store.lock_role_holders(tx, SECRETARIAT)
    if [one.id for one in people_store.list_role_holders(tx, [SECRETARIAT])] == [person]:
        raise Conflict("last_secretary", N_("This is the last person in the secretariat. Appoint another first."))
