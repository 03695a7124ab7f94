"""Addresses that an organisation had before an act of power, told of further acts for a while."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from service.store.db import Tx
from service.store.tables import former_contact


@dataclass(frozen=True, slots=True)
class FormerContact:
    """An address of a person of an organisation, and the language they read."""

    person: str
    address: str
    lang: str


def remember(tx: Tx, *, organisation: str, contact: FormerContact, until: int) -> None:
    """Keep an address until `until` (µs UTC); an earlier end is replaced."""
    same = former_contact.c.organisation == organisation, former_contact.c.address == contact.address
    tx.connection.execute(delete(former_contact).where(*same))
    row = {"organisation": organisation, "person": contact.person, "address": contact.address, "lang": contact.lang}
    tx.connection.execute(insert(former_contact).values(id=tx.new_id("fct"), **row, until=until))


def list_current(tx: Tx, organisation: str) -> list[FormerContact]:
    """Return the addresses that are still told of acts over this organisation."""
    query = select(former_contact).where(former_contact.c.organisation == organisation, former_contact.c.until > tx.now)
    found = tx.connection.execute(query.order_by(former_contact.c.address))
    return [FormerContact(row.person, row.address, row.lang) for row in found]


def delete_old(tx: Tx) -> None:
    """Delete addresses whose time is over."""
    tx.connection.execute(delete(former_contact).where(former_contact.c.until <= tx.now))
