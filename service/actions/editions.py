"""A language is added to a document that is open already: the translation that follows, or one more authentic text."""

import secrets

from service.actions import access, drafts
from service.actions.documents import First, check_rev
from service.actions.numbers import bare, numbers_of
from service.actions.printing import checked_title, known_language
from service.domain.document import check_new_edition
from service.domain.people import Actor
from service.store import documents as documents_store
from service.store import journal as journal_store
from service.store import record as record_store
from service.store.db import Tx


def add(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, first: First, authentic: bool, rev: int | None = None
) -> None:
    """Add the edition `lang`; its text is row 1 of its journal and enters the next version. With `rev`, only if nobody
    changed the document since.

    Raises Conflict `edition_exists`, `edition_in_round`, `text_sealed`, `authentic_in_review`, `document_state`.
    """
    document = access.document(tx, actor, "edition.add", document_id, lock=True)
    check_rev(document, rev)
    check_new_edition(document, known_language(lang), authentic=authentic)
    draft = f"{document_id}.{lang}"
    journal_store.open_draft(tx, draft)
    documents_store.add_edition(tx, document_id=document_id, lang=lang, title=checked_title(first.title), draft=draft)
    text = bare(first.text, numbers_of(tx, kind=document.kind, numbering=document.numbering, lang=lang))
    drafts.seed(tx, draft, text=text, actor=actor.person, client_bits=secrets.randbits(52))
    own = sorted({*document.authentic, lang}) if authentic else None
    documents_store.touch(tx, document_id, authentic=own)
    facts = {"document": document_id, "lang": lang, "authentic": authentic}
    record_store.append(tx, act="edition.add", actor=actor.person, facts=facts)
