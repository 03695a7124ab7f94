"""Proof of email addresses, given by what was mailed to them."""

from service.actions.authorization import or_not_found
from service.domain.membership.addresses import BY_CHANNEL, BY_CODE, is_address_proved
from service.store import record as record_store
from service.store.accounts import addresses as addresses_store
from service.store.accounts import people as people_store
from service.store.db import Tx


def mark_proved(tx: Tx, person: str, *, proof: str, by: str | None) -> None:
    """Note that a person's address is proved, unless it was before. A better proof replaces that by a channel."""
    found = or_not_found(people_store.get(tx, person))
    if is_address_proved(found) and found.address_proof != BY_CHANNEL:
        return
    addresses_store.mark_proved(tx, person, proof=proof)
    record_store.append(tx, act="address.prove", actor=by, facts={"person": person, "proof": proof})


def mark_code_redeemed(tx: Tx, person: str, *, address: str) -> None:
    """Note that a code sent to `address` was entered, if that is still the person's address."""
    found = people_store.get(tx, person)
    if found and found.email == address:
        mark_proved(tx, person, proof=BY_CODE, by=person)
