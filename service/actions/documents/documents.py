"""A document is opened, furnished, sent to review and back, withdrawn."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from service.actions import authorization
from service.actions.authorization import require
from service.actions.drafts import save
from service.actions.drafts.numbering import bare, numbers_of
from service.actions.validation import LONGEST_NAME, checked_title, known_language, printed_line
from service.domain.documents.document import (
    DRAFTING,
    ENDORSEMENT,
    REVIEW,
    WITHDRAWN,
    Document,
    check_move,
    check_numbering,
    check_opening,
    check_state,
    wrong_state,
)
from service.domain.errors import N_, Conflict, DomainError, Malformed, TooLarge
from service.domain.membership.people import Actor
from service.domain.text.markup.canonical import canonical
from service.domain.text.structure.numbering import AUTOMATIC, TYPED, numbered, unnumbered
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.store.publication import publications as publications_store

LONGEST_NOTE = 500

MOST_ADDRESSEES = 12


@dataclass(frozen=True, slots=True)
class First:
    """The first title and text of an edition; `text` may be empty."""

    title: str
    text: str


def open_document(
    tx: Tx,
    actor: Actor,
    *,
    kind: str,
    issued_by: str,
    authentic: Sequence[str],
    editions: Mapping[str, First],
    front: Mapping[str, Any],
    urgent: bool = False,
    numbering: str = TYPED,
) -> str:
    """Open a document with the first texts of its editions; each text is row 1 of its journal. Its id. Where numbers
    are automatic, those typed numbers go that the texts read with anyway."""
    require(actor, "document.open")
    for lang in editions:
        known_language(lang)
    check_opening(kind, issued_by, langs=list(editions), authentic=authentic)
    check_numbering(numbering)
    id = tx.new_id("doc")
    documents_store.add(
        tx,
        id=id,
        kind=kind,
        issued_by=issued_by,
        authentic=sorted(authentic),
        front=checked_front(front),
        urgent=urgent,
        numbering=numbering,
        by=actor.person,
    )
    for lang, first in editions.items():
        draft = f"{id}.{lang}"
        journal_store.open_draft(tx, draft)
        documents_store.add_edition(tx, document_id=id, lang=lang, title=_first_title(first, lang), draft=draft)
        text = bare(first.text, numbers_of(tx, kind=kind, numbering=numbering, lang=lang))
        save.seed(tx, draft, text=text, actor=actor.person, client_bits=secrets.randbits(52))
    facts = {"document": id, "kind": kind, "issued_by": issued_by, "langs": sorted(editions), "numbering": numbering}
    record_store.append(tx, act="document.open", actor=actor.person, facts=facts)
    return id


def _first_title(first: First, lang: str) -> str:
    """Its title; a refusal says of which language."""
    try:
        return checked_title(first.title)
    except DomainError as error:
        error.extra = {**error.extra, "lang": lang}
        raise


def edit_front(tx: Tx, actor: Actor, *, document_id: str, front: Mapping[str, Any], rev: int | None = None) -> None:
    """Change place, addressees and the like; with `rev`, only if nobody changed the document since."""
    document = authorization.document(tx, actor, "front.edit", document_id, lock=True)
    check_state(document, DRAFTING, REVIEW)
    check_rev(document, rev)
    documents_store.touch(tx, document_id, front=checked_front({**document.front, **front}))
    record_store.append(tx, act="document.front", actor=actor.person, facts={"document": document_id})


def retitle(tx: Tx, actor: Actor, *, document_id: str, lang: str, title: str, rev: int | None = None) -> None:
    """Change the working title of an edition; with `rev`, only if nobody changed the document since."""
    document = authorization.document(tx, actor, "draft.save", document_id, lock=True)
    check_state(document, DRAFTING)
    check_rev(document, rev)
    save.edition_of(document, lang)
    documents_store.retitle(tx, document_id, lang=lang, title=checked_title(title))
    documents_store.touch(tx, document_id)
    record_store.append(tx, act="document.title", actor=actor.person, facts={"document": document_id, "lang": lang})


def renumber(tx: Tx, actor: Actor, *, document_id: str, numbering: str, rev: int | None = None) -> None:
    """Have the numbers of provisions typed or automatic from now on; with `rev`, only if nobody changed the document
    since. No number becomes another: to be automatic, those go from the drafts that they read with anyway; to be typed,
    all are written into them."""
    document = authorization.document(tx, actor, "draft.save", document_id, lock=True)
    check_state(document, DRAFTING)
    check_rev(document, rev)
    check_numbering(numbering)
    if numbering == document.numbering:
        return
    for edition in document.editions.values():
        by = numbers_of(tx, kind=document.kind, numbering=AUTOMATIC, lang=edition.lang)
        change = partial(unnumbered if numbering == AUTOMATIC else numbered, by=by)
        save.rewrite(tx, edition.draft, change=change, actor=actor.person, origin="numbers")
    documents_store.renumber(tx, document_id, numbering=numbering)
    facts = {"document": document_id, "numbering": numbering}
    record_store.append(tx, act="document.numbering", actor=actor.person, facts=facts)


def move(tx: Tx, actor: Actor, *, document_id: str, to: str, note: str = "", rev: int | None = None) -> None:
    """Send a document to review, back to drafting, or withdraw it with a note, its publication included; with `rev`,
    only if nobody changed the document since.

    Review needs a version to look at. While a round is open nothing moves: two persons cancel it first.
    """
    verb = "document.withdraw" if to == WITHDRAWN else "document.move"
    document = authorization.document(tx, actor, verb, document_id, lock=True)
    check_rev(document, rev)
    if to not in (REVIEW, DRAFTING, WITHDRAWN) or document.state == ENDORSEMENT:
        raise wrong_state(document.state)
    check_move(document, to)
    words = checked_note(note)
    if to == WITHDRAWN and not words:
        raise Malformed("note_needed", N_("Say in a sentence why it is withdrawn: the note stays with it."))
    if to == REVIEW and versions_store.latest(tx, document_id) is None:
        raise Conflict("no_version", N_("Cut a version first: review is about an exact text."))
    if not documents_store.move(tx, document_id, before=document.state, after=to, note=words or None):
        raise Conflict()
    for edition in document.editions.values():
        journal_store.freeze(tx, edition.draft, frozen=to == WITHDRAWN)
    public = publications_store.of_document(tx, document_id)
    if to == WITHDRAWN and public:
        publications_store.withdraw(tx, public.id, note=words)
    record_store.append(tx, act=f"document.{to}", actor=actor.person, facts={"document": document_id, "note": words})


def check_rev(document: Document, rev: int | None) -> None:
    """Raises Conflict `stale_document` if the document has moved on from `rev`."""
    if rev is not None and rev != document.rev:
        raise Conflict(
            "stale_document",
            N_("Someone changed this document since you opened it. Nothing is lost; look again, then repeat."),
            extra={"rev": document.rev},
        )


def checked_note(note: str) -> str:
    """A note as it is shown: canonical, or empty. Raises TooLarge `note_too_long`."""
    words = canonical(note).text.strip()
    if len(words) > LONGEST_NOTE:
        raise TooLarge("note_too_long", N_("A note may have {limit} characters at most."), limit=LONGEST_NOTE)
    return words


def checked_front(front: Mapping[str, Any]) -> dict[str, Any]:
    """{"v": 1, "place": {lang: …}, "addressees": {lang: […]}}. Raises Malformed for anything else."""
    unknown = set(front) - {"v", "place", "addressees"}
    if unknown:
        raise Malformed("unknown_field", N_("There is no field “{name}”."), name=sorted(unknown)[0])
    place = {known_language(lang): printed_line(text, limit=LONGEST_NAME) for lang, text in _of(front, "place")}
    addressees = {
        known_language(lang): [printed_line(line, limit=LONGEST_NAME) for line in lines[:MOST_ADDRESSEES]]
        for lang, lines in _of(front, "addressees")
    }
    return {"v": 1, "place": place, "addressees": addressees}


def _of(front: Mapping[str, Any], field: str) -> list[tuple[str, Any]]:
    return [(lang, value) for lang, value in dict(front.get(field) or {}).items() if value]
