"""Add a language to an open document: a translation, or another authentic text."""

from service.actions import authorization
from service.actions.documents.documents import InitialText, check_rev
from service.actions.drafts import rewrite
from service.actions.drafts.numbering import get_numbering_scheme
from service.actions.validation import validate_language, validate_title
from service.domain.documents.document import check_new_edition
from service.domain.errors import at_field
from service.domain.membership.people import Actor
from service.store import record as record_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.drafts import journal as journal_store


def add(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, initial: InitialText, authentic: bool, rev: int | None = None
) -> None:
    """Add the edition `lang`, whose text is row 1 of its journal and enters the next version.

    With `rev`, only if the document has not changed since. Raises `Conflict` `edition_exists`, `edition_in_round`,
    `text_sealed`, `authentic_in_review`, `document_state`.
    """
    document = authorization.load_document(tx, actor, "edition.add", document_id, lock=True)
    check_rev(document, rev)
    check_new_edition(document, validate_language(lang), authentic=authentic)
    draft = f"{document_id}.{lang}"
    journal_store.add_draft(tx, draft)
    with at_field("title"):
        title = validate_title(initial.title)
    documents_store.add_edition(tx, document_id=document_id, lang=lang, title=title, draft=draft)
    scheme = get_numbering_scheme(tx, kind=document.kind, numbering=document.numbering, lang=lang)
    rewrite.add_seed(tx, draft, text=initial.text, scheme=scheme, field="text", actor=actor.person)
    authentic_languages = sorted({*document.authentic, lang}) if authentic else None
    documents_store.touch(tx, document_id, authentic=authentic_languages)
    facts = {"document": document_id, "lang": lang, "authentic": authentic}
    record_store.append(tx, act="edition.add", actor=actor.person, facts=facts)
