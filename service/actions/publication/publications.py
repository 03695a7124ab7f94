"""Publications: an act of a person. A published revision is never replaced; a new one is added."""

from collections.abc import Mapping

from service.actions import authorization, notifications
from service.actions.authorization import or_not_found
from service.actions.documents.documents import validate_note
from service.actions.publication.exports import list_texts
from service.actions.publication.open_disputes import check_nothing_disputed, list_blocking, list_effective
from service.actions.trust.record_check import require_agreement
from service.domain.documents.document import APPROVED, PUBLISHED, WITHDRAWN, Document, check_document_state
from service.domain.errors import N_, Conflict
from service.domain.membership.people import Actor
from service.domain.policy import ALL_ROLES
from service.domain.publication.description import check_description
from service.domain.publication.export import FAILED, FORMATS, READY, Export, ExportSpec
from service.domain.publication.publication import Publication, Seal
from service.domain.publication.sealed_facts import read_seal
from service.domain.trust import canonical_json
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import exports as exports_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.store.publication import translations as translations_store

DESCRIPTIONS = "descriptions"
"""Key of a revision: the descriptions of the link that a person wrote, by language."""


def publish(tx: Tx, actor: Actor, *, document_id: str, descriptions: Mapping[str, str] | None = None) -> Publication:
    """Publish the seal, or add a revision with what happened since. Its files must be ready.

    `descriptions` of the link, by language, stand for those made from the text; None keeps those of the last revision.

    Raises `InvalidInput` `description_too_long`, `Conflict` `document_state`, `record_differs`, `files_not_ready`,
    `files_failed`, `nothing_new`, `answer_disputed_after_seal`.
    """
    document = authorization.load_document(tx, actor, "publication.publish", document_id, lock=True)
    check_document_state(document, APPROVED, PUBLISHED)
    require_agreement(tx, document_id)
    seal = or_not_found(seals_store.get_by_document(tx, document_id))
    published = publications_store.get_by_document(tx, document_id)
    if published is None:
        check_nothing_disputed(tx, or_not_found(rounds_store.get(tx, seal.round)))
    earlier = _written_descriptions(published)
    written = earlier if descriptions is None else _check_descriptions(tx, seal, descriptions)
    content = _revision_content(tx, document, seal) | ({DESCRIPTIONS: written} if written else {})
    if published and (published.state != "public" or published.revisions[-1].content == content):
        raise Conflict("nothing_new", N_("There is nothing new to publish."))
    id = published.id if published else tx.new_id("pub")
    number = len(published.revisions) + 1 if published else 1
    if published is None:
        publications_store.add(tx, id=id, document=document_id)
        documents_store.change_state(tx, document_id, from_state=APPROVED, to_state=PUBLISHED)
    publications_store.add_revision(tx, id=id, number=number, seal=seal.id, content=content, by=actor.person)
    facts = {"document": document_id, "publication": id, "revision": number, "seal_sha256": seal.seal_sha256}
    values = {"publication_revision.content": canonical_json.encode(content).decode()}
    record_store.append(tx, act="publication.publish", actor=actor.person, facts=facts, values=values)
    recipients = people_store.list_role_holders(tx, ALL_ROLES, document=document_id)
    notifications.notify(tx, recipients, kind="published", about=f"{id}.{number}", params={"document": document_id})
    return or_not_found(publications_store.get(tx, id))


def _written_descriptions(published: Publication | None) -> dict[str, str]:
    return dict(published.revisions[-1].content.get(DESCRIPTIONS, {})) if published else {}


def _check_descriptions(tx: Tx, seal: Seal, descriptions: Mapping[str, str]) -> dict[str, str]:
    """Return the descriptions that are not empty, in the languages of the approved texts and their translations."""
    langs = {*seal.content["version"]["editions"], *translations_store.list_newest(tx, seal.id)}
    checked = {lang: check_description(one) for lang, one in descriptions.items() if lang in langs}
    return {lang: one for lang, one in checked.items() if one}


def get_publish_status(tx: Tx, document: Document) -> str:
    """Return what `publish` would do: `first` or `revision`; `waiting` for files; `none` if nothing is new.

    It would refuse if it is `failed`, because a file could not be created, or `disputed`, because an answer is.
    """
    seal, published = seals_store.get_by_document(tx, document.id), publications_store.get_by_document(tx, document.id)
    if seal is None or (published and published.state != "public"):
        return "none"
    written = _written_descriptions(published)
    try:
        content = _revision_content(tx, document, seal) | ({DESCRIPTIONS: written} if written else {})
    except Conflict as error:
        return "failed" if error.code == "files_failed" else "waiting"
    if published is None:
        return "disputed" if list_blocking(tx, or_not_found(rounds_store.get(tx, seal.round))) else "first"
    return "none" if published.revisions[-1].content == content else "revision"


def withdraw(tx: Tx, actor: Actor, *, document_id: str, note: str) -> Publication:
    """Withdraw a publication with a public note, and the document with it; its revisions stay on record."""
    authorization.load_document(tx, actor, "publication.withdraw", document_id, lock=True)
    found = or_not_found(publications_store.get_by_document(tx, document_id))
    validated_note = validate_note(note)
    if not validated_note:
        raise Conflict(
            "note_needed", N_("Explain in one sentence why it is withdrawn. The note is public."), field="note"
        )
    if not publications_store.mark_withdrawn(tx, found.id, note=validated_note):
        raise Conflict("withdrawn_already", N_("This publication has already been withdrawn."))
    documents_store.change_state(tx, document_id, from_state=PUBLISHED, to_state=WITHDRAWN, note=validated_note)
    record_store.append(
        tx, act="publication.withdraw", actor=actor.person, facts={"publication": found.id, "note": validated_note}
    )
    return or_not_found(publications_store.get(tx, found.id))


def _revision_content(tx: Tx, document: Document, seal: Seal) -> dict[str, object]:
    """Return the content of a revision published now. Raises `Conflict` `files_not_ready`, `files_failed`."""
    content = {
        "v": 1,
        "seal_sha256": seal.seal_sha256,
        "files": _list_files(tx, document, seal),
        "events": _list_later_events(tx, seal),
    }
    later_translations = {
        lang: {"number": one.number, "title": one.title, "text_sha256": one.text_sha256, "added_at": one.added_at}
        for lang, one in translations_store.list_newest(tx, seal.id).items()
    }
    return content | ({"translations": later_translations} if later_translations else {})


def _list_files(tx: Tx, document: Document, seal: Seal) -> list[dict[str, object]]:
    """Return the standard files of the seal, all ready, in order of language and format.

    A file whose proof was waived when the round opened is left out if it cannot be created.
    """
    files: list[dict[str, object]] = []
    waived = {(one["lang"], one["format"]) for one in read_seal(seal.content).waived}
    for lang, translation in list_texts(tx, document, seal=seal.id).items():
        for format_ in FORMATS:
            export = exports_store.find_newest(tx, seal=seal.id, edition=ExportSpec(format_, lang, translation))
            if export and export.state == FAILED and translation is None and (lang, format_) in waived:
                continue
            if export is None or export.state != READY or export.artefact is None:
                raise _missing_file(lang, format_, export)
            artefact = or_not_found(exports_store.get_artefact(tx, export.artefact))
            files.append({"lang": lang, "format": format_, "sha256": artefact.sha256, "size": artefact.size})
    return files


def _missing_file(lang: str, format_: str, export: Export | None) -> Conflict:
    extra = {"lang": lang, "format": format_, "state": export.state if export else "missing"}
    if export is None or export.state != FAILED:
        sentence = N_("The files are not ready yet. They are ready one or two minutes after approval.")
        return Conflict("files_not_ready", sentence, extra=extra)
    sentence = N_(
        "A file could not be created, so this cannot be published now. The page of the files says why, and who can "
        "correct it."
    )
    return Conflict("files_failed", sentence, extra=extra | {"failure": dict(export.failure or {})})


def _list_later_events(tx: Tx, seal: Seal) -> list[dict[str, object]]:
    """Return the withdrawals, since the seal, of endorsements that it names, and the open disputes of these."""
    sealed_statements = {one["statement_sha256"] for one in read_seal(seal.content).endorsements}
    round_ = or_not_found(rounds_store.get(tx, seal.round))
    disputes = {one.dispute.endorsement: one.dispute for one in reversed(list_effective(tx, round_))}
    withdrawn = [
        one
        for one in endorsements_store.list_by_round(tx, seal.round)
        if one.state == "withdrawn" and one.statement_sha256 in sealed_statements
    ]
    events: list[dict[str, object]] = [
        {"event": "withdrawn", "organisation": one.organisation, "at": one.ended_at} for one in withdrawn
    ]
    return events + [
        {"event": "disputed", "organisation": one.organisation, "at": disputes[one.id].at}
        for one in withdrawn
        if one.id in disputes
    ]
