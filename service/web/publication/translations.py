"""The form that adds a translation of an approved text."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.publication import translations
from service.domain.publication.publication import Seal, Translation
from service.store.documents import versions as versions_store
from service.store.publication import seals as seals_store
from service.store.publication import translations as translations_store
from service.web.forms.handlers import form, page
from service.web.forms.limits import MAX_TEXT_FORM_BYTES
from service.web.forms.publication import AddTranslationForm
from service.web.http.context import Form, RequestContext, redirect
from service.web.publication.translation_texts import may_add_translation, untranslated_languages
from service.web.shell.document_page import render_document_page


@page
def show_form(context: RequestContext) -> Response:
    """Render `/documents/{document}/translations`.

    `?lang` is the language; with `?copy`, the field starts with a copy of the approved text.
    """
    document = authorization.load_document(context.tx, context.user, "translation.add", context.path_param("document"))
    seal = seals_store.get_by_document(context.tx, document.id)
    langs = untranslated_languages(seal) if seal else []
    existing = translations_store.list_newest(context.tx, seal.id) if seal else {}
    lang = context.query_param("lang") if context.query_param("lang") in langs else next(iter(langs), "")
    return render_document_page(
        context,
        document,
        "publication/translation.html",
        tab="files",
        langs=langs,
        made=existing,
        lang=lang,
        offered=may_add_translation(context, document),
        initial=_initial_form(context, seal, existing.get(lang), lang),
    )


@form(redisplay=show_form, max_bytes=MAX_TEXT_FORM_BYTES)
def add_translation(context: RequestContext, form: Form) -> Response:
    """Add a translation, then redirect to the exports of the document."""
    document, new = context.path_param("document"), AddTranslationForm.parse(form)
    translations.add_translation(
        context.tx,
        context.user,
        document_id=document,
        lang=new.lang,
        title=new.title,
        text=new.text,
        after=new.after,
    )
    context.tell("translation_added")
    return redirect(f"/documents/{document}/files")


def _initial_form(
    context: RequestContext, seal: Seal | None, last: Translation | None, lang: str
) -> AddTranslationForm:
    if last:
        return AddTranslationForm(lang=lang, after=last.number, title=last.title, text=last.text)
    text = _approved_text(context, seal) if context.query_param("copy") else ""
    return AddTranslationForm(lang=lang, after=0, text=text)


def _approved_text(context: RequestContext, seal: Seal | None) -> str:
    """Return the first authentic text as approved, for the translator to overwrite; empty without a seal."""
    version = versions_store.get(context.tx, seal.version) if seal else None
    return version.editions[version.authentic[0]].text if version else ""
