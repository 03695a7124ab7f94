"""A translation that follows an approved text: its form."""

from starlette.responses import Response

from service.actions import access, translations
from service.domain.document import APPROVED, PUBLISHED, Document
from service.domain.policy import Thing
from service.domain.publication import Seal, Translation
from service.domain.version import Version
from service.store import seals, versions
from service.store import translations as store
from service.web.again import typed
from service.web.editions import Shown, numbers
from service.web.page import show, text_of
from service.web.visit import Form, Visit, onward
from service.web.writing_pages import number
from service.words import LANGUAGES


def ask(visit: Visit) -> Response:
    """`/documents/{document}/translations`: the form, `?lang` says for which language, `?copy` begins with a copy of
    the approved text; or the form as it was sent where it was refused."""
    document = access.document(visit.tx, visit.reader, "translation.add", visit.path("document"))
    seal = seals.of_document(visit.tx, document.id)
    langs = free(seal) if seal else []
    made = store.newest(visit.tx, seal.id) if seal else {}
    lang = visit.query("lang") if visit.query("lang") in langs else next(iter(langs), "")
    return show(
        visit,
        "translation.html",
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


def _blank(visit: Visit, seal: Seal | None, last: Translation | None, lang: str) -> Form:
    if last:
        return {"lang": lang, "after": str(last.number), "title": last.title, "text": last.text}
    return {"lang": lang, "after": "0", "title": "", "text": _approved(visit, seal) if visit.query("copy") else ""}


def _approved(visit: Visit, seal: Seal | None) -> str:
    """The first authentic text as it was approved, to be translated in its place."""
    version = versions.get(visit.tx, seal.version) if seal else None
    return version.editions[version.authentic[0]].text if version else ""
