"""One more language for a document that is open: what its text is, and how it begins."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import editions
from service.actions.documents.documents import InitialText
from service.actions.drafts import save
from service.domain.documents.document import DRAFTING
from service.web.drafts.permissions import may_add_edition, missing_languages
from service.web.forms.fields import int_field
from service.web.forms.handlers import form, page
from service.web.forms.limits import MAX_TEXT_FORM_BYTES
from service.web.forms.redisplay import typed
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.pages import render_page

COPY, PASTED, EMPTY = "copy", "pasted", "empty"
"""How its text begins: with the words to be translated, with the person's, or without any."""

AUTHENTIC, TRANSLATION = "authentic", "translation"


@page
def show_form(context: RequestContext) -> Response:
    """`/documents/{document}/editions`: the form, or the form as it was sent where it was refused."""
    document = authorization.load_document(context.tx, context.user, "edition.add", context.path_param("document"))
    missing = missing_languages(document)
    blank = {"rev": str(document.rev), "lang": next(iter(missing), ""), "kind": TRANSLATION, "start": COPY}
    return render_page(
        context,
        "drafts/add_edition.html",
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        missing=missing,
        drafting=document.state == DRAFTING,
        offered=may_add_edition(context, document),
        form=typed(context) or blank,
    )


@form(redisplay=show_form, max_bytes=MAX_TEXT_FORM_BYTES)
def add_edition(context: RequestContext, form: Form) -> Response:
    """Add it, and show the document in it."""
    document, lang = context.path_param("document"), form.get("lang", "")
    editions.add(
        context.tx,
        context.user,
        document_id=document,
        lang=lang,
        initial=InitialText(form.get("title", ""), _initial_text(context, form)),
        authentic=form.get("kind") == AUTHENTIC,
        rev=int_field(form, "rev"),
    )
    return redirect(f"/documents/{document}?lang={lang}")


def _initial_text(context: RequestContext, form: Form) -> str:
    start = form.get("start", "")
    if start == COPY:
        return _text_to_translate(context)
    return form.get("text", "") if start == PASTED else ""


def _text_to_translate(context: RequestContext) -> str:
    """The first authentic text as it stands, to be translated in its place."""
    document = authorization.load_document(context.tx, context.user, "draft.read", context.path_param("document"))
    return save.read(context.tx, context.user, document_id=document.id, lang=document.authentic[0]).text
