"""Publishing is an act of a person. What is published is never replaced: a new revision stands beside the old ones."""

from service.actions import authorization, notifications
from service.actions.authorization import seen
from service.actions.documents.documents import checked_note
from service.actions.publication.exports import texts_of
from service.domain.documents.document import APPROVED, PUBLISHED, WITHDRAWN, Document, check_state
from service.domain.errors import N_, Conflict
from service.domain.membership.people import Actor
from service.domain.policy import EVERYONE
from service.domain.publication.export import FORMATS, READY, Wanted
from service.domain.publication.publication import Publication, Seal
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.publication import exports as exports_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.store.publication import translations as translations_store


def publish(tx: Tx, actor: Actor, *, document_id: str) -> Publication:
    """Make the seal public, or add a revision that shows what happened since. Its files must be ready.

    Raises Conflict `document_state`, `files_not_ready`, `nothing_new`.
    """
    document = authorization.document(tx, actor, "publication.publish", document_id, lock=True)
    check_state(document, APPROVED, PUBLISHED)
    seal = seen(seals_store.of_document(tx, document_id))
    content = _content(tx, document, seal)
    before = publications_store.of_document(tx, document_id)
    if before and (before.state != "public" or before.revisions[-1].content == content):
        raise Conflict("nothing_new", N_("There is nothing new to publish."))
    id = before.id if before else tx.new_id("pub")
    number = len(before.revisions) + 1 if before else 1
    if before is None:
        publications_store.add(tx, id=id, document=document_id)
        documents_store.move(tx, document_id, before=APPROVED, after=PUBLISHED)
    publications_store.add_revision(tx, id=id, number=number, seal=seal.id, content=content, by=actor.person)
    facts = {"document": document_id, "publication": id, "revision": number, "seal_sha256": seal.seal_sha256}
    record_store.append(tx, act="publication.publish", actor=actor.person, facts=facts)
    told = people_store.holders(tx, EVERYONE, document=document_id)
    notifications.tell(tx, told, kind="published", about=f"{id}.{number}", params={"document": document_id})
    return seen(publications_store.get(tx, id))


def news(tx: Tx, document: Document) -> str:
    """What publishing would do now: `first` or `revision`; `waiting` for its files; `none` where nothing is new."""
    seal, before = seals_store.of_document(tx, document.id), publications_store.of_document(tx, document.id)
    if seal is None or (before and before.state != "public"):
        return "none"
    try:
        content = _content(tx, document, seal)
    except Conflict:
        return "waiting"
    if before is None:
        return "first"
    return "none" if before.revisions[-1].content == content else "revision"


def withdraw(tx: Tx, actor: Actor, *, document_id: str, note: str) -> Publication:
    """Withdraw a publication with a public note, and the document with it; its revisions stay on record."""
    authorization.document(tx, actor, "publication.withdraw", document_id, lock=True)
    found = seen(publications_store.of_document(tx, document_id))
    words = checked_note(note)
    if not words:
        raise Conflict("note_needed", N_("Say in a sentence why it is withdrawn: the note is public."))
    if not publications_store.withdraw(tx, found.id, note=words):
        raise Conflict("withdrawn_already", N_("This publication was withdrawn already."))
    documents_store.move(tx, document_id, before=PUBLISHED, after=WITHDRAWN, note=words)
    record_store.append(
        tx, act="publication.withdraw", actor=actor.person, facts={"publication": found.id, "note": words}
    )
    return seen(publications_store.get(tx, found.id))


def _content(tx: Tx, document: Document, seal: Seal) -> dict[str, object]:
    """What a revision says that is published now. Raises Conflict `files_not_ready`."""
    said = {"v": 1, "seal_sha256": seal.seal_sha256, "files": _files(tx, document, seal), "events": _later(tx, seal)}
    followed = {
        lang: {"number": one.number, "title": one.title, "text_sha256": one.text_sha256, "added_at": one.added_at}
        for lang, one in translations_store.newest(tx, seal.id).items()
    }
    return said | ({"translations": followed} if followed else {})


def _files(tx: Tx, document: Document, seal: Seal) -> list[dict[str, object]]:
    """The standard files of the seal, each ready; in order of language and format."""
    files: list[dict[str, object]] = []
    for lang, translation in texts_of(tx, document, seal=seal.id).items():
        for format_ in FORMATS:
            export = exports_store.pending(tx, seal=seal.id, edition=Wanted(format_, lang, translation))
            if export is None or export.state != READY or export.artefact is None:
                raise Conflict(
                    "files_not_ready",
                    N_("The files are not ready yet; they are made within a minute or two of approval."),
                    extra={"lang": lang, "format": format_, "state": export.state if export else "missing"},
                )
            artefact = seen(exports_store.artefact_by_id(tx, export.artefact))
            files.append({"lang": lang, "format": format_, "sha256": artefact.sha256, "size": artefact.size})
    return files


def _later(tx: Tx, seal: Seal) -> list[dict[str, object]]:
    """What happened to the endorsements in the seal since it was sealed."""
    sealed = {one["statement_sha256"] for one in seal.content["endorsements"]}
    return [
        {"event": "withdrawn", "organisation": one.organisation, "at": one.ended_at}
        for one in endorsements_store.of_round(tx, seal.round)
        if one.state == "withdrawn" and one.statement_sha256 in sealed
    ]
