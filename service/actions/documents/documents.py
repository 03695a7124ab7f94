"""Documents: open, edit front matter and title, number, send to review and back, withdraw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from service.actions import authorization, quotas
from service.actions.authorization import require
from service.actions.documents.front_matter import validate_front_matter
from service.actions.drafts import rewrite, save
from service.actions.drafts.numbering import get_numbering_scheme
from service.actions.validation import validate_language, validate_title
from service.domain.documents.document import (
    DRAFTING,
    ENDORSEMENT,
    REVIEW,
    WITHDRAWN,
    Document,
    check_document_state,
    check_new_document,
    check_numbering,
    check_transition,
    wrong_state,
)
from service.domain.errors import N_, Conflict, DomainError, InvalidInput, TooLarge, at_field
from service.domain.membership.people import Actor
from service.domain.quotas import DOCUMENTS
from service.domain.text.markup.canonical import canonicalise
from service.domain.text.structure.numbering import AUTOMATIC, TYPED, number_text, strip_redundant_numbers
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.publication import publications as publications_store

MAX_NOTE_LENGTH = 500
"""Code points."""

"""Addressees of a document in one language."""


@dataclass(frozen=True, slots=True)
class InitialText:
    """The initial title and text of an edition; `text` may be empty."""

    title: str
    text: str


def open_document(
    tx: Tx,
    actor: Actor,
    *,
    kind: str,
    issued_by: str,
    authentic: Sequence[str],
    editions: Mapping[str, InitialText],
    front: Mapping[str, Any],
    urgent: bool = False,
    numbering: str = TYPED,
) -> str:
    """Open a document with the initial texts of its editions and return its id; each text is row 1 of its journal.

    With automatic numbering, typed numbers equal to the automatic ones are removed from the texts.
    """
    require(actor, "document.open")
    quotas.require_hourly(tx, actor, DOCUMENTS)
    for lang in editions:
        validate_language(lang)
    check_new_document(kind, issued_by, langs=list(editions), authentic=authentic)
    check_numbering(numbering)
    id = tx.new_id("doc")
    documents_store.add(
        tx,
        id=id,
        kind=kind,
        issued_by=issued_by,
        authentic=sorted(authentic),
        front=validate_front_matter(front),
        urgent=urgent,
        numbering=numbering,
        by=actor.person,
    )
    for lang, first in editions.items():
        draft = f"{id}.{lang}"
        journal_store.add_draft(tx, draft)
        documents_store.add_edition(
            tx, document_id=id, lang=lang, title=_validate_initial_title(first, lang), draft=draft
        )
        scheme = get_numbering_scheme(tx, kind=kind, numbering=numbering, lang=lang)
        rewrite.add_seed(tx, draft, text=first.text, scheme=scheme, field=f"text_{lang}", actor=actor.person)
    facts = {"document": id, "kind": kind, "issued_by": issued_by, "langs": sorted(editions), "numbering": numbering}
    record_store.append(tx, act="document.open", actor=actor.person, facts=facts)
    return id


def _validate_initial_title(initial: InitialText, lang: str) -> str:
    """Return the title; an error names the language in its `extra`."""
    try:
        with at_field(f"title_{lang}"):
            return validate_title(initial.title)
    except DomainError as error:
        error.extra = {**error.extra, "lang": lang}
        raise


def update_front_matter(
    tx: Tx, actor: Actor, *, document_id: str, front: Mapping[str, Any], rev: int | None = None
) -> None:
    """Change place, addressees and the like; with `rev`, only if the document has not changed since."""
    document = authorization.load_document(tx, actor, "front.edit", document_id, lock=True)
    check_document_state(document, DRAFTING, REVIEW)
    check_rev(document, rev)
    documents_store.touch(tx, document_id, front=validate_front_matter({**document.front, **front}))
    record_store.append(tx, act="document.front", actor=actor.person, facts={"document": document_id})


def set_title(tx: Tx, actor: Actor, *, document_id: str, lang: str, title: str, rev: int | None = None) -> None:
    """Change the working title of an edition; with `rev`, only if the document has not changed since."""
    document = authorization.load_document(tx, actor, "draft.save", document_id, lock=True)
    check_document_state(document, DRAFTING)
    check_rev(document, rev)
    write_title(tx, actor, document, lang=lang, title=title)


def write_title(tx: Tx, actor: Actor, document: Document, *, lang: str, title: str) -> None:
    """Change the title of an edition of a document that is locked and authorised for `draft.save`."""
    save.get_edition(document, lang)
    with at_field("title"):
        documents_store.set_title(tx, document.id, lang=lang, title=validate_title(title))
    documents_store.touch(tx, document.id)
    record_store.append(tx, act="document.title", actor=actor.person, facts={"document": document.id, "lang": lang})


def set_numbering(tx: Tx, actor: Actor, *, document_id: str, numbering: str, rev: int | None = None) -> None:
    """Switch between typed and automatic numbers of provisions; with `rev`, only if the document has not changed since.

    No number changes: when switching to automatic, typed numbers equal to the automatic ones are removed from the
    drafts; when switching to typed, all numbers are written into them.
    """
    document = authorization.load_document(tx, actor, "draft.save", document_id, lock=True)
    check_document_state(document, DRAFTING)
    check_rev(document, rev)
    check_numbering(numbering)
    if numbering == document.numbering:
        return
    for edition in document.editions.values():
        scheme = get_numbering_scheme(tx, kind=document.kind, numbering=AUTOMATIC, lang=edition.lang)
        change = partial(strip_redundant_numbers if numbering == AUTOMATIC else number_text, scheme=scheme)
        rewrite.rewrite_text(
            tx, edition.draft, key=(numbering, scheme), change=change, actor=actor.person, origin="numbers"
        )
    documents_store.set_numbering(tx, document_id, numbering=numbering)
    facts = {"document": document_id, "numbering": numbering}
    record_store.append(tx, act="document.numbering", actor=actor.person, facts=facts)


def change_state(
    tx: Tx, actor: Actor, *, document_id: str, to_state: str, note: str = "", rev: int | None = None
) -> None:
    """Send a document to review or back to drafting, or withdraw it with a note, together with its publication.

    With `rev`, only if the document has not changed since. Review needs a version. While a round is open nothing can
    change: two persons cancel it first.
    """
    verb = "document.withdraw" if to_state == WITHDRAWN else "document.move"
    document = authorization.load_document(tx, actor, verb, document_id, lock=True)
    check_rev(document, rev)
    if to_state not in (REVIEW, DRAFTING, WITHDRAWN) or document.state == ENDORSEMENT:
        raise wrong_state(document.state)
    check_transition(document, to_state)
    validated_note = validate_note(note)
    if to_state == WITHDRAWN and not validated_note:
        raise InvalidInput(
            "note_needed",
            N_("Explain in one sentence why it is withdrawn. The note stays with the document."),
            field="note",
        )
    if to_state == REVIEW and versions_store.get_latest(tx, document_id) is None:
        raise Conflict("no_version", N_("Create a version first. Review needs a fixed text."))
    if not documents_store.change_state(
        tx, document_id, from_state=document.state, to_state=to_state, note=validated_note or None
    ):
        raise Conflict()
    for edition in document.editions.values():
        journal_store.set_frozen(tx, edition.draft, frozen=to_state == WITHDRAWN)
    publication = publications_store.get_by_document(tx, document_id)
    if to_state == WITHDRAWN and publication:
        publications_store.mark_withdrawn(tx, publication.id, note=validated_note)
    record_store.append(
        tx, act=f"document.{to_state}", actor=actor.person, facts={"document": document_id, "note": validated_note}
    )


def check_rev(document: Document, rev: int | None) -> None:
    """Raise `Conflict` `stale_document` if the document's revision is not `rev`."""
    if rev is not None and rev != document.rev:
        raise Conflict(
            "stale_document",
            N_("Someone changed this document after you opened it. Nothing is lost. Check it, then try again."),
            extra={"rev": document.rev},
        )


def validate_note(note: str) -> str:
    """Return a note for display: canonical, or empty. Raises `TooLarge` `note_too_long`."""
    with at_field("note"):
        validated = canonicalise(note).text.strip()
    if len(validated) > MAX_NOTE_LENGTH:
        raise TooLarge(
            "note_too_long", N_("A note can have up to {limit} characters."), field="note", limit=MAX_NOTE_LENGTH
        )
    return validated
