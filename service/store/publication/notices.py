"""Notices and emails (the outbox)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, case, delete, func, insert, or_, select, update

from service.store.db import Tx
from service.store.sequence import next_seq
from service.store.tables import mail, notice, person


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to a person: `kind` names the sentence, `params` fill it; times in µs UTC."""

    id: str
    kind: str
    params: Mapping[str, Any]
    at: int
    read_at: int | None


@dataclass(frozen=True, slots=True)
class Email:
    """An email in the outbox, in the language `lang` of its recipient.

    `person` is None for an invited person; then `invitation` is the id of the invitation, whose link is not in `body`
    yet. With neither, the email has no recipient. `code_of` is the purpose of the code that is not in `body` yet, and
    `code_ref` what it confirms; empty without one. `error` is why the last attempt to deliver it failed.
    """

    id: str
    person: str | None
    to: str
    subject: str
    body: str
    state: str
    at: int
    lang: str
    invitation: str | None
    code_of: str = ""
    code_ref: str = ""
    error: str | None = None


def add(
    tx: Tx,
    *,
    id: str,
    person_id: str,
    kind: str,
    params: Mapping[str, Any],
    effect_key: str,
    mail_at: int | None = None,
    pinned: bool = False,
) -> bool:
    """Add a notice once per `effect_key`; return False if it exists.

    `mail_at` (µs UTC) is when it goes out by email, None for never. `pinned`: it stays first until its email is sent.
    """
    seq = next_seq(tx, notice)  # takes the sequence lock, which serialises concurrent inserts
    if tx.connection.execute(select(notice.c.id).where(notice.c.effect_key == effect_key)).one_or_none():
        return False
    row = {"id": id, "seq": seq, "person": person_id, "kind": kind, "params": {"v": 1, **params}, "pinned": pinned}
    tx.connection.execute(insert(notice).values(**row, effect_key=effect_key, at=tx.now, mail_at=mail_at))
    return True


def list_recipients_with_unread(
    tx: Tx, persons: Collection[str], *, kinds: Collection[str], about: str
) -> frozenset[str]:
    """Return those of `persons` with an unread notice of one of `kinds` about the subject `about`."""
    query = select(notice.c.person).where(notice.c.person.in_(list(persons)), notice.c.read_at.is_(None))
    about_thing = [notice.c.effect_key.startswith(f"{kind}:{about}:", autoescape=True) for kind in kinds]
    return frozenset(tx.connection.execute(query.where(or_(*about_thing))).scalars())


def list_persons_due_email(tx: Tx, *, now: int) -> list[str]:
    """Return the ids of persons with a notice due by email at `now` (µs UTC)."""
    query = select(notice.c.person).where(notice.c.mail_at <= now).distinct().order_by(notice.c.person)
    return list(tx.connection.execute(query).scalars())


def list_awaiting_email(tx: Tx, person_id: str) -> list[Notice]:
    """Return the person's notices that are waiting to go out by email, oldest first."""
    query = select(notice).where(notice.c.person == person_id, notice.c.mail_at.is_not(None)).order_by(notice.c.seq)
    return [_notice(row) for row in tx.connection.execute(query)]


def mark_emailed(tx: Tx, id: str) -> bool:
    """Compare-and-swap waiting → emailed; return False if another email includes the notice."""
    query = update(notice).where(notice.c.id == id, notice.c.mail_at.is_not(None))
    return tx.connection.execute(query.values(mail_at=None)).rowcount == 1


def set_email_of(tx: Tx, ids: Collection[str], *, email: str) -> None:
    """Note which email contains these notices, so that its delivery is known for each of them."""
    tx.connection.execute(update(notice).where(notice.c.id.in_(list(ids))).values(mail=email))


def list_undelivered_power(tx: Tx, *, organisation: str, except_person: str, since: int) -> list[tuple[str, Notice]]:
    """Return (person, notice) of acts of power since `since` (µs UTC) whose email to them failed or came back.

    Newest first. The persons are active in `organisation`; `except_person` is left out.
    """
    query = (
        select(notice)
        .join(mail, mail.c.id == notice.c.mail)
        .join(person, person.c.id == notice.c.person)
        .where(
            or_(mail.c.state == "failed", mail.c.bounced_at.is_not(None)),
            notice.c.pinned.is_(True),
            notice.c.kind.startswith("power."),
            notice.c.read_at.is_(None),
            notice.c.at > since,
            person.c.organisation == organisation,
            person.c.state == "active",
            person.c.id != except_person,
        )
    )
    return [(row.person, _notice(row)) for row in tx.connection.execute(query.order_by(notice.c.seq.desc()))]


def list_by_person(tx: Tx, person_id: str, *, after: int = 0, limit: int = 100) -> list[tuple[int, Notice]]:
    """Return the person's notices with their seq, oldest first, beyond `after`."""
    query = select(notice).where(notice.c.person == person_id, notice.c.seq > after).order_by(notice.c.seq)
    found = tx.connection.execute(query.limit(limit))
    return [(row.seq, _notice(row)) for row in found]


def list_newest(tx: Tx, person_id: str, *, limit: int) -> list[Notice]:
    """Return the person's newest notices: first unread ones of acts of power that no email has told, then by time."""
    arrived = (mail.c.state.in_(("sent", "shown")), mail.c.bounced_at.is_(None))
    delivered = select(mail.c.id).where(mail.c.id == notice.c.mail, *arrived).exists()
    undelivered = and_(notice.c.pinned.is_(True), notice.c.read_at.is_(None), ~delivered)
    order = case((undelivered, 0), else_=1), notice.c.seq.desc()
    query = select(notice).where(notice.c.person == person_id).order_by(*order).limit(limit)
    return [_notice(row) for row in tx.connection.execute(query)]


def list_of_kind(tx: Tx, person_id: str, *, kind: str, since: int) -> list[Notice]:
    """Return the person's notices of one kind after `since` (µs UTC), newest first."""
    query = select(notice).where(notice.c.person == person_id, notice.c.kind == kind, notice.c.at > since)
    return [_notice(row) for row in tx.connection.execute(query.order_by(notice.c.seq.desc()))]


def count_unread(tx: Tx, person_id: str) -> int:
    """Return the number of a person's unread notices."""
    query = select(func.count()).select_from(notice).where(notice.c.person == person_id, notice.c.read_at.is_(None))
    return tx.connection.execute(query).scalar_one()


def mark_read(tx: Tx, person_id: str, *, ids: Collection[str] | None) -> int:
    """Mark a person's notices as read, those of `ids` or all (None), and return how many were unread."""
    query = update(notice).where(notice.c.person == person_id, notice.c.read_at.is_(None))
    if ids is not None:
        query = query.where(notice.c.id.in_(list(ids)))
    return tx.connection.execute(query.values(read_at=tx.now)).rowcount


def list_newest_emails(tx: Tx, person_id: str, *, limit: int) -> list[Email]:
    """Return the newest emails to a person, newest first."""
    query = select_emails().where(mail.c.person == person_id)
    found = tx.connection.execute(query.order_by(mail.c.seq.desc()).limit(limit))
    return [email_from_row(row) for row in found]


def list_newest_invitation_emails(tx: Tx, *, limit: int) -> list[Email]:
    """Return the newest emails to invited people, newest first."""
    query = select_emails().where(mail.c.invitation.is_not(None))
    return [email_from_row(row) for row in tx.connection.execute(query.order_by(mail.c.seq.desc()).limit(limit))]


def add_email(
    tx: Tx,
    *,
    id: str,
    person_id: str | None,
    subject: str,
    body: str,
    address: str = "",
    lang: str = "",
    invitation: str | None = None,
    code_of: str = "",
    code_ref: str = "",
) -> None:
    """Add an email to a person, or to another `address`: of an `invitation`, or one that a person changes to.

    With neither, it has no recipient and the worker drops it.
    """
    row = {"id": id, "seq": next_seq(tx, mail), "person": person_id, "subject": subject, "body": body}
    other_columns = {"address": address, "lang": lang, "invitation": invitation, "state": "waiting", "at": tx.now}
    code_columns = {"code_of": code_of, "code_ref": code_ref}
    tx.connection.execute(insert(mail).values(**row, **other_columns, **code_columns))


def get_email(tx: Tx, id: str) -> Email | None:
    """Return an email by id."""
    row = tx.connection.execute(select_emails().where(mail.c.id == id)).one_or_none()
    return email_from_row(row) if row else None


def delete_email(tx: Tx, id: str) -> None:
    """Delete an email without a recipient."""
    tx.connection.execute(delete(mail).where(mail.c.id == id))


def set_email_state(tx: Tx, id: str, *, state: str, keep_body: bool) -> None:
    """Set the state to sent, shown (in the app) or failed; with `keep_body` False the body is deleted."""
    values: dict[str, Any] = {"state": state, "ended_at": tx.now} | ({} if keep_body else {"body": ""})
    tx.connection.execute(update(mail).where(mail.c.id == id).values(values))


def list_emails(tx: Tx, *, person_id: str, after: int = 0, limit: int = 100) -> list[tuple[int, Email]]:
    """Return the emails to a person with their seq, oldest first, beyond `after`."""
    query = select_emails().where(mail.c.seq > after, mail.c.person == person_id)
    found = tx.connection.execute(query.order_by(mail.c.seq).limit(limit))
    return [(row.seq, email_from_row(row)) for row in found]


def _notice(row: Row[Any]) -> Notice:
    return Notice(row.id, row.kind, row.params, row.at, row.read_at)


def select_emails() -> Select[Any]:
    """Return the query of all emails, with their recipient's address and language."""
    to, lang = (
        func.coalesce(func.nullif(mail.c.address, ""), person.c.email, ""),
        func.coalesce(person.c.lang, mail.c.lang),
    )
    query = select(mail, to.label("to"), lang.label("in_lang"))
    return query.join(person, person.c.id == mail.c.person, isouter=True)


def email_from_row(row: Row[Any]) -> Email:
    """Return the email in a row of `select_emails`."""
    code = {"code_of": row.code_of, "code_ref": row.code_ref, "error": row.error}
    return Email(
        row.id, row.person, row.to, row.subject, row.body, row.state, row.at, row.in_lang, row.invitation, **code
    )
