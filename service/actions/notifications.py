"""Notifications: a notice in the app and, where it matters, an email; each once."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from service import jobs
from service.actions import notice_details
from service.actions.authorization import require
from service.actions.trust import heads
from service.domain.endorsement.round import Round
from service.domain.endorsement.workdays import DEFAULT_WORKING_DAYS, reminder_time
from service.domain.errors import N_
from service.domain.membership.mail_settings import mail_settings
from service.domain.membership.people import FOCAL_POINT, SIGNATORY, Actor, Person
from service.domain.publication.notice import (
    CARRIES_HEAD,
    EMAIL_BATCH_DELAY,
    LINKS,
    REMINDER_LEAD_TIME,
    SENTENCES,
    notice_moment,
)
from service.i18n import Translator
from service.store import jobs as jobs_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store

WEEK = 7 * 24 * 3600 * 1_000_000
"""µs. No reminder goes out earlier than this before its usual time."""

NO_REPLIES = N_("This is an automatic message from the service your coalition uses. No one reads replies to it.")
REPLIES = N_("This is an automatic message from the service your coalition uses. Replies go to {email}.")


def notify(
    tx: Tx,
    recipients: Iterable[Person],
    *,
    kind: str,
    about: str,
    params: Mapping[str, Any],
    by_email: bool = False,
    repeat_key: str = "",
    urgent: bool = False,
) -> None:
    """Add a notice of `kind` about the subject `about` for each person, once (for each `repeat_key`).

    With `by_email` it also goes out by email, in one digest with the notices of the next EMAIL_BATCH_DELAY. `urgent`
    notices, of acts of power and of security, are emailed without delay and stay pinned until the email is sent.
    """
    for person in recipients:
        notices_store.add(
            tx,
            id=tx.new_id("ntc"),
            person_id=person.id,
            kind=kind,
            params={"about": about, **params},
            effect_key=f"{kind}:{about}:{person.id}" + (f":{repeat_key}" if repeat_key else ""),
            mail_at=tx.now + (0 if urgent else EMAIL_BATCH_DELAY) if by_email or urgent else None,
            pinned=urgent,
        )


def notify_organisation(
    tx: Tx, organisation: str, *, kind: str, about: str, params: Mapping[str, Any], repeat_key: str = ""
) -> None:
    """Tell all active people of an organisation at once, by notice and email, of an act of power over it."""
    people = [
        one
        for _, one in people_store.list_all(tx, organisation=organisation, after=0, limit=1000)
        if one.state == "active"
    ]
    notify(tx, people, kind=kind, about=about, params=params, repeat_key=repeat_key, urgent=True)


def send_digest(tx: Tx, *, person: str) -> str | None:
    """Write one email with all notices of a person that wait for it, and return its id.

    Returns None if nothing waits or the person is not active. Each notice is included once, also in concurrent calls.
    """
    found = [one for one in notices_store.list_awaiting_email(tx, person) if notices_store.mark_emailed(tx, one.id)]
    reader = people_store.get(tx, person)
    if not found or reader is None or reader.state != "active":
        return None
    translator = Translator(reader.lang)
    subject = notice_details.email_subject(translator, found)
    email = send_email(
        tx, reader, subject=subject, body=_email_body(tx, translator, found, zone=reader.zone or get_coalition_zone(tx))
    )
    notices_store.set_email_of(tx, [one.id for one in found], email=email)
    return email


def email_former_contact(
    tx: Tx, *, address: str, lang: str, kind: str, params: Mapping[str, Any], effect_key: str
) -> None:
    """Email the sentence of a notice to an address that no longer belongs to anybody here, once per `effect_key`."""
    translator, id = Translator(lang), tx.new_id("mail")
    notice = notices_store.Notice(id, kind, params, tx.now, None)
    notices_store.add_email(
        tx,
        id=id,
        person_id=None,
        subject=translator.n("A message from your coalition", "{count} messages from your coalition", 1),
        body=_email_body(tx, translator, [notice], zone=get_coalition_zone(tx)),
        address=address,
        lang=lang,
    )
    jobs_store.enqueue(tx, jobs.DELIVER_EMAIL, ref=id, effect_key=f"{jobs.DELIVER_EMAIL}:{effect_key}")


def list_due_reminders(tx: Tx) -> list[str]:
    """Return the ids of the open rounds whose reminder is due."""
    closing_soon = rounds_store.list_closing_between(tx, after=tx.now, until=tx.now + REMINDER_LEAD_TIME + WEEK)
    return [id for id in closing_soon if _is_reminder_due(tx, rounds_store.get(tx, id))]


def send_reminder(tx: Tx, *, round_id: str) -> None:
    """Remind the organisations that have not answered an open round, once each, if `reminder_time` has come."""
    found = rounds_store.get(tx, round_id)
    if found is None or not _is_reminder_due(tx, found):
        return
    unanswered = [
        one
        for one in found.organisations
        if endorsements_store.get_live(tx, round_id=round_id, organisation=one) is None
    ]
    contacts = people_store.list_role_holders(tx, [SIGNATORY, FOCAL_POINT], document=found.document)
    recipients = [one for one in contacts if one.organisation in unanswered]
    params = {"document": found.document, "closes_at": found.closes_at}
    notify(tx, recipients, kind="round.reminder", about=round_id, params=params, by_email=True)


def _is_reminder_due(tx: Tx, found: Round | None) -> bool:
    """Return whether a round is open and its reminder is due."""
    if found is None or not found.is_accepting(now=tx.now):
        return False
    coalition = organisations_store.get_coalition(tx)
    zone, days = (coalition.settings["zone"], coalition.settings.get("working_days")) if coalition else ("UTC", None)
    opened_at, closes_at, now = (_local_time(at, zone) for at in (found.opened_at, found.closes_at, tx.now))
    lead_time = dt.timedelta(microseconds=REMINDER_LEAD_TIME)
    due = reminder_time(
        opened_at=opened_at, closes_at=closes_at, lead_time=lead_time, days=days or DEFAULT_WORKING_DAYS
    )
    return due is not None and due <= now


def _local_time(time_us: int, zone: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(time_us / 1_000_000, ZoneInfo(zone))


def render_notice(translator: Translator, notice: notices_store.Notice, *, zone: str) -> str:
    """Return the sentence of a notice, with times in `zone`."""
    moment = notice_moment(notice.params)
    return translator.t(
        SENTENCES[notice.kind], **({"moment": translator.format_moment(moment, zone=zone)} if moment else {})
    )


def get_coalition_zone(tx: Tx) -> str:
    """Return the coalition's time zone."""
    coalition = organisations_store.get_coalition(tx)
    return str(coalition.settings["zone"]) if coalition else "UTC"


def mark_read(tx: Tx, actor: Actor, *, ids: Collection[str] | None = None) -> None:
    """Mark the actor's notices with these ids, or all, as read; other people's are ignored."""
    require(actor, "notice.own")
    notices_store.mark_read(tx, actor.person, ids=ids)


def _email_body(tx: Tx, translator: Translator, found: list[notices_store.Notice], *, zone: str) -> str:
    """Return the body of a digest: what happened, where to look, who wrote.

    A link is on a line of its own. Titles are left out: they are for signed-in readers only.
    """
    base_url = get_origin(tx)
    parts = [
        "\n\n".join([_with_details(tx, translator, one, zone=zone), f"{base_url}{_link_path(one)}"]) for one in found
    ]
    coalition = organisations_store.get_coalition(tx)
    reply_to = mail_settings(coalition.settings if coalition else {}).reply_to
    closing = translator.t(REPLIES if reply_to else NO_REPLIES, email=reply_to)
    head = [_head_sentence(tx, translator)] if any(one.kind.startswith(CARRIES_HEAD) for one in found) else []
    return "\n\n".join([*parts, *head, closing]) + "\n"


def _with_details(tx: Tx, translator: Translator, notice: notices_store.Notice, *, zone: str) -> str:
    details = notice_details.list_details(tx, translator, notice, zone=zone)
    sentence = render_notice(translator, notice, zone=zone)
    return "\n\n".join([sentence, "\n".join(details)] if details else [sentence])


def _head_sentence(tx: Tx, translator: Translator) -> str:
    head = heads.mail_head(tx)
    return translator.t(
        "The record of every act had {seq} entries; the hash of the newest begins {hash}. Keep this message: with it "
        "your administrator can tell later whether the record was rewritten.",
        seq=translator.format_number(head.seq),
        hash=head.short_hash,
    )


def _link_path(notice: notices_store.Notice) -> str:
    return LINKS.get(notice.kind.partition(".")[0], "/").format_map({"document": "", **notice.params})


def get_origin(tx: Tx) -> str:
    """Return the public address of this instance, without a trailing slash."""
    coalition = organisations_store.get_coalition(tx)
    return coalition.origin.rstrip("/") if coalition else ""


def send_email(
    tx: Tx,
    person: Person | None,
    *,
    subject: str,
    body: str,
    code_of: str = "",
    code_ref: str = "",
    address: str = "",
) -> str:
    """Write an email to `person`, or to another `address` for them, for the worker to deliver, and return its id.

    Without a person it has no recipient and is dropped by the worker, at the same cost. With a code, the worker puts
    the one of `code_of` and `code_ref` in the place of `code_mail.CODE_PLACEHOLDER`.
    """
    id = tx.new_id("mail")
    person_id = person.id if person else None
    notices_store.add_email(
        tx,
        id=id,
        person_id=person_id,
        subject=subject,
        body=body,
        code_of=code_of,
        code_ref=code_ref,
        address=address,
    )
    jobs_store.enqueue(tx, jobs.DELIVER_EMAIL, ref=id, effect_key=f"{jobs.DELIVER_EMAIL}:{id}")
    return id
