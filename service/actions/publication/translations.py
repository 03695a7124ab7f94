"""Translations of an approved text, added after the seal and never part of it."""

from service.actions import authorization, notifications
from service.actions.authorization import or_not_found
from service.actions.documents.documents import InitialText
from service.actions.drafts.numbering import get_numbering_scheme, strip_typed_numbers
from service.actions.publication import exports
from service.actions.validation import check_ready_to_print, validate_language, validate_title
from service.domain.documents.document import check_translation
from service.domain.errors import N_, Conflict, at_field
from service.domain.membership.people import COMMUNICATIONS, SECRETARIAT, Actor
from service.domain.publication.publication import Seal, Translation
from service.domain.text.markup.canonical import canonicalise, text_sha256
from service.domain.text.structure.numbering import NumberingScheme
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.publication import seals as seals_store
from service.store.publication import translations as translations_store


def add_translation(
    tx: Tx, actor: Actor, *, document_id: str, lang: str, title: str, text: str, after: int = 0
) -> Translation:
    """Add the first translation into `lang`, or a correction of number `after`, the newest; request its files.

    Those who publish are notified. A translation is not signed, and every file of it says so. Raises `Conflict`
    `not_approved`, `edition_sealed`, `translation_exists`, `empty_text`, `nothing_new`, `broken_reference`,
    `InvalidInput` `unprintable_character`.
    """
    document = authorization.load_document(tx, actor, "translation.add", document_id, lock=True)
    seal = seals_store.get_by_document(tx, document_id)
    check_translation(document, validate_language(lang), sealed=list_sealed_languages(seal))
    scheme = get_numbering_scheme(tx, kind=document.kind, numbering=document.numbering, lang=lang)
    proposed = tx.plan(("translation", title, text, scheme), lambda _: _read_translation(title, text, scheme))
    previous = translations_store.list_newest(tx, or_not_found(seal).id).get(lang)
    _check_text(tx, proposed, previous, lang=lang, after=after)
    translation = Translation(
        seal=or_not_found(seal).id,
        lang=lang,
        number=after + 1,
        title=proposed.title,
        text=proposed.text,
        text_sha256=text_sha256(proposed.text),
        added_by=actor.person,
        added_at=tx.now,
    )
    translations_store.add(tx, translation)
    exports.request_edition_exports(tx, document, seal=translation.seal, lang=lang, translation=translation.number)
    recipients = [
        one for one in people_store.list_role_holders(tx, [SECRETARIAT, COMMUNICATIONS]) if one.id != actor.person
    ]
    about = f"{translation.seal}.{lang}.{translation.number}"
    notifications.notify(tx, recipients, kind="translation.added", about=about, params={"document": document_id})
    facts = {
        "document": document_id,
        "seal": translation.seal,
        "lang": lang,
        "number": translation.number,
        "text_sha256": translation.text_sha256,
    }
    values = {"translation.title": translation.title}
    record_store.append(tx, act="translation.add", actor=actor.person, facts=facts, values=values)
    return translation


def list_sealed_languages(seal: Seal | None) -> list[str]:
    """Return the languages of the seal's texts."""
    return list(seal.content["version"]["editions"]) if seal else []


def _check_text(tx: Tx, proposed: InitialText, previous: Translation | None, *, lang: str, after: int) -> None:
    if (previous.number if previous else 0) != after:
        raise Conflict(
            "translation_exists",
            N_("Someone else has added a translation. Look at it, then choose what to correct."),
            extra={"number": previous.number if previous else 0},
        )
    if not proposed.text.strip():
        raise Conflict("empty_text", N_("The translation is still empty."), extra={"lang": lang}, field="text")
    if previous and (previous.title, previous.text) == (proposed.title, proposed.text):
        raise Conflict("nothing_new", N_("It is the same as the current translation."))
    tx.plan(("print", proposed, lang), lambda _: check_ready_to_print(proposed.title, proposed.text, lang=lang))


def _read_translation(title: str, text: str, scheme: NumberingScheme | None) -> InitialText:
    with at_field("title"):
        canonical_title = validate_title(title)
    with at_field("text"):
        return InitialText(canonical_title, canonicalise(strip_typed_numbers(text, scheme)).text)
