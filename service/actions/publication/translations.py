"""A translation follows an approved text: beside the seal, never in it."""

from service.actions import authorization, notifications
from service.actions.authorization import seen
from service.actions.documents.documents import First
from service.actions.drafts.numbering import bare, numbers_of
from service.actions.publication import exports
from service.actions.validation import check_fit, checked_title, known_language
from service.domain.documents.document import check_translation
from service.domain.errors import N_, Conflict
from service.domain.membership.people import COMMUNICATIONS, SECRETARIAT, Actor
from service.domain.publication.publication import Seal, Translation
from service.domain.text.markup.canonical import canonical, text_sha256
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.publication import seals as seals_store
from service.store.publication import translations as translations_store


def add(tx: Tx, actor: Actor, *, document_id: str, lang: str, title: str, text: str, after: int = 0) -> Translation:
    """Add the first translation into `lang`, or one that corrects number `after`, the last; ask for its files and tell
    those who publish. It is not signed, and every file of it says so.

    Raises Conflict `not_approved`, `edition_sealed`, `translation_exists`, `empty_text`, `nothing_new`,
    `broken_reference`, and Malformed `unprintable_character`.
    """
    document = authorization.document(tx, actor, "translation.add", document_id, lock=True)
    seal = seals_store.of_document(tx, document_id)
    check_translation(document, known_language(lang), sealed=sealed_languages(seal))
    by = numbers_of(tx, kind=document.kind, numbering=document.numbering, lang=lang)
    words = First(checked_title(title), canonical(bare(text, by)).text)
    last = translations_store.newest(tx, seen(seal).id).get(lang)
    _check_words(words, last, lang=lang, after=after)
    made = Translation(
        seal=seen(seal).id,
        lang=lang,
        number=after + 1,
        title=words.title,
        text=words.text,
        text_sha256=text_sha256(words.text),
        added_by=actor.person,
        added_at=tx.now,
    )
    translations_store.add(tx, made)
    exports.request_edition(tx, document, seal=made.seal, lang=lang, translation=made.number)
    told = [one for one in people_store.holders(tx, [SECRETARIAT, COMMUNICATIONS]) if one.id != actor.person]
    about = f"{made.seal}.{lang}.{made.number}"
    notifications.tell(tx, told, kind="translation.added", about=about, params={"document": document_id})
    facts = {"document": document_id, "lang": lang, "number": made.number, "text_sha256": made.text_sha256}
    record_store.append(tx, act="translation.add", actor=actor.person, facts=facts)
    return made


def sealed_languages(seal: Seal | None) -> list[str]:
    """The languages whose texts the seal covers."""
    return list(seal.content["version"]["editions"]) if seal else []


def _check_words(words: First, last: Translation | None, *, lang: str, after: int) -> None:
    if (last.number if last else 0) != after:
        raise Conflict(
            "translation_exists",
            N_("Somebody else added a translation meanwhile. Look at it, then say what is to be corrected in it."),
            extra={"number": last.number if last else 0},
        )
    if not words.text.strip():
        raise Conflict("empty_text", N_("The translation is still empty."), extra={"lang": lang})
    if last and (last.title, last.text) == (words.title, words.text):
        raise Conflict("nothing_new", N_("Nothing in it differs from the translation that is there."))
    check_fit(words.title, words.text, lang=lang)
