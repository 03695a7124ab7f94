"""Telling people: a notice in the app and, for what cannot wait, a mail; each once."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from service import jobs
from service.actions.authorization import require
from service.domain.endorsement.round import Round
from service.domain.endorsement.workdays import DEFAULT_WORKING_DAYS, reminder_time
from service.domain.membership.people import FOCAL_POINT, SIGNATORY, Actor, Person
from service.domain.publication.notice import EMAIL_BATCH_DELAY, LINKS, REMINDER_LEAD_TIME, SENTENCES
from service.i18n import Translator
from service.store import jobs as jobs_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store

WEEK = 7 * 24 * 3600 * 1_000_000
"""µs: no reminder goes earlier than this before its usual moment."""


def notify(
    tx: Tx,
    recipients: Iterable[Person],
    *,
    kind: str,
    about: str,
    params: Mapping[str, Any],
    by_email: bool = False,
    repeat_key: str = "",
) -> None:
    """Give each person the notice `kind` about the thing `about`, once (for each `again`); with `mail`, it goes by mail
    too, together with what else they are told within GATHERED_FOR."""
    for person in recipients:
        notices_store.add(
            tx,
            id=tx.new_id("ntc"),
            person_id=person.id,
            kind=kind,
            params={"about": about, **params},
            effect_key=f"{kind}:{about}:{person.id}" + (f":{repeat_key}" if repeat_key else ""),
            mail_at=tx.now + EMAIL_BATCH_DELAY if by_email else None,
        )


def send_digest(tx: Tx, *, person: str) -> str | None:
    """Write one mail of everything that waits to be mailed to a person; its id, or None where nothing waits or nobody
    is there to read it. Each notice goes once: who comes second finds none."""
    found = [one for one in notices_store.list_awaiting_email(tx, person) if notices_store.mark_emailed(tx, one.id)]
    reader = people_store.get(tx, person)
    if not found or reader is None or reader.state != "active":
        return None
    words = Translator(reader.lang)
    subject = words.n("A message from your coalition", "{count} messages from your coalition", len(found))
    return send_email(
        tx, reader, subject=subject, body=_email_body(tx, words, found, zone=reader.zone or get_coalition_zone(tx))
    )


def list_due_reminders(tx: Tx) -> list[str]:
    """The ids of the open rounds whose reminder is due."""
    closing_soon = rounds_store.list_closing_between(tx, after=tx.now, until=tx.now + REMINDER_LEAD_TIME + WEEK)
    return [id for id in closing_soon if _is_reminder_due(tx, rounds_store.get(tx, id))]


def send_reminder(tx: Tx, *, round_id: str) -> None:
    """Remind the organisations that have not answered an open round, once each, from the moment `reminder_moment`
    names."""
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
    """Whether a round is open and the moment of its reminder has come."""
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


def render_notice(words: Translator, notice: notices_store.Notice, *, zone: str) -> str:
    """The sentence of a notice, its moment in `zone`."""
    moment = notice.params.get("closes_at")
    return words.t(
        SENTENCES[notice.kind], **({"moment": words.format_moment(int(moment), zone=zone)} if moment else {})
    )


def get_coalition_zone(tx: Tx) -> str:
    """The coalition's time zone."""
    coalition = organisations_store.get_coalition(tx)
    return str(coalition.settings["zone"]) if coalition else "UTC"


def mark_read(tx: Tx, actor: Actor, *, ids: Collection[str] | None = None) -> None:
    """Note that the actor has read these notices of theirs, or all of them; what is not theirs is left alone."""
    require(actor, "notice.own")
    notices_store.mark_read(tx, actor.person, ids=ids)


def _email_body(tx: Tx, words: Translator, found: list[notices_store.Notice], *, zone: str) -> str:
    """What happened, where to look, who wrote. A link stands on a line of its own; titles are for those signed in."""
    base_url = get_origin(tx)
    parts = [f"{render_notice(words, one, zone=zone)}\n\n{base_url}{_link_path(one)}" for one in found]
    closing = words.t("This is an automatic message from the service your coalition uses. No one reads replies to it.")
    return "\n\n".join([*parts, closing]) + "\n"


def _link_path(notice: notices_store.Notice) -> str:
    return LINKS.get(notice.kind.partition(".")[0], "/").format_map({"document": "", **notice.params})


def get_origin(tx: Tx) -> str:
    """The public address of this house, without a slash at its end."""
    coalition = organisations_store.get_coalition(tx)
    return coalition.origin.rstrip("/") if coalition else ""


def send_email(tx: Tx, person: Person | None, *, subject: str, body: str) -> str:
    """Write a mail to `person`; the worker delivers it. Its id. Without a person it goes nowhere, and costs as much."""
    id = tx.new_id("mail")
    notices_store.add_email(tx, id=id, person_id=person.id if person else None, subject=subject, body=body)
    jobs_store.enqueue(tx, jobs.DELIVER_EMAIL, ref=id, effect_key=f"{jobs.DELIVER_EMAIL}:{id}")
    return id
