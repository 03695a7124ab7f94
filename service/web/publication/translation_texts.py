"""Translations added after approval: who may add one, in which languages, and its text as a page shows it."""

from service.actions.publication import translations
from service.domain.documents.document import APPROVED, PUBLISHED, Document
from service.domain.documents.version import Version
from service.domain.policy import Thing
from service.domain.publication.publication import Seal, Translation
from service.i18n import LANGUAGES
from service.web.http.context import Visit
from service.web.http.pages import text_of
from service.web.texts.selection import Shown, numbers


def may_translate(visit: Visit, document: Document) -> bool:
    """Whether the reader is offered to add a translation: the act itself asks again."""
    thing = Thing(document=document.id, state=document.state, shown=document.shown)
    return document.state in (APPROVED, PUBLISHED) and visit.may("translation.add", thing)


def free(seal: Seal) -> list[str]:
    """The languages the approved text is not in."""
    own = translations.sealed_languages(seal)
    return [lang for lang in LANGUAGES if lang not in own]


def translation_text(visit: Visit, made: Translation, version: Version) -> Shown:
    """The text of a translation of `version`, as it is shown on its sheet."""
    html = text_of(made.text, lang=made.lang, voice=visit.voice, by=numbers(visit, version, made.lang))
    return Shown(made.lang, made.title, html, None, followed_at=made.added_at)
