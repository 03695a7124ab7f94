"""Exports: files of a seal, requested here, rendered by a worker, found by digest."""

from dataclasses import dataclass

from service import jobs
from service.actions import authorization, notifications, quotas
from service.actions.authorization import or_not_found
from service.domain.documents.document import Document
from service.domain.documents.version import EditionText
from service.domain.errors import N_, Conflict, NotFound
from service.domain.membership.people import COMMUNICATIONS, SECRETARIAT, Actor
from service.domain.publication.export import (
    FAILED,
    FORMATS,
    READY,
    Artefact,
    Export,
    ExportSpec,
    check_format,
)
from service.domain.publication.publication import Seal, Translation
from service.domain.publication.render_failure import RenderFailure
from service.domain.quotas import EXPORTS
from service.store import jobs as jobs_store
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.publication import exports as exports_store
from service.store.publication import seals as seals_store
from service.store.publication import translations as translations_store


@dataclass(frozen=True, slots=True)
class RenderInput:
    """Everything a rendering needs; `edition` is the sealed text or a later translation.

    `artefact` is the earlier one if its file was lost.
    """

    export: Export
    seal: Seal
    edition: EditionText | Translation
    artefact: Artefact | None


def request_export(tx: Tx, actor: Actor, *, document_id: str, format_: str, lang: str) -> str:
    """Request a file of the document's seal and return the export's id; idempotent unless the earlier one failed.

    Raises `Conflict` `not_sealed`, `NotFound` `unknown_edition`, `RateLimited` `quota_reached`.
    """
    document = authorization.load_document(tx, actor, "export.request", document_id, lock=True)
    check_format(format_)
    seal = seals_store.get_by_document(tx, document_id)
    if seal is None:
        raise Conflict("not_sealed", N_("Files are created from approved texts. This text is not approved yet."))
    texts = list_texts(tx, document, seal=seal.id)
    if lang not in texts:
        raise NotFound("unknown_edition", N_("The document has no text in this language."))
    edition = ExportSpec(format_, lang, texts[lang])
    if not exports_store.find_unfailed(tx, seal=seal.id, edition=edition):
        quotas.require_outstanding(tx, actor, EXPORTS)
    return _request(tx, document, seal=seal.id, edition=edition, by=actor.person)


def request_all_exports(tx: Tx, document: Document, *, seal: str) -> None:
    """Request every format in every language of a new seal."""
    for lang in document.editions:
        request_edition_exports(tx, document, seal=seal, lang=lang)


def request_edition_exports(
    tx: Tx, document: Document, *, seal: str, lang: str, translation: int | None = None
) -> None:
    """Request every format of one text of the seal."""
    for format_ in FORMATS:
        _request(tx, document, seal=seal, edition=ExportSpec(format_, lang, translation), by=None)


def list_texts(tx: Tx, document: Document, *, seal: str) -> dict[str, int | None]:
    """Return the languages of the seal's texts, in order, with the number of the newest translation or None."""
    translation_numbers: dict[str, int | None] = {
        lang: one.number for lang, one in translations_store.list_newest(tx, seal).items()
    }
    return dict(sorted((dict.fromkeys(document.editions) | translation_numbers).items()))


def start_rendering(tx: Tx, export_id: str) -> RenderInput | None:
    """Return what the worker needs; None if the export has failed."""
    export = or_not_found(exports_store.get(tx, export_id))
    if export.state == FAILED:
        return None
    exports_store.set_stage(tx, export_id, "started")
    seal = or_not_found(seals_store.get(tx, export.seal))
    previous_artefact = exports_store.get_artefact(tx, export.artefact) if export.artefact else None
    return RenderInput(export, seal, _load_text(tx, export, seal), previous_artefact)


def report_stage(tx: Tx, export_id: str, stage: str) -> None:
    """Set the stage of a rendering."""
    exports_store.set_stage(tx, export_id, stage)


def find_artefact(tx: Tx, key: str) -> Artefact | None:
    """Return the artefact of a pipeline key, if any."""
    return exports_store.get_artefact_by_key(tx, key)


def finish_export(tx: Tx, export_id: str, *, key: str, sha256: str, size: int, format_: str, engine: str = "") -> None:
    """Mark an export as ready; its file is stored. The same key must have the same digest (reproducible rendering).

    `engine` is the digest of the engines that rendered it, which the record keeps beside those of the proofs.
    """
    exports_store.lock_artefacts(tx)
    existing = exports_store.get_artefact_by_key(tx, key)
    if existing is not None and existing.sha256 != sha256:
        raise Conflict("bytes_differ", N_("The same seal produced a different file, so we rejected it."))
    artefact = existing or Artefact(tx.new_id("art"), key, sha256, size, FORMATS[format_].media_type)
    if existing is None:
        exports_store.add_artefact(tx, artefact)
    facts = {"export": export_id, "key": key, "sha256": sha256, **({"engine": engine} if engine else {})}
    if exports_store.mark_ready(tx, export_id, artefact_id=artefact.id):
        record_store.append(tx, act="export.ready", actor=None, facts=facts)
    elif exports_store.replace_artefact(tx, export_id, artefact_id=artefact.id):
        record_store.append(tx, act="export.remade", actor=None, facts=facts)


def request_rerender(tx: Tx, *, sha256: str) -> None:
    """Render a stored file that is unreadable again, once at a time; without authorization."""
    export = exports_store.find_ready_by_digest(tx, sha256=sha256)
    if export is None or jobs_store.is_pending(tx, jobs.RENDER_EXPORT, ref=export.id):
        return
    jobs_store.enqueue(tx, jobs.RENDER_EXPORT, ref=export.id, effect_key=f"{jobs.RENDER_EXPORT}:{tx.new_id('again')}")
    record_store.append(tx, act="export.damaged", actor=None, facts={"export": export.id, "sha256": sha256})


def request_failed_again(tx: Tx) -> None:
    """Request the files again that could not be created; without authorization: what renders them has changed."""
    for export in exports_store.list_failed(tx):
        document = or_not_found(documents_store.get(tx, export.document))
        _request(tx, document, seal=export.seal, edition=export.spec, by=None)


def fail_export(tx: Tx, export_id: str, *, failure: RenderFailure) -> None:
    """Mark an export as failed, with what failed and where. The record has the code alone."""
    if exports_store.mark_failed(tx, export_id, failure.to_json()):
        export = or_not_found(exports_store.get(tx, export_id))
        recipients = people_store.list_role_holders(tx, [SECRETARIAT, COMMUNICATIONS])
        notifications.notify(
            tx, recipients, kind="export.failed", about=export_id, params={"document": export.document}
        )
        record_store.append(tx, act="export.failed", actor=None, facts={"export": export_id, "code": failure.code})


def get_file(tx: Tx, actor: Actor, *, export_id: str) -> tuple[Export, Artefact, str]:
    """Return a ready export, its artefact, and the title that its file name is made from."""
    export = or_not_found(exports_store.get(tx, export_id))
    authorization.load_document(tx, actor, "export.read", export.document)
    if export.state != READY or export.artefact is None:
        raise Conflict("not_ready", N_("This file is not ready yet."), extra={"state": export.state})
    edition = _load_text(tx, export, or_not_found(seals_store.get(tx, export.seal)))
    return export, or_not_found(exports_store.get_artefact(tx, export.artefact)), edition.title


def _load_text(tx: Tx, export: Export, seal: Seal) -> EditionText | Translation:
    if export.translation is not None:
        return or_not_found(translations_store.get(tx, seal=seal.id, lang=export.lang, number=export.translation))
    return or_not_found(versions_store.get(tx, seal.version)).editions[export.lang]


def _request(tx: Tx, document: Document, *, seal: str, edition: ExportSpec, by: str | None) -> str:
    existing = exports_store.find_unfailed(tx, seal=seal, edition=edition)
    if existing:
        return existing.id
    id = tx.new_id("exp")
    exports_store.add(tx, id=id, document=document.id, seal=seal, edition=edition, by=by)
    facts = {"export": id, "seal": seal, "format": edition.format, "lang": edition.lang}
    record_store.append(tx, act="export.request", actor=by, facts=facts)
    jobs_store.enqueue(tx, jobs.RENDER_EXPORT, ref=id, effect_key=f"{jobs.RENDER_EXPORT}:{id}")
    return id
