"""Translations added after approval: who may add one, in which languages, and its text as a page shows it."""

from service.actions import translations
from service.domain.document import APPROVED, PUBLISHED, Document
from service.domain.policy import Thing
from service.domain.publication import Seal, Translation
from service.domain.version import Version
from service.web.editions import Shown, numbers
from service.web.page import text_of
from service.web.visit import Visit
from service.words import LANGUAGES


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
