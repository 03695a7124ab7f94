"""Telling people: a notice in the app and, for what cannot wait, a mail; each once."""

from collections.abc import Iterable, Mapping
from typing import Any

from service import jobs
from service.domain.notice import SENTENCES
from service.domain.people import Person
from service.store import jobs as queue
from service.store import notices
from service.store.db import Tx
from service.words import Words


def tell(
    tx: Tx, persons: Iterable[Person], *, kind: str, about: str, params: Mapping[str, Any], mail: bool = False
) -> None:
    """Give each person the notice `kind` about the thing `about`, once; with `mail`, send it too."""
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
            send(tx, person, subject=words.t("A message from your coalition"), body=words.t(SENTENCES[kind]))


def send(tx: Tx, person: Person, *, subject: str, body: str) -> str:
    """Write a mail to `person`; the worker delivers it. Its id."""
    id = tx.new_id("mail")
    notices.add_mail(tx, id=id, person_id=person.id, subject=subject, body=body)
    queue.enqueue(tx, jobs.DELIVER_MAIL, ref=id, effect_key=f"{jobs.DELIVER_MAIL}:{id}")
    return id
