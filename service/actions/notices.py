"""Telling people: a notice in the app and, for what cannot wait, a mail; each once."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from service import jobs
from service.actions.access import require
from service.domain.notice import LINKS, SENTENCES
from service.domain.people import Actor, Person
from service.store import jobs as queue
from service.store import notices, organisations
from service.store.db import Tx
from service.words import Words


def tell(
    tx: Tx, persons: Iterable[Person], *, kind: str, about: str, params: Mapping[str, Any], mail: bool = False
) -> None:
    """Give each person the notice `kind` about the thing `about`, once; with `mail`, send it and a link too."""
    for person in persons:
        key = f"{kind}:{about}:{person.id}"
        new = notices.add(
            tx,
            id=tx.new_id("ntc"),
            person_id=person.id,
            kind=kind,
            params={"about": about, **params},
            effect_key=key,
        )
        if new and mail:
            words = Words(person.lang)
            body = _body(words, kind=kind, link=_origin(tx) + _path(kind, about, params))
            send(tx, person, subject=words.t("A message from your coalition"), body=body)


def mark_read(tx: Tx, actor: Actor, *, ids: Collection[str] | None = None) -> None:
    """Note that the actor has read these notices of theirs, or all of them; what is not theirs is left alone."""
    require(actor, "notice.own")
    notices.mark_read(tx, actor.person, ids=ids)


def _body(words: Words, *, kind: str, link: str) -> str:
    """What happened, where to look, who wrote. The link stands on a line of its own; titles are for those signed in."""
    closing = words.t("This message was written by the program your coalition works with; nobody reads answers to it.")
    return f"{words.t(SENTENCES[kind])}\n\n{link}\n\n{closing}\n"


def _path(kind: str, about: str, params: Mapping[str, Any]) -> str:
    return LINKS.get(kind.partition(".")[0], "/").format_map({"document": "", **params, "about": about})


def _origin(tx: Tx) -> str:
    coalition = organisations.the_coalition(tx)
    return coalition.origin.rstrip("/") if coalition else ""


def send(tx: Tx, person: Person, *, subject: str, body: str) -> str:
    """Write a mail to `person`; the worker delivers it. Its id."""
    id = tx.new_id("mail")
    notices.add_mail(tx, id=id, person_id=person.id, subject=subject, body=body)
    queue.enqueue(tx, jobs.DELIVER_MAIL, ref=id, effect_key=f"{jobs.DELIVER_MAIL}:{id}")
    return id
