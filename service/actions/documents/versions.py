"""Versions: cut the current texts of all editions under one number and one digest."""

from collections.abc import Mapping, Sequence

from service.actions import authorization
from service.actions.comments import placement
from service.actions.documents.documents import check_rev, validate_note
from service.actions.drafts import save
from service.actions.validation import check_ready_to_print
from service.domain.documents.document import DRAFTING, Document, Edition, check_document_state
from service.domain.documents.version import EditionText, Version, version_sha256
from service.domain.errors import N_, Conflict
from service.domain.membership.people import Actor
from service.domain.text.markup.canonical import canonicalise, text_sha256
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import block_indexes as block_indexes_store
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store


def cut_version(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    note: str = "",
    seen_seqs: Mapping[str, int] | None = None,
    rev: int | None = None,
) -> Version:
    """Cut the next version.

    With `seen_seqs` (seq by language) only if the drafts are still where the person saw them, otherwise `Conflict`
    `draft_moved`; with `rev`, only if the document has not changed since (`stale_document`).

    Raises also `Conflict` `nothing_new` for a version equal to the last one, and `unprintable_character`,
    `broken_reference` for one that could not be printed.
    """
    document = authorization.load_document(tx, actor, "version.cut", document_id, lock=True)
    parent, editions = _load_current_texts(tx, actor, document, seen_seqs=seen_seqs, rev=rev)
    if parent and _is_unchanged(parent, document, editions):
        raise Conflict("nothing_new", N_("Nothing has changed since version {number}."), number=parent.number)
    return _add_version(tx, actor, document, editions, parent, note=note)


def cut_if_changed(
    tx: Tx,
    actor: Actor,
    document: Document,
    *,
    note: str = "",
    seen_seqs: Mapping[str, int] | None = None,
    rev: int | None = None,
) -> Version:
    """Return a version with the current texts: the latest if nothing changed since, else one cut now.

    The document is locked; its authorization for `version.cut` is checked here. Raises as `cut_version` does, except
    `nothing_new`.
    """
    authorization.authorise(actor, "version.cut", document)
    parent, editions = _load_current_texts(tx, actor, document, seen_seqs=seen_seqs, rev=rev)
    if parent and _is_unchanged(parent, document, editions):
        return parent
    return _add_version(tx, actor, document, editions, parent, note=note)


def build_indexes(tx: Tx, actor: Actor, *, document_id: str, ids: Sequence[str], lang: str) -> None:
    """Build the missing block indexes of versions of a document, for their next comparison.

    They change nothing that anyone reads, so nothing is added to the record. The document is locked against concurrent
    calls.
    """
    document = authorization.load_document(tx, actor, "version.read", document_id, lock=True)
    for id in block_indexes_store.list_missing(tx, ids, lang=lang):
        found = authorization.or_not_found(versions_store.get(tx, id))
        edition = found.editions.get(lang) if found.document == document.id else None
        if edition:
            block_indexes_store.rebuild(tx, version=id, lang=lang, text=edition.text, text_sha256=edition.text_sha256)


def _load_current_texts(
    tx: Tx, actor: Actor, document: Document, *, seen_seqs: Mapping[str, int] | None, rev: int | None
) -> tuple[Version | None, dict[str, EditionText]]:
    """Return the latest version of the locked document and its texts now, made canonical."""
    check_rev(document, rev)
    check_document_state(document, DRAFTING)
    editions = {
        lang: _canonicalise_draft(tx, edition, actor=actor.person, seen_seq=(seen_seqs or {}).get(lang))
        for lang, edition in document.editions.items()
    }
    return versions_store.get_latest(tx, document.id), editions


def _is_unchanged(parent: Version, document: Document, editions: Mapping[str, EditionText]) -> bool:
    previous, current = (
        {lang: (one.title, one.text) for lang, one in texts.items()} for texts in (parent.editions, editions)
    )
    return previous == current and parent.numbering == document.numbering


def _add_version(
    tx: Tx,
    actor: Actor,
    document: Document,
    editions: Mapping[str, EditionText],
    parent: Version | None,
    *,
    note: str,
) -> Version:
    new = _build_version(tx, document, editions, parent, by=actor.person, note=validate_note(note))
    versions_store.add(tx, new)
    placement.save_positions(tx, document, new)
    documents_store.touch(tx, document.id)
    facts = {"document": document.id, "number": new.number, "version_sha256": new.version_sha256}
    record_store.append(tx, act="version.cut", actor=actor.person, facts=facts)
    return new


def _canonicalise_draft(tx: Tx, edition: Edition, *, actor: str, seen_seq: int | None) -> EditionText:
    """Return the edition's text, made canonical in the journal first, so that draft and version are identical."""
    head = journal_store.lock_head(tx, edition.draft)
    if seen_seq is not None and seen_seq != head.seq:
        raise Conflict(
            "draft_moved",
            N_("The draft has changed since you looked at it. Read the newest text, then create the version."),
            extra={"lang": edition.lang, "seq": head.seq},
        )
    live = save.load_shared_text(tx, edition.draft, epoch=head.epoch)
    text = canonicalise(live.text).text
    if not text.strip():
        raise Conflict(
            "empty_text", N_("One text is still empty, so you cannot create a version."), extra={"lang": edition.lang}
        )
    check_ready_to_print(edition.title, text, lang=edition.lang)
    changes = save.compute_edits(live.text, text)
    new_head = save.append_edits(tx, edition.draft, head, live, changes=changes, actor=actor, origin="canonical")
    return EditionText(edition.title, text, text_sha256(text), new_head.epoch, new_head.seq)


def _build_version(
    tx: Tx, document: Document, editions: Mapping[str, EditionText], parent: Version | None, *, by: str, note: str
) -> Version:
    number = parent.number + 1 if parent else 1
    parent_sha256 = parent.version_sha256 if parent else None
    digest = version_sha256(
        document=document.id,
        number=number,
        parent=parent_sha256,
        kind=document.kind,
        issued_by=document.issued_by,
        authentic=document.authentic,
        editions=editions,
        numbering=document.numbering,
    )
    return Version(
        tx.new_id("ver"),
        document.id,
        number,
        parent_sha256,
        digest,
        document.kind,
        document.issued_by,
        document.authentic,
        by,
        tx.now,
        note,
        editions,
        document.numbering,
    )
