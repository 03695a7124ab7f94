"""Proof of email addresses: required of who grants, holds, accepts or disputes."""

from service.actions.accounts import address_proof
from service.actions.authorization import or_not_found, require
from service.actions.membership import approvals
from service.domain.errors import N_, Conflict, Forbidden
from service.domain.membership.addresses import BY_CHANNEL, check_address_proved, is_address_proved
from service.domain.membership.approvals import ADDRESS_CONFIRM, validate_channel
from service.domain.membership.people import Actor, Person
from service.store.accounts import addresses as addresses_store
from service.store.accounts import people as people_store
from service.store.db import Tx


def require_proved_address(tx: Tx, actor: Actor) -> Person:
    """Return the actor's person. Raises `Forbidden` `address_not_proved`."""
    person = or_not_found(people_store.get(tx, actor.person))
    check_address_proved(person)
    return person


def confirm_address(tx: Tx, actor: Actor, *, person: str, channel: str, mail_enabled: bool) -> bool:
    """Confirm by another channel who a person is, where no email is sent; return whether this is in effect now.

    Somebody of the secretariat who did not invite the person does it; where there is nobody else, it waits. What the
    person does is marked “address not proved”. Raises `Conflict` `code_possible`, `Forbidden` `second_person_needed`.
    """
    require(actor, "address.confirm")
    found = or_not_found(people_store.get(tx, person))
    checked_by = validate_channel(channel)
    if mail_enabled or is_address_proved(found):
        raise Conflict(
            "code_possible", N_("This person can prove their address, or has proved it, with a code sent by email.")
        )
    inviter = addresses_store.get_inviter(tx, person)
    others = approvals.list_secretariat(tx) - {inviter, person}
    if actor.person == person or (others and actor.person not in others):
        raise Forbidden(
            "second_person_needed",
            N_("Someone else must confirm this: not the person who asked for it, and not the person it is about."),
        )
    params = {"person": person, "organisation": found.organisation, "channel": checked_by}
    if not others and approvals.ask(tx, actor.person, act=ADDRESS_CONFIRM, subject=person, params=params) is not None:
        return False
    address_proof.mark_proved(tx, person, proof=BY_CHANNEL, by=actor.person)
    return True
