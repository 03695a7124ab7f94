"""The sample as `mithaq up --sample` opens it: eight organisations, people in every role, one statement in drafting
with several hands in it, one constitutional proposal in review, one statement sealed, its files made, published."""

import json
from collections.abc import Mapping
from typing import Any

from service.actions.comments import comments, placement
from service.actions.documents import documents, versions
from service.actions.drafts import save
from service.actions.publication import publications
from service.config import Settings, secret
from service.domain.comments.comment import EVERYBODY, OWN
from service.domain.documents.document import APPROVED
from service.domain.errors import Conflict
from service.domain.membership.people import COMMUNICATIONS, Actor
from service.domain.policy import Part, Scope
from service.job_dispatch import Silence
from service.sample import document as document_module
from service.sample.document import Cast
from service.store.accounts import people as people_store
from service.store.db import Database, Tx, connect
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store
from service.store.membership import organisations as organisations_store

EVERY_DOCUMENT = Scope((Part(),))


def script() -> dict[str, Any]:
    """sample.json, and house.json on top of it."""
    play = document_module.script()
    more = json.loads(document_module.text("house.json"))
    both = {name: [*play[name], *more[name]] for name in ("organisations", "people")}
    return {**play, **both, "documents": more["documents"]}


def ensure(settings: Settings) -> list[str]:
    """Fill an empty instance; lines that give one sign-in a person, or none where it was filled before."""
    database = connect(settings.database)
    try:
        with database.read() as tx:
            if organisations_store.the_coalition(tx):
                return []
        play = script()
        cast = document_module.gather(database, origin=settings.public_origin, play=play)
        document_module.perform(database, cast, secret=secret(settings), play=play)
        for one in play["documents"]:
            write(database, {key: member.id for key, member in cast.people.items()}, play, one)
        return sign_ins(cast, settings)
    finally:
        database.close()


def sign_ins(cast: Cast, settings: Settings) -> list[str]:
    """How each person of the sample signs in; shown once, kept nowhere."""
    page = f"{settings.public_origin}/sign-in"
    lines = [f"  {member.token}  {', '.join(member.roles)}: {member.name}" for member in cast.people.values()]
    return [f"Sign in at {page} with one of these keys (shown once):", *lines]


def write(database: Database, ids: Mapping[str, str], play: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """Open a document of the script and take its steps, each by its own person (`ids` by their keys); its id."""
    with database.write(Silence()) as tx:
        id = documents.open_document(
            tx,
            document_module.actor_of(tx, ids[one["by"]]),
            kind=one["kind"],
            issued_by=one["issued_by"],
            authentic=one["authentic"],
            editions={
                lang: documents.First(one["title"][lang], document_module.text(name))
                for lang, name in one["texts"].items()
            },
            front={"place": play["place"], "addressees": one["addressees"]},
        )
    for step in one["steps"]:
        _step(database, id, step, by=ids[step["by"]])
        with database.write(Silence()) as tx:
            _talk(tx, id, step, document_module.actor_of(tx, ids[step["by"]]), ids)
    return id


def _talk(tx: Tx, document: str, step: Mapping[str, Any], actor: Actor, ids: Mapping[str, str]) -> None:
    """Remark on words of a text, or answer the remark on them."""
    one = step.get("remark") or step.get("answer")
    if not one:
        return
    found = placement.read(tx, actor, document_id=document, lang=one["lang"])
    if "answer" in step:
        thread = next(it.thread.id for it in found.placements if it.thread.quote == one["on"])
        comments.reply(tx, actor, document_id=document, lang=one["lang"], thread=thread, body=one["say"])
        return
    start = found.text.index(one["on"])
    comments.make(
        tx,
        actor,
        document_id=document,
        lang=one["lang"],
        epoch=found.epoch,
        seq=found.seq,
        start=start,
        end=start + len(one["on"]),
        quote=one["on"],
        body=one["say"],
        scope=OWN if one.get("own") else EVERYBODY,
        mentions=[ids[key] for key in one.get("ask", ())],
    )


def _step(database: Database, document: str, step: Mapping[str, Any], *, by: str) -> None:
    """Save texts, cut a version, or send the document on: what the step says."""
    for lang, name in step.get("texts", {}).items():
        with database.write(Silence()) as tx:
            head = journal_store.head(tx, f"{document}.{lang}")
            save.save(
                tx,
                document_module.actor_of(tx, by),
                document_id=document,
                lang=lang,
                text=document_module.text(name),
                epoch=head.epoch,
                seq=head.seq,
            )
    with database.write(Silence()) as tx:
        if "cut" in step:
            versions.cut(tx, document_module.actor_of(tx, by), document_id=document, note=step["cut"]["ar"])
        if "to" in step:
            documents.move(tx, document_module.actor_of(tx, by), document_id=document, to=step["to"])


def publish(settings: Settings) -> bool:
    """Publish the sample's first document if it is approved; False while its files are still being made."""
    database = connect(settings.database)
    try:
        with database.write(Silence()) as tx:
            first = documents_store.within(tx, EVERY_DOCUMENT, limit=1)
            if not first or first[0][1].state != APPROVED:
                return True
            press = people_store.holders(tx, [COMMUNICATIONS])[0]
            publications.publish(tx, document_module.actor_of(tx, press.id), document_id=first[0][1].id)
            return True
    except Conflict:
        return False
    finally:
        database.close()
