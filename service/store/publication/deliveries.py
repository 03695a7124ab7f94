"""Delivery of emails: when one last went out, why one did not, which came back, and how the one with a code stands."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select, update

from service.store.db import Tx
from service.store.tables import mail, person


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an email stands: `ended_at` is when it was sent, shown or failed (µs UTC), None before.

    `error` is why the last attempt failed. `bounce` is the status code (RFC 3463) with which it came back later, "" if
    the mail server gave none; None if it did not come back.
    """

    state: str
    at: int
    ended_at: int | None
    error: str | None
    bounce: str | None


def get_delivery_of_code(tx: Tx, *, code_of: str, code_ref: str) -> Delivery | None:
    """Return how the email stands that brings the code of `code_ref`."""
    columns = (mail.c.state, mail.c.at, mail.c.ended_at, mail.c.error, mail.c.bounced_at, mail.c.bounce)
    row = tx.connection.execute(select(*columns).where(mail.c.code_of == code_of, mail.c.code_ref == code_ref)).first()
    if row is None:
        return None
    return Delivery(row.state, row.at, row.ended_at, row.error, None if row.bounced_at is None else row.bounce or "")


def get_last_returned(tx: Tx, person_id: str) -> tuple[str, str] | None:
    """Return address and status code of the last email that went out to a person, if it came back.

    Its address can be one that they change to.
    """
    address = func.coalesce(func.nullif(mail.c.address, ""), person.c.email).label("to")
    query = select(address, mail.c.bounced_at, mail.c.bounce).join(person, person.c.id == mail.c.person)
    sent = query.where(mail.c.person == person_id, mail.c.state == "sent").order_by(mail.c.seq.desc()).limit(1)
    row = tx.connection.execute(sent).one_or_none()
    return (row.to, row.bounce or "") if row and row.bounced_at is not None else None


def get_last_delivery(tx: Tx) -> int | None:
    """Return when an email was last accepted by the mail server, and did not come back (µs UTC); None if none was."""
    query = select(func.max(mail.c.ended_at)).where(mail.c.state == "sent", mail.c.bounced_at.is_(None))
    return tx.connection.execute(query).scalar_one_or_none()


def replace_origin_in_waiting(tx: Tx, *, from_origin: str, to_origin: str) -> None:
    """Replace the public address in the links of emails that are not sent yet."""
    body = func.replace(mail.c.body, f"{from_origin}/", f"{to_origin}/")
    tx.connection.execute(update(mail).where(mail.c.state == "waiting").values(body=body))


def set_email_error(tx: Tx, id: str, *, error: str) -> None:
    """Store why the last attempt to deliver an email failed."""
    tx.connection.execute(update(mail).where(mail.c.id == id).values(error=error[:500]))


def mark_bounced(tx: Tx, id: str, *, status: str) -> bool:
    """Compare-and-swap: note that an email came back; return False if it is noted already."""
    query = update(mail).where(mail.c.id == id, mail.c.bounced_at.is_(None))
    return tx.connection.execute(query.values(bounced_at=tx.now, bounce=status)).rowcount == 1


def list_undelivered_invitations(tx: Tx) -> dict[str, str]:
    """Return the ids of invitations whose email could not be delivered or came back, with the status code if known."""
    undelivered = or_(mail.c.state == "failed", mail.c.bounced_at.is_not(None))
    query = select(mail.c.invitation, mail.c.bounce).where(mail.c.invitation.is_not(None), undelivered)
    return {row.invitation: row.bounce or "" for row in tx.connection.execute(query)}
