"""Translations added after approval: authorization, missing languages, and rendered text."""

from service.actions.publication import translations
from service.domain.documents.document import APPROVED, PUBLISHED, Document
from service.domain.documents.version import Version
from service.domain.policy import Resource
from service.domain.publication.publication import Seal, Translation
from service.i18n import LANGUAGES
from service.web.http.context import RequestContext
from service.web.texts.rendered_text import render_text
from service.web.texts.selection import ShownText, numbering_of


def may_add_translation(context: RequestContext, document: Document) -> bool:
    """Whether to offer the user to add a translation; the action authorizes again."""
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    return document.state in (APPROVED, PUBLISHED) and context.may("translation.add", resource)


def untranslated_languages(seal: Seal) -> list[str]:
    """Return the languages in which there is no approved text."""
    sealed = translations.list_sealed_languages(seal)
    return [lang for lang in LANGUAGES if lang not in sealed]


def translation_text(context: RequestContext, made: Translation, version: Version) -> ShownText:
    """Render the text of a translation of `version`."""
    html = render_text(
        made.text, lang=made.lang, formatter=context.formatter, numbering=numbering_of(context, version, made.lang)
    )
    return ShownText(made.lang, made.title, html, None, translated_at=made.added_at)
