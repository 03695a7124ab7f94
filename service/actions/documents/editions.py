"""A language is added to a document that is open already: the translation that follows, or one more authentic text."""

import secrets

from service.actions import authorization
from service.actions.documents.documents import First, check_rev
from service.actions.drafts import save
from service.actions.drafts.numbering import bare, numbers_of
from service.actions.validation import checked_title, known_language
from service.domain.documents.document import check_new_edition
from service.domain.membership.people import Actor
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store


def add(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, first: First, authentic: bool, rev: int | None = None
) -> None:
    """Add the edition `lang`; its text is row 1 of its journal and enters the next version. With `rev`, only if nobody
    changed the document since.

    Raises Conflict `edition_exists`, `edition_in_round`, `text_sealed`, `authentic_in_review`, `document_state`.
    """
    document = authorization.document(tx, actor, "edition.add", document_id, lock=True)
    check_rev(document, rev)
    check_new_edition(document, known_language(lang), authentic=authentic)
    draft = f"{document_id}.{lang}"
    journal_store.open_draft(tx, draft)
    documents_store.add_edition(tx, document_id=document_id, lang=lang, title=checked_title(first.title), draft=draft)
    text = bare(first.text, numbers_of(tx, kind=document.kind, numbering=document.numbering, lang=lang))
    save.seed(tx, draft, text=text, actor=actor.person, client_bits=secrets.randbits(52))
    own = sorted({*document.authentic, lang}) if authentic else None
    documents_store.touch(tx, document_id, authentic=own)
    facts = {"document": document_id, "lang": lang, "authentic": authentic}
    record_store.append(tx, act="edition.add", actor=actor.person, facts=facts)
