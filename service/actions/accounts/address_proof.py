"""Proof of email addresses, given by what was mailed to them."""

from service.actions.accounts import access
from service.actions.authorization import or_not_found
from service.domain.membership.addresses import BY_CHANNEL, BY_CODE, is_address_proved
from service.domain.membership.people import ORGANISATION_ROLES, Actor
from service.store import record as record_store
from service.store.accounts import accounts as accounts_store
from service.store.accounts import addresses as addresses_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store


def mark_proved(tx: Tx, person: str, *, proof: str, by: str | None) -> None:
    """Note that a person's address is proved, unless it was before. A better proof replaces that by a channel."""
    found = or_not_found(people_store.get(tx, person))
    if is_address_proved(found) and found.address_proof != BY_CHANNEL:
        return
    addresses_store.mark_proved(tx, person, proof=proof)
    record_store.append(tx, act="address.prove", actor=by, facts={"person": person, "proof": proof})


def mark_code_redeemed(tx: Tx, person: str, *, address: str, ends_access_from_before: bool) -> None:
    """Note that a code sent to `address` was entered, if that is still the person's address.

    An account that was not proved may have been entered by anyone who saw its link: with `ends_access_from_before` its
    sessions, keys and password end when it is proved from elsewhere.
    """
    found = people_store.get(tx, person)
    if found is None or found.email != address:
        return
    if ends_access_from_before and not is_address_proved(found):
        access.end_other_access(tx, person)
        accounts_store.delete_password(tx, person)
    mark_proved(tx, person, proof=BY_CODE, by=person)


def mark_came_in(tx: Tx, actor: Actor) -> None:
    """Note that an organisation has had people, when a focal point or signatory of it signs in."""
    if actor.organisation and any(one.role in ORGANISATION_ROLES for one in actor.grants):
        organisations_store.mark_first_person(tx, actor.organisation)


def replace_proof(tx: Tx, person: str, *, proof: str) -> None:
    """Note how a new address of a person is proved."""
    addresses_store.mark_proved(tx, person, proof=proof)
    record_store.append(tx, act="address.prove", actor=person, facts={"person": person, "proof": proof})
