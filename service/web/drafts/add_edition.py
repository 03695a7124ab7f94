"""One more language for a document that is open: what its text is, and how it begins."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import editions
from service.actions.documents.documents import First
from service.actions.drafts import save
from service.domain.documents.document import DRAFTING
from service.web.drafts.permissions import may_add, missing_languages
from service.web.forms.fields import number
from service.web.forms.redisplay import typed
from service.web.http.context import Form, Visit, onward
from service.web.http.pages import show

COPY, PASTED, EMPTY = "copy", "pasted", "empty"
"""How its text begins: with the words to be translated, with the person's, or without any."""

AUTHENTIC, TRANSLATION = "authentic", "translation"


def ask(visit: Visit) -> Response:
    """`/documents/{document}/editions`: the form, or the form as it was sent where it was refused."""
    document = authorization.document(visit.tx, visit.reader, "edition.add", visit.path("document"))
    missing = missing_languages(document)
    blank = {"rev": str(document.rev), "lang": next(iter(missing), ""), "kind": TRANSLATION, "start": COPY}
    return show(
        visit,
        "drafts/add_edition.html",
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        missing=missing,
        drafting=document.state == DRAFTING,
        offered=may_add(visit, document),
        form=typed(visit) or blank,
    )


def add(visit: Visit, form: Form) -> Response:
    """Add it, and show the document in it."""
    document, lang = visit.path("document"), form.get("lang", "")
    editions.add(
        visit.tx,
        visit.reader,
        document_id=document,
        lang=lang,
        first=First(form.get("title", ""), _text(visit, form)),
        authentic=form.get("kind") == AUTHENTIC,
        rev=number(form, "rev"),
    )
    return onward(f"/documents/{document}?lang={lang}")


def _text(visit: Visit, form: Form) -> str:
    start = form.get("start", "")
    if start == COPY:
        return _original(visit)
    return form.get("text", "") if start == PASTED else ""


def _original(visit: Visit) -> str:
    """The first authentic text as it stands, to be translated in its place."""
    document = authorization.document(visit.tx, visit.reader, "draft.read", visit.path("document"))
    return save.read(visit.tx, visit.reader, document_id=document.id, lang=document.authentic[0]).text
