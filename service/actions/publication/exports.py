"""Files of a seal: asked for, made by the worker, found by digest."""

from dataclasses import dataclass

from service import jobs
from service.actions import authorization, notifications
from service.actions.authorization import seen
from service.domain.documents.document import Document
from service.domain.documents.version import EditionText
from service.domain.errors import N_, Conflict, NotFound
from service.domain.membership.people import COMMUNICATIONS, SECRETARIAT, Actor
from service.domain.publication.export import (
    FAILED,
    FORMATS,
    MEDIA_TYPES,
    READY,
    Artefact,
    Export,
    Wanted,
    check_format,
)
from service.domain.publication.publication import Seal, Translation
from service.store import jobs as jobs_store
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.publication import exports as exports_store
from service.store.publication import seals as seals_store
from service.store.publication import translations as translations_store


@dataclass(frozen=True, slots=True)
class Material:
    """All that a file is made of: `edition` is the text that was sealed, or a translation that followed. `artefact` is
    what was made before, where the file on disk was lost."""

    export: Export
    seal: Seal
    edition: EditionText | Translation
    artefact: Artefact | None


def request(tx: Tx, actor: Actor, *, document_id: str, format_: str, lang: str) -> str:
    """Ask for a file of the document's seal; the id of the export. Asking again while one is there gives that one."""
    document = authorization.document(tx, actor, "export.request", document_id, lock=True)
    check_format(format_)
    seal = seals_store.of_document(tx, document_id)
    if seal is None:
        raise Conflict("not_sealed", N_("Files are made of approved texts, and this one is not approved yet."))
    texts = texts_of(tx, document, seal=seal.id)
    if lang not in texts:
        raise NotFound("unknown_edition", N_("The document has no text in this language."))
    return _request(tx, document, seal=seal.id, edition=Wanted(format_, lang, texts[lang]), by=actor.person)


def request_standard(tx: Tx, document: Document, *, seal: str) -> None:
    """Every format in every language, asked for by the seal itself."""
    for lang in document.editions:
        request_edition(tx, document, seal=seal, lang=lang)


def request_edition(tx: Tx, document: Document, *, seal: str, lang: str, translation: int | None = None) -> None:
    """Every format of one text of the seal."""
    for format_ in FORMATS:
        _request(tx, document, seal=seal, edition=Wanted(format_, lang, translation), by=None)


def texts_of(tx: Tx, document: Document, *, seal: str) -> dict[str, int | None]:
    """The languages of the seal's texts, in order; with the number of the last translation where it followed."""
    followed: dict[str, int | None] = {lang: one.number for lang, one in translations_store.newest(tx, seal).items()}
    return dict(sorted((dict.fromkeys(document.editions) | followed).items()))


def begin(tx: Tx, export_id: str) -> Material | None:
    """What the worker needs; None where the export was given up."""
    export = seen(exports_store.get(tx, export_id))
    if export.state == FAILED:
        return None
    exports_store.stage(tx, export_id, "started")
    seal = seen(seals_store.get(tx, export.seal))
    made = exports_store.artefact_by_id(tx, export.artefact) if export.artefact else None
    return Material(export, seal, _edition(tx, export, seal), made)


def report(tx: Tx, export_id: str, stage: str) -> None:
    """Say how far the rendering is."""
    exports_store.stage(tx, export_id, stage)


def made(tx: Tx, key: str) -> Artefact | None:
    """The artefact of this key, if it was made before."""
    return exports_store.artefact_by_key(tx, key)


def finish(tx: Tx, export_id: str, *, key: str, sha256: str, size: int, format_: str) -> None:
    """The file is on disk: the export is ready. Another digest under a known key is refused: same seal, same bytes."""
    exports_store.lock_artefacts(tx)
    known = exports_store.artefact_by_key(tx, key)
    if known is not None and known.sha256 != sha256:
        raise Conflict("bytes_differ", N_("The same seal gave other bytes than before. The file was not taken."))
    artefact = known or Artefact(tx.new_id("art"), key, sha256, size, MEDIA_TYPES[format_])
    if known is None:
        exports_store.add_artefact(tx, artefact)
    facts = {"export": export_id, "key": key, "sha256": sha256}
    if exports_store.finish(tx, export_id, artefact_id=artefact.id):
        record_store.append(tx, act="export.ready", actor=None, facts=facts)
    elif exports_store.replace(tx, export_id, artefact_id=artefact.id):
        record_store.append(tx, act="export.remade", actor=None, facts=facts)


def remake(tx: Tx, *, sha256: str) -> None:
    """The file with this digest cannot be read: have it made again, once at a time. Nobody is asked for leave."""
    export = exports_store.ready_with(tx, sha256=sha256)
    if export is None or jobs_store.waiting(tx, jobs.RENDER_EXPORT, ref=export.id):
        return
    jobs_store.enqueue(tx, jobs.RENDER_EXPORT, ref=export.id, effect_key=f"{jobs.RENDER_EXPORT}:{tx.new_id('again')}")
    record_store.append(tx, act="export.damaged", actor=None, facts={"export": export.id, "sha256": sha256})


def fail(tx: Tx, export_id: str, *, code: str, message: str) -> None:
    """Give the export up, with a reason people can read."""
    if exports_store.fail(tx, export_id, {"v": 1, "code": code, "message": message}):
        export = seen(exports_store.get(tx, export_id))
        told = people_store.holders(tx, [SECRETARIAT, COMMUNICATIONS])
        notifications.tell(tx, told, kind="export.failed", about=export_id, params={"document": export.document})
        record_store.append(tx, act="export.failed", actor=None, facts={"export": export_id, "code": code})


def file(tx: Tx, actor: Actor, *, export_id: str) -> tuple[Export, Artefact, str]:
    """A ready export, its artefact, and the title its file is named after."""
    export = seen(exports_store.get(tx, export_id))
    authorization.document(tx, actor, "export.read", export.document)
    if export.state != READY or export.artefact is None:
        raise Conflict("not_ready", N_("This file is not ready yet."), extra={"state": export.state})
    edition = _edition(tx, export, seen(seals_store.get(tx, export.seal)))
    return export, seen(exports_store.artefact_by_id(tx, export.artefact)), edition.title


def _edition(tx: Tx, export: Export, seal: Seal) -> EditionText | Translation:
    if export.translation is not None:
        return seen(translations_store.get(tx, seal=seal.id, lang=export.lang, number=export.translation))
    return seen(versions_store.get(tx, seal.version)).editions[export.lang]


def _request(tx: Tx, document: Document, *, seal: str, edition: Wanted, by: str | None) -> str:
    known = exports_store.pending(tx, seal=seal, edition=edition)
    if known:
        return known.id
    id = tx.new_id("exp")
    exports_store.add(tx, id=id, document=document.id, seal=seal, edition=edition, by=by)
    facts = {"export": id, "seal": seal, "format": edition.format, "lang": edition.lang}
    record_store.append(tx, act="export.request", actor=by, facts=facts)
    jobs_store.enqueue(tx, jobs.RENDER_EXPORT, ref=id, effect_key=f"{jobs.RENDER_EXPORT}:{id}")
    return id
