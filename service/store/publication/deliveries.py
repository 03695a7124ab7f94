"""Delivery of emails: when one last went out, why one did not, and how the one with a code stands."""

from sqlalchemy import func, select, update

from service.store.db import Tx
from service.store.publication.notices import Email, email_from_row, select_emails
from service.store.tables import mail


def get_email_of_code(tx: Tx, *, code_of: str, code_ref: str) -> Email | None:
    """Return the email that brings the code of `code_ref`."""
    query = select_emails().where(mail.c.code_of == code_of, mail.c.code_ref == code_ref)
    row = tx.connection.execute(query).first()
    return email_from_row(row) if row else None


def get_last_delivery(tx: Tx) -> int | None:
    """Return when an email was last accepted by the mail server (µs UTC); None if none ever was."""
    query = select(func.max(mail.c.ended_at)).where(mail.c.state == "sent")
    return tx.connection.execute(query).scalar_one_or_none()


def replace_origin_in_waiting(tx: Tx, *, from_origin: str, to_origin: str) -> None:
    """Replace the public address in the links of emails that are not sent yet."""
    body = func.replace(mail.c.body, f"{from_origin}/", f"{to_origin}/")
    tx.connection.execute(update(mail).where(mail.c.state == "waiting").values(body=body))


def set_email_error(tx: Tx, id: str, *, error: str) -> None:
    """Store why the last attempt to deliver an email failed."""
    tx.connection.execute(update(mail).where(mail.c.id == id).values(error=error[:500]))
