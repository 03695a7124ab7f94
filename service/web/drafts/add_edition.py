"""Page and form for adding an edition in another language to a document."""

from collections.abc import Sequence

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import editions
from service.actions.documents.documents import InitialText
from service.actions.drafts import save
from service.domain.documents.document import DRAFTING
from service.i18n import LANGUAGES
from service.web.drafts.permissions import may_add_edition, missing_languages
from service.web.forms.drafts import AUTHENTIC, COPY, PASTED, AddEditionForm
from service.web.forms.handlers import form, page
from service.web.forms.limits import MAX_TEXT_FORM_BYTES
from service.web.http.context import Form, RequestContext, plan_before_write, redirect
from service.web.rendering import labels
from service.web.shell.document_page import render_document_page


@page
def show_form(context: RequestContext) -> Response:
    """Serve `/documents/{document}/editions`."""
    document = authorization.load_document(context.tx, context.user, "edition.add", context.path_param("document"))
    return render_document_page(
        context,
        document,
        "drafts/add_edition.html",
        tab="text",
        missing=missing_languages(document),
        missing_options=_language_options(context, missing_languages(document)),
        drafting=document.state == DRAFTING,
        offered=may_add_edition(context, document),
    )


def plan_initial_text(context: RequestContext, form: Form) -> str:
    """Return the text that the edition begins with."""
    new = AddEditionForm.parse(form)
    if new.start == COPY:
        return _text_to_translate(context)
    return new.text if new.start == PASTED else ""


@form(redisplay=show_form, max_bytes=MAX_TEXT_FORM_BYTES, before_write=plan_before_write(plan_initial_text))
def add_edition(context: RequestContext, form: Form) -> Response:
    """Add the edition and redirect to the document in its language."""
    document, new = context.path_param("document"), AddEditionForm.parse(form)
    editions.add(
        context.tx,
        context.user,
        document_id=document,
        lang=new.lang,
        initial=InitialText(new.title, context.request.state.plan),
        authentic=new.kind == AUTHENTIC,
        rev=new.rev,
    )
    context.tell("language_added")
    return redirect(f"/documents/{document}?lang={new.lang}")


def _language_options(context: RequestContext, langs: Sequence[str]) -> list[tuple[str, str]]:
    """Return language codes with the displayed names of their texts."""
    names = {lang: labels.TEXTS.get(lang) for lang in langs}
    return [(lang, context.formatter.translate(name) if name else LANGUAGES[lang].name) for lang, name in names.items()]


def _text_to_translate(context: RequestContext) -> str:
    """Return the current text of the first authentic edition, as the basis of a translation."""
    document = authorization.load_document(context.tx, context.user, "draft.read", context.path_param("document"))
    return save.read(context.tx, context.user, document_id=document.id, lang=document.authentic[0]).text
