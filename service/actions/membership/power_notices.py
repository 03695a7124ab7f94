"""Who is notified of acts of power, at once: an organisation, addresses it had before, or the whole coalition."""

from collections.abc import Collection, Mapping
from typing import Any

from service.actions import notifications
from service.domain.membership.approvals import FORMER_CONTACT_PERIOD
from service.domain.membership.people import Person
from service.domain.policy import ALL_ROLES
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import contacts as contacts_store
from service.store.membership import organisations as organisations_store
from service.store.membership.contacts import FormerContact

MAX_PEOPLE = 10_000
"""People of one organisation."""


def remember_contacts(tx: Tx, organisation: str) -> None:
    """Keep the present addresses of an organisation's people, before an act that may remove some of them."""
    for person in list_active_people(tx, organisation):
        remember_contact(tx, organisation, person)


def remember_contact(tx: Tx, organisation: str, person: Person) -> None:
    """Keep the present address of one person, to be notified of later acts for FORMER_CONTACT_PERIOD."""
    contact = FormerContact(person.id, person.email, person.lang)
    contacts_store.remember(tx, organisation=organisation, contact=contact, until=tx.now + FORMER_CONTACT_PERIOD)


def tell_organisation(
    tx: Tx, organisation: str, *, kind: str, about: str, params: Mapping[str, Any] | None = None
) -> None:
    """Notify an organisation's active people, and the addresses it had recently, of the act `about`, once.

    Nobody is notified of an organisation whose people have not come in: they expect no emails yet.
    """
    every = {"organisation": organisation, **(params or {})}
    found = organisations_store.get(tx, organisation)
    if found is not None and found.first_person_at is not None:
        notifications.notify_organisation(tx, organisation, kind=kind, about=about, params=every)
    present = {one.email for one in list_active_people(tx, organisation)}
    for contact in contacts_store.list_current(tx, organisation):
        if contact.address not in present:
            key = f"{kind}:{about}:{contact.address}"
            notifications.email_former_contact(
                tx, address=contact.address, lang=contact.lang, kind=kind, params=every, effect_key=key
            )


def tell_everyone(
    tx: Tx, *, kind: str, about: str, params: Mapping[str, Any] | None = None, but: Collection[str | None] = ()
) -> None:
    """Tell everybody with a role in the coalition, `but` some persons who know, by notice and email at once."""
    everyone = [one for one in people_store.list_role_holders(tx, ALL_ROLES) if one.id not in but]
    notifications.notify(tx, everyone, kind=kind, about=about, params=params or {}, urgent=True)


def list_active_people(tx: Tx, organisation: str) -> list[Person]:
    """Return the active people of an organisation, in order of joining."""
    found = people_store.list_all(tx, organisation=organisation, limit=MAX_PEOPLE)
    return [one for _, one in found if one.state == "active"]
