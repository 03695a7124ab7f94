"""Word import: a file is uploaded, read by a worker, reviewed by a person, and becomes the text of an edition."""

from collections.abc import Mapping

from service import jobs
from service.actions import authorization, quotas
from service.actions.authorization import or_not_found
from service.actions.drafts import save
from service.domain.documents.document import DRAFTING, Document, check_document_state
from service.domain.documents.word_import import READY, WordImport, check_word_file
from service.domain.errors import N_, Conflict
from service.domain.membership.people import Actor
from service.domain.quotas import IMPORTS, UPLOADS
from service.store import jobs as jobs_store
from service.store import record as record_store
from service.store.db import Tx
from service.store.drafts import journal as journal_store
from service.store.drafts import word_imports as word_imports_store


def add_import(tx: Tx, actor: Actor, *, document_id: str, lang: str, data: bytes) -> str:
    """Add a Word file for the text of an edition, to be read by a worker, and return the id of the import.

    The imported text replaces the text at the current position; later changes by others are merged, or shown as
    conflicts, when it is accepted. Raises as `check_word_file` does, and `RateLimited` `quota_reached`.
    """
    document = authorization.load_document(tx, actor, "draft.save", document_id, lock=True)
    check_document_state(document, DRAFTING)
    edition = save.get_edition(document, lang)
    check_word_file(data)
    quotas.require_outstanding(tx, actor, IMPORTS)
    quotas.require_hourly(tx, actor, UPLOADS)
    head = journal_store.get_head(tx, edition.draft)
    id = tx.new_id("int")
    word_imports_store.add(
        tx,
        id=id,
        document=document_id,
        lang=lang,
        epoch=head.epoch,
        draft_seq=head.seq,
        data=data,
        by=actor.person,
    )
    jobs_store.enqueue(tx, jobs.IMPORT_WORD, ref=id, effect_key=f"{jobs.IMPORT_WORD}:{id}")
    facts = {"intake": id, "document": document_id, "lang": lang}
    record_store.append(tx, act="intake.bring", actor=actor.person, facts=facts)
    return id


def get_import(tx: Tx, actor: Actor, *, import_id: str) -> WordImport:
    """Return an import, authorised for writing its document."""
    found = or_not_found(word_imports_store.get(tx, import_id))
    authorization.load_document(tx, actor, "draft.save", found.document)
    return found


def plan_acceptance(tx: Tx, actor: Actor, *, import_id: str, text: str) -> save.SavePlan:
    """Plan `accept_import` in a read transaction, as `plan_save` does. Raises `Conflict` `intake_ended`."""
    document, found = _load_ready_import(tx, actor, import_id)
    return save.plan_text(tx, document, lang=found.lang, text=text, epoch=found.epoch, seq=found.draft_seq)


def accept_import(
    tx: Tx, actor: Actor, *, import_id: str, text: str, plan: save.SavePlan | None = None
) -> tuple[WordImport, save.SavedDraft]:
    """Make `text`, the imported text as the person corrected it, the text of the edition.

    Raises `Conflict` `intake_ended` if it was accepted before, and as `drafts.save` does.
    """
    document, found = _load_ready_import(tx, actor, import_id, lock=True)
    saved = save.save_text(
        tx,
        actor,
        document,
        lang=found.lang,
        text=text,
        epoch=found.epoch,
        seq=found.draft_seq,
        plan=plan,
    )
    if not word_imports_store.mark_accepted(tx, import_id):
        raise Conflict()
    facts = {"intake": import_id, "document": found.document, "lang": found.lang}
    record_store.append(tx, act="intake.accept", actor=actor.person, facts=facts)
    return found, saved


def load_file(tx: Tx, import_id: str) -> tuple[str, bytes] | None:
    """Return what the worker reads, (language, bytes); None if it was read or given up before."""
    data = word_imports_store.get_file(tx, import_id)
    return (or_not_found(word_imports_store.get(tx, import_id)).lang, data) if data else None


def finish_reading(tx: Tx, import_id: str, *, text: str, found: Mapping[str, object]) -> None:
    """Store the text read from the file."""
    word_imports_store.mark_ready(tx, import_id, text=text, found=found)


def fail_reading(
    tx: Tx,
    import_id: str,
    *,
    code: str,
    message: str,
    values: Mapping[str, object] | None = None,
    place: tuple[str, int, str] | None = None,
) -> None:
    """Mark the import as failed, with a reason people can read.

    `message` is a message id, `values` fill it in; `place` is where in the file: (paragraph, table or note; its number;
    its first words).
    """
    failure: dict[str, object] = {"v": 1, "code": code, "message": message}
    if values:
        failure["values"] = {name: value for name, value in values.items() if isinstance(value, str | int)}
    if place:
        failure["place"] = dict(zip(("kind", "number", "words"), place, strict=True))
    word_imports_store.mark_failed(tx, import_id, failure=failure)


def _load_ready_import(tx: Tx, actor: Actor, import_id: str, *, lock: bool = False) -> tuple[Document, WordImport]:
    """Return an import that waits for acceptance, and its document, authorised for writing and locked if `lock`."""
    found = or_not_found(word_imports_store.get(tx, import_id))
    document = authorization.load_document(tx, actor, "draft.save", found.document, lock=lock)
    if found.state != READY:
        raise Conflict("intake_ended", N_("This file was already imported, or could not be read."))
    return document, found
