"""The sample instance of `mithaq up --sample`.

Eight organisations, people in every role, one statement in drafting with several authors, one constitutional proposal
in review, and one statement sealed and published.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from service.actions.comments import comments, placement
from service.actions.documents import documents, versions
from service.actions.drafts import save
from service.actions.publication import publications
from service.config import Settings
from service.domain.comments.comment import SCOPE_ALL, SCOPE_ORGANISATION
from service.domain.documents.document import APPROVED
from service.domain.errors import Conflict
from service.domain.membership.people import COMMUNICATIONS, Actor
from service.domain.policy import DocumentFilter, FilterClause
from service.job_dispatch import NullDispatcher
from service.sample.document import (
    SampleMembers,
    create_coalition,
    create_sealed_document,
    load_actor,
    load_script,
    read_text,
)
from service.secret_key import load_secret
from service.store.accounts import people as people_store
from service.store.db import Database, Tx, connect
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store
from service.store.membership import organisations as organisations_store

ALL_DOCUMENTS = DocumentFilter((FilterClause(),))


def load_full_script() -> dict[str, Any]:
    """Load sample.json, extended by full.json."""
    base = load_script()
    extension = json.loads(read_text("full.json"))
    merged = {name: [*base[name], *extension[name]] for name in ("organisations", "people")}
    return {**base, **merged, "documents": extension["documents"]}


def ensure_sample(settings: Settings, *, prove: Callable[[Database], None]) -> list[str]:
    """Fill an empty instance; return the lines with a sign-in token per person, or none if it was filled before.

    `prove` makes the proofs that wait, as the worker does.
    """
    database = connect(settings.resolved_database_url)
    try:
        with database.read() as tx:
            if organisations_store.get_coalition(tx):
                return []
        full_script = load_full_script()
        members = create_coalition(database, origin=settings.public_origin, script=full_script)
        create_sealed_document(database, members, secret=load_secret(settings), prove=prove, script=full_script)
        for entry in full_script["documents"]:
            write_document(database, {key: member.id for key, member in members.people.items()}, full_script, entry)
        return sign_in_lines(members, settings)
    finally:
        database.close()


def sign_in_lines(members: SampleMembers, settings: Settings) -> list[str]:
    """Return the lines that say how each sample person signs in; printed once and not stored."""
    page = f"{settings.public_origin}/sign-in"
    lines = [f"  {member.token}  {', '.join(member.roles)}: {member.name}" for member in members.people.values()]
    return [f"Choose a person at {page}. Programs use one of these keys (shown once):", *lines]


def write_document(
    database: Database, ids: Mapping[str, str], script: Mapping[str, Any], entry: Mapping[str, Any]
) -> str:
    """Open a document of the script and take its steps, each by its own person; return its id.

    `ids` are the people's ids by their keys in the script.
    """
    with database.write(NullDispatcher()) as tx:
        id = documents.open_document(
            tx,
            load_actor(tx, ids[entry["by"]]),
            kind=entry["kind"],
            issued_by=entry["issued_by"],
            authentic=entry["authentic"],
            editions={
                lang: documents.InitialText(entry["title"][lang], read_text(name))
                for lang, name in entry["texts"].items()
            },
            front={"place": script["place"], "addressees": entry["addressees"]},
        )
    for step in entry["steps"]:
        _take_step(database, id, step, by=ids[step["by"]])
        with database.write(NullDispatcher()) as tx:
            _write_comment(tx, id, step, load_actor(tx, ids[step["by"]]), ids)
    return id


def _write_comment(tx: Tx, document: str, step: Mapping[str, Any], actor: Actor, ids: Mapping[str, str]) -> None:
    """Open a comment thread on a passage, or reply to the thread on it."""
    comment = step.get("remark") or step.get("answer")
    if not comment:
        return
    found = placement.list_threads(tx, actor, document_id=document, lang=comment["lang"])
    if "answer" in step:
        thread = next(it.thread.id for it in found.threads if it.thread.quote == comment["on"])
        comments.reply(tx, actor, document_id=document, lang=comment["lang"], thread=thread, body=comment["say"])
        return
    start = found.text.index(comment["on"])
    comments.open_thread(
        tx,
        actor,
        document_id=document,
        lang=comment["lang"],
        epoch=found.epoch,
        seq=found.seq,
        start=start,
        end=start + len(comment["on"]),
        quote=comment["on"],
        body=comment["say"],
        scope=SCOPE_ORGANISATION if comment.get("own") else SCOPE_ALL,
        mentions=[ids[key] for key in comment.get("ask", ())],
    )


def _take_step(database: Database, document: str, step: Mapping[str, Any], *, by: str) -> None:
    """Save texts, cut a version, or change the document's state, as the step says."""
    for lang, name in step.get("texts", {}).items():
        with database.write(NullDispatcher()) as tx:
            head = journal_store.get_head(tx, f"{document}.{lang}")
            save.save(
                tx,
                load_actor(tx, by),
                document_id=document,
                lang=lang,
                text=read_text(name),
                epoch=head.epoch,
                seq=head.seq,
            )
    with database.write(NullDispatcher()) as tx:
        if "cut" in step:
            versions.cut_version(tx, load_actor(tx, by), document_id=document, note=step["cut"]["ar"])
        if "to" in step:
            documents.change_state(tx, load_actor(tx, by), document_id=document, to_state=step["to"])


def publish_sample(settings: Settings) -> bool:
    """Publish the sample's first document if it is approved; return False while its files are being rendered."""
    database = connect(settings.resolved_database_url)
    try:
        with database.write(NullDispatcher()) as tx:
            first = documents_store.list_in_scope(tx, ALL_DOCUMENTS, limit=1)
            if not first or first[0][1].state != APPROVED:
                return True
            publisher = people_store.list_role_holders(tx, [COMMUNICATIONS])[0]
            publications.publish(tx, load_actor(tx, publisher.id), document_id=first[0][1].id)
            return True
    except Conflict:
        return False
    finally:
        database.close()
