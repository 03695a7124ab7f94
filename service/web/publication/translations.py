"""A translation that follows an approved text: its form."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.publication import translations
from service.domain.publication.publication import Seal, Translation
from service.store.documents import versions as versions_store
from service.store.publication import seals as seals_store
from service.store.publication import translations as translations_store
from service.web.forms.fields import number
from service.web.forms.redisplay import typed
from service.web.http.context import Form, Visit, onward
from service.web.http.pages import show
from service.web.publication.translation_texts import free, may_translate


def ask(visit: Visit) -> Response:
    """`/documents/{document}/translations`: the form, `?lang` says for which language, `?copy` begins with a copy of
    the approved text; or the form as it was sent where it was refused."""
    document = authorization.document(visit.tx, visit.reader, "translation.add", visit.path("document"))
    seal = seals_store.of_document(visit.tx, document.id)
    langs = free(seal) if seal else []
    made = translations_store.newest(visit.tx, seal.id) if seal else {}
    lang = visit.query("lang") if visit.query("lang") in langs else next(iter(langs), "")
    return show(
        visit,
        "publication/translation.html",
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        langs=langs,
        made=made,
        lang=lang,
        offered=may_translate(visit, document),
        form=typed(visit) or _blank(visit, seal, made.get(lang), lang),
    )


def add(visit: Visit, form: Form) -> Response:
    """Add it, and show how far its files are."""
    document = visit.path("document")
    translations.add(
        visit.tx,
        visit.reader,
        document_id=document,
        lang=form.get("lang", ""),
        title=form.get("title", ""),
        text=form.get("text", ""),
        after=number(form, "after") or 0,
    )
    return onward(f"/documents/{document}/files")


def _blank(visit: Visit, seal: Seal | None, last: Translation | None, lang: str) -> Form:
    if last:
        return {"lang": lang, "after": str(last.number), "title": last.title, "text": last.text}
    return {"lang": lang, "after": "0", "title": "", "text": _approved(visit, seal) if visit.query("copy") else ""}


def _approved(visit: Visit, seal: Seal | None) -> str:
    """The first authentic text as it was approved, to be translated in its place."""
    version = versions_store.get(visit.tx, seal.version) if seal else None
    return version.editions[version.authentic[0]].text if version else ""
