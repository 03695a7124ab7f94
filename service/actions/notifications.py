"""Telling people: a notice in the app and, for what cannot wait, a mail; each once."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from service import jobs
from service.actions.authorization import require
from service.domain.endorsement.round import Round
from service.domain.endorsement.workdays import USUAL, reminder_moment
from service.domain.membership.people import FOCAL_POINT, SIGNATORY, Actor, Person
from service.domain.publication.notice import GATHERED_FOR, LINKS, REMINDER, SENTENCES
from service.i18n import Words
from service.store import jobs as jobs_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import organisations as organisations_store
from service.store.publication import notices as notices_store

WEEK = 7 * 24 * 3600 * 1_000_000
"""µs: no reminder goes earlier than this before its usual moment."""


def tell(
    tx: Tx,
    persons: Iterable[Person],
    *,
    kind: str,
    about: str,
    params: Mapping[str, Any],
    mail: bool = False,
    again: str = "",
) -> None:
    """Give each person the notice `kind` about the thing `about`, once (for each `again`); with `mail`, it goes by mail
    too, together with what else they are told within GATHERED_FOR."""
    for person in persons:
        notices_store.add(
            tx,
            id=tx.new_id("ntc"),
            person_id=person.id,
            kind=kind,
            params={"about": about, **params},
            effect_key=f"{kind}:{about}:{person.id}" + (f":{again}" if again else ""),
            mail_at=tx.now + GATHERED_FOR if mail else None,
        )


def gather(tx: Tx, *, person: str) -> str | None:
    """Write one mail of everything that waits to be mailed to a person; its id, or None where nothing waits or nobody
    is there to read it. Each notice goes once: who comes second finds none."""
    found = [one for one in notices_store.waiting_for_mail(tx, person) if notices_store.note_mailed(tx, one.id)]
    reader = people_store.get(tx, person)
    if not found or reader is None or reader.state != "active":
        return None
    words = Words(reader.lang)
    subject = words.n("A message from your coalition", "{count} messages from your coalition", len(found))
    return send(tx, reader, subject=subject, body=_body(tx, words, found, zone=reader.zone or home_zone(tx)))


def to_remind(tx: Tx) -> list[str]:
    """The ids of the open rounds whose reminder is due."""
    near = rounds_store.ending(tx, after=tx.now, until=tx.now + REMINDER + WEEK)
    return [id for id in near if _is_time(tx, rounds_store.get(tx, id))]


def remind(tx: Tx, *, round_id: str) -> None:
    """Remind the organisations that have not answered an open round, once each, from the moment `reminder_moment`
    names."""
    found = rounds_store.get(tx, round_id)
    if found is None or not _is_time(tx, found):
        return
    silent = [
        one for one in found.organisations if endorsements_store.live(tx, round_id=round_id, organisation=one) is None
    ]
    asked = people_store.holders(tx, [SIGNATORY, FOCAL_POINT], document=found.document)
    told = [one for one in asked if one.organisation in silent]
    params = {"document": found.document, "closes_at": found.closes_at}
    tell(tx, told, kind="round.reminder", about=round_id, params=params, mail=True)


def _is_time(tx: Tx, found: Round | None) -> bool:
    """Whether a round is open and the moment of its reminder has come."""
    if found is None or not found.accepts(now=tx.now):
        return False
    coalition = organisations_store.the_coalition(tx)
    zone, days = (coalition.settings["zone"], coalition.settings.get("working_days")) if coalition else ("UTC", None)
    opened_at, closes_at, now = (_there(at, zone) for at in (found.opened_at, found.closes_at, tx.now))
    ahead = dt.timedelta(microseconds=REMINDER)
    due = reminder_moment(opened_at=opened_at, closes_at=closes_at, ahead=ahead, days=days or USUAL)
    return due is not None and due <= now


def _there(at: int, zone: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(at / 1_000_000, ZoneInfo(zone))


def said(words: Words, notice: notices_store.Notice, *, zone: str) -> str:
    """The sentence of a notice, its moment in `zone`."""
    moment = notice.params.get("closes_at")
    return words.t(SENTENCES[notice.kind], **({"moment": words.moment(int(moment), zone=zone)} if moment else {}))


def home_zone(tx: Tx) -> str:
    """The coalition's time zone."""
    coalition = organisations_store.the_coalition(tx)
    return str(coalition.settings["zone"]) if coalition else "UTC"


def mark_read(tx: Tx, actor: Actor, *, ids: Collection[str] | None = None) -> None:
    """Note that the actor has read these notices of theirs, or all of them; what is not theirs is left alone."""
    require(actor, "notice.own")
    notices_store.mark_read(tx, actor.person, ids=ids)


def _body(tx: Tx, words: Words, found: list[notices_store.Notice], *, zone: str) -> str:
    """What happened, where to look, who wrote. A link stands on a line of its own; titles are for those signed in."""
    home = origin(tx)
    parts = [f"{said(words, one, zone=zone)}\n\n{home}{_path(one)}" for one in found]
    closing = words.t("This message was written by the program your coalition works with; nobody reads answers to it.")
    return "\n\n".join([*parts, closing]) + "\n"


def _path(notice: notices_store.Notice) -> str:
    return LINKS.get(notice.kind.partition(".")[0], "/").format_map({"document": "", **notice.params})


def origin(tx: Tx) -> str:
    """The public address of this house, without a slash at its end."""
    coalition = organisations_store.the_coalition(tx)
    return coalition.origin.rstrip("/") if coalition else ""


def send(tx: Tx, person: Person | None, *, subject: str, body: str) -> str:
    """Write a mail to `person`; the worker delivers it. Its id. Without a person it goes nowhere, and costs as much."""
    id = tx.new_id("mail")
    notices_store.add_mail(tx, id=id, person_id=person.id if person else None, subject=subject, body=body)
    jobs_store.enqueue(tx, jobs.DELIVER_MAIL, ref=id, effect_key=f"{jobs.DELIVER_MAIL}:{id}")
    return id
