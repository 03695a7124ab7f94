"""Versions: cut the current texts of all editions under one number and one digest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from service.actions import authorization
from service.actions.comments import placement
from service.actions.documents.documents import check_rev, validate_note
from service.actions.drafts.integrity import check_not_frozen
from service.actions.drafts.planned_row import PlannedRow, append_row, load_shared_text, plan_canonical_row, position_of
from service.actions.proofs import proofs
from service.actions.validation import check_ready_to_print
from service.domain.documents.document import DRAFTING, Document, Edition, check_document_state
from service.domain.documents.version import EditionText, Version, version_sha256
from service.domain.errors import N_, Conflict
from service.domain.membership.people import Actor
from service.domain.text.diff.block_index import TextIndex, build_index
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.structure.line_numbers import LINE_RULES
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import block_indexes as block_indexes_store
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store


@dataclass(frozen=True, slots=True)
class PlannedEdition:
    """The text of an edition for a version, the row that makes it canonical in the journal, and its block index."""

    content: EditionText
    row: PlannedRow
    index: TextIndex


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
            index = tx.plan(("index", edition.text_sha256), partial(_build_index, edition.text))
            block_indexes_store.replace(tx, index, version=id, lang=lang)


def _build_index(text: str, _: Tx) -> TextIndex:
    return build_index(text, text_sha256=text_sha256(text))


def _load_current_texts(
    tx: Tx, actor: Actor, document: Document, *, seen_seqs: Mapping[str, int] | None, rev: int | None
) -> tuple[Version | None, dict[str, PlannedEdition]]:
    """Return the latest version of the locked document and its texts now, made canonical."""
    check_rev(document, rev)
    check_document_state(document, DRAFTING)
    editions = {
        lang: _canonicalise_draft(tx, edition, actor=actor.person, seen_seq=(seen_seqs or {}).get(lang))
        for lang, edition in document.editions.items()
    }
    return versions_store.get_latest(tx, document.id), editions


def _is_unchanged(parent: Version, document: Document, editions: Mapping[str, PlannedEdition]) -> bool:
    previous = {lang: (one.title, one.text) for lang, one in parent.editions.items()}
    current = {lang: (one.content.title, one.content.text) for lang, one in editions.items()}
    return previous == current and parent.numbering == document.numbering


def _add_version(
    tx: Tx,
    actor: Actor,
    document: Document,
    editions: Mapping[str, PlannedEdition],
    parent: Version | None,
    *,
    note: str,
) -> Version:
    texts = {lang: one.content for lang, one in editions.items()}
    new = _build_version(tx, document, texts, parent, by=actor.person, note=validate_note(note))
    versions_store.add(tx, new, indexes={lang: one.index for lang, one in editions.items()})
    for lang, one in editions.items():
        placement.save_positions(tx, document.editions[lang].draft, new, at=one.row.head, last_row=one.row.data)
    documents_store.touch(tx, document.id)
    facts = {"document": document.id, "number": new.number, "version_sha256": new.version_sha256}
    record_store.append(tx, act="version.cut", actor=actor.person, facts=facts)
    proofs.request_proofs(tx, new)
    return new


def _canonicalise_draft(tx: Tx, edition: Edition, *, actor: str, seen_seq: int | None) -> PlannedEdition:
    """Return the edition's text, made canonical in the journal first, so that draft and version are identical.

    A text that is canonical where it was read stands in the journal already, so it does not matter if others have
    written since: the version is of that row.
    """
    head = journal_store.lock_head(tx, edition.draft)
    if seen_seq is not None and seen_seq != head.seq:
        raise Conflict(
            "draft_moved",
            N_("The draft has changed since you looked at it. Read the newest text, then create the version."),
            extra={"lang": edition.lang, "seq": head.seq},
        )
    slot = ("version", edition.draft, edition.title)
    earlier = tx.plans.get_newest(slot) if tx.plans else None
    if isinstance(earlier, PlannedEdition) and not earlier.row.data and earlier.row.head[0] == head.epoch:
        check_not_frozen(head)
        return earlier
    planned = tx.plan(
        slot, lambda reading: _plan_edition(reading, edition, head), position=position_of(head), draft=edition.draft
    )
    append_row(tx, edition.draft, head, planned.row, actor=actor, origin="canonical")
    return planned


def _plan_edition(tx: Tx, edition: Edition, head: journal_store.Head) -> PlannedEdition:
    live = load_shared_text(tx, edition.draft, epoch=head.epoch, upto=head.seq)
    row = plan_canonical_row(live, position_of(head))
    text = row.text
    if not text.strip():
        raise Conflict(
            "empty_text", N_("One text is still empty, so you cannot create a version."), extra={"lang": edition.lang}
        )
    check_ready_to_print(edition.title, text, lang=edition.lang)
    seq = head.seq + 1 if row.data else head.seq
    content = EditionText(edition.title, text, text_sha256(text), head.epoch, seq)
    return PlannedEdition(content, row, _build_index(text, tx))


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
        LINE_RULES,
    )
