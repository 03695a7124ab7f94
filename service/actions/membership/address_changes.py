"""Changes of an email address: by its holder with proof at both addresses, or by an own focal point after 72 hours.

The secretariat never changes an address: a person who reads it can sign in.
"""

from service.actions import notice_matters, notifications
from service.actions.accounts import access, address_proof, email_codes, rate_limit
from service.actions.authorization import or_not_found, require
from service.actions.membership.addresses import require_proved_address
from service.actions.membership.power_notices import remember_contact, tell_organisation
from service.actions.validation import validate_email
from service.domain.accounts.rules import require_recent_authentication
from service.domain.errors import N_, Conflict, Forbidden, at_field
from service.domain.membership.addresses import BY_CODE
from service.domain.membership.approvals import WAIT
from service.domain.membership.people import COALITION_ROLES, Actor, Person
from service.domain.publication.notice_matters import MANDATE_KINDS
from service.store import record as record_store
from service.store.accounts import addresses as addresses_store
from service.store.accounts import people as people_store
from service.store.accounts.addresses import AddressChange
from service.store.db import Tx
from service.store.membership import mandates as mandates_store


def start_own(tx: Tx, actor: Actor, *, address: str, secret: bytes) -> tuple[str, str, str]:
    """Send a code to the actor's present and new address; return the ids of the change and of the two codes.

    An address that somebody else has gets no email, and the answer is the same. Raises `InvalidInput` `bad_email`,
    `RateLimited` `too_many_codes`, `Forbidden` `proof_needed`.
    """
    require(actor, "account.secure")
    require_recent_authentication(actor)
    with at_field("address"):
        new = validate_email(address)
    person = or_not_found(people_store.get(tx, actor.person))
    id, origin = tx.new_id("adc"), rate_limit.get_person_origin(actor)
    addresses_store.add_change(tx, id=id, person_id=person.id, old=person.email, new=new, by=person.id, due_at=None)
    reader = None if people_store.get_by_email(tx, new) else person
    old_code = email_codes.send_code_to(
        tx, person, address=person.email, purpose=email_codes.OLD_ADDRESS, origin=origin, secret=secret
    )
    new_code = email_codes.send_code_to(
        tx, reader, address=new, purpose=email_codes.NEW_ADDRESS, origin=origin, secret=secret
    )
    return id, old_code, new_code


def finish_own(
    tx: Tx, actor: Actor, *, change: str, old: tuple[str, str], new: tuple[str, str], session: str, secret: bytes
) -> None:
    """Change the actor's address with both codes, each as (id, code); other sessions and all keys end.

    Raises `NotFound`, `Conflict` `no_address_change`, `email_taken`, `Forbidden` `wrong_code`, `code_void`.
    """
    require(actor, "account.secure")
    found = or_not_found(addresses_store.lock_change(tx, change))
    if found.person != actor.person or found.requested_by != actor.person or found.state != "waiting":
        raise _no_address_change()
    given = ((email_codes.OLD_ADDRESS, old, found.old_address), (email_codes.NEW_ADDRESS, new, found.new_address))
    for purpose, (id, code), address in given:
        valid = email_codes.find_valid_code(tx, id=id, code=code, purpose=purpose, secret=secret)
        if valid is None or valid.address != address:
            email_codes.redeem_code(tx, id=id, code=code, purpose=purpose, secret=secret)
            raise _no_address_change()
    for purpose, (id, code), _ in given:
        email_codes.redeem_code(tx, id=id, code=code, purpose=purpose, secret=secret)
    _apply(tx, found, by=actor.person, except_session=session)
    address_proof.replace_proof(tx, found.person, proof=BY_CODE)


def ask_for_colleague(tx: Tx, actor: Actor, *, person: str, address: str) -> str:
    """Ask, as a focal point, to change a colleague's address in 72 hours; they and the organisation are told now.

    Not for members of the secretariat and auditors. Raises `NotFound`, `Forbidden` `address_not_proved`,
    `not_yours_to_change`, `InvalidInput` `bad_email`, `Conflict` `email_taken`.
    """
    require(actor, "address.change")
    require_proved_address(tx, actor)
    found = or_not_found(people_store.get(tx, person))
    roles = {one.role for one in people_store.list_grants(tx, person)}
    own = found.organisation is not None and found.organisation == actor.organisation
    if not own or person == actor.person or found.state != "active" or roles & COALITION_ROLES:
        raise Forbidden(
            "not_yours_to_change",
            N_(
                "Only a focal point can change the address of someone in their organisation, and the person themselves."
            ),
        )
    with at_field("address"):
        new = validate_email(address)
        _check_free(tx, new)
    id, due_at = tx.new_id("adc"), tx.now + WAIT
    addresses_store.add_change(tx, id=id, person_id=person, old=found.email, new=new, by=actor.person, due_at=due_at)
    record_store.append(
        tx, act="address.ask", actor=actor.person, facts={"change": id, "person": person, "due_at": due_at}
    )
    params = {"moment": due_at}
    tell_organisation(tx, found.organisation or "", kind="power.address_changing", about=id, params=params)
    return id


def stop(tx: Tx, actor: Actor, *, person: str) -> None:
    """Stop the change of an address that waits: by its holder, or by a focal point or signatory of the organisation.

    Raises `NotFound`, `Conflict` `no_address_change`.
    """
    require(actor, "account.own")
    found = or_not_found(people_store.get(tx, person))
    if actor.person != person and not may_stop(actor, found):
        or_not_found(None)
    waiting = addresses_store.get_waiting_change(tx, person)
    if waiting is None or not addresses_store.end_change(tx, waiting.id, state="refused"):
        raise _no_address_change()
    record_store.append(tx, act="address.stop", actor=actor.person, facts={"change": waiting.id, "person": person})


def may_stop(actor: Actor, person: Person) -> bool:
    """Return whether the actor may stop a change of this person's address."""
    own = person.organisation is not None and person.organisation == actor.organisation
    return actor.person == person.id or (own and bool(actor.grants))


def list_due(tx: Tx) -> list[str]:
    """Return the ids of changes whose time has come."""
    return addresses_store.list_due_changes(tx)


def carry_out_due(tx: Tx, *, change: str) -> None:
    """Change an address whose time has come: it is not proved yet, and mandates end until then."""
    found = addresses_store.lock_change(tx, change)
    if found is None or found.state != "waiting" or found.due_at is None or tx.now < found.due_at:
        return
    if people_store.get_by_email(tx, found.new_address):
        addresses_store.end_change(tx, change, state="refused")
        return
    _apply(tx, found, by=found.requested_by, except_session="")
    addresses_store.forget_proof(tx, found.person)
    for one in mandates_store.list_unrevoked(tx, person=found.person):
        mandates_store.change_state(tx, one.id, from_state=one.state, to_state="revoked")
        notice_matters.settle(tx, MANDATE_KINDS, about=one.id)
        record_store.append(tx, act="mandate.revoke", actor=found.requested_by, facts={"mandate": one.id})


def _apply(tx: Tx, change: AddressChange, *, by: str, except_session: str) -> None:
    """Replace the address and tell: the old address, the person, the organisation. Raises `Conflict` `email_taken`."""
    _check_free(tx, change.new_address)
    person = or_not_found(people_store.get(tx, change.person))
    if not addresses_store.end_change(tx, change.id, state="done"):
        raise _no_address_change()
    if person.organisation:
        remember_contact(tx, person.organisation, person)
    addresses_store.set_address(tx, person.id, address=change.new_address)
    access.end_other_access(tx, person.id, except_session=except_session)
    facts = {"change": change.id, "person": person.id}
    values = {"person.email": change.new_address}
    record_store.append(tx, act="address.change", actor=by, facts=facts, values=values)
    notifications.email_former_contact(
        tx,
        address=change.old_address,
        lang=person.lang,
        kind="account.address_changed",
        params={},
        effect_key=f"account.address_changed:{change.id}",
    )
    notifications.notify(tx, [person], kind="account.address_changed", about=change.id, params={}, urgent=True)
    if person.organisation:
        tell_organisation(tx, person.organisation, kind="power.address_changed", about=change.id)


def _check_free(tx: Tx, address: str) -> None:
    if people_store.get_by_email(tx, address):
        raise Conflict("email_taken", N_("Someone with this email address already exists."), field="address")


def _no_address_change() -> Conflict:
    return Conflict("no_address_change", N_("There is no change of address to stop."))
