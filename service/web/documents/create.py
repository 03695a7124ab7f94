"""Page and form for creating a document: its kind, its languages and the initial texts."""

from starlette.responses import Response

from service.actions.authorization import require
from service.actions.documents import documents
from service.actions.documents.documents import InitialText
from service.domain.documents.document import KINDS
from service.web.forms.documents import AUTHENTIC, PASTED, STARTER, OpenDocumentForm
from service.web.forms.handlers import form, page
from service.web.forms.limits import MAX_TEXT_FORM_BYTES
from service.web.http.context import Form, RequestContext, coalition_languages, redirect
from service.web.http.pages import render_page
from service.web.texts.starter_texts import starter_text


@page
def show_form(context: RequestContext) -> Response:
    """Serve `/documents/new`."""
    require(context.user, "document.open")
    return render_page(
        context,
        "documents/new_document.html",
        initial=_initial_form(context),
        kinds=KINDS,
        written_in=offered_languages(context),
    )


@form(redisplay=show_form, max_bytes=MAX_TEXT_FORM_BYTES)
def open_document(context: RequestContext, form: Form) -> Response:
    """Create the document and redirect to the edit page of its first edition."""
    new = OpenDocumentForm.parse(form)
    id = documents.open_document(
        context.tx,
        context.user,
        kind=new.kind,
        issued_by=new.issued_by,
        authentic=new.authentic,
        editions={lang: InitialText(new.titles.get(lang, ""), _initial_text(context, new, lang)) for lang in new.langs},
        front=new.front_matter(new.langs),
        urgent=new.urgent,
        numbering=new.numbering,
    )
    lang = context.formatter.lang if context.formatter.lang in new.authentic else new.langs[0]
    return redirect(f"/documents/{id}/texts/{lang}")


def _initial_text(context: RequestContext, new: OpenDocumentForm, lang: str) -> str:
    texts = {
        STARTER: starter_text(context.app_state.settings, kind=new.kind, lang=lang),
        PASTED: new.texts.get(lang, ""),
    }
    return texts.get(new.start, "")


def offered_languages(context: RequestContext) -> list[str]:
    """Return the language codes of the coalition, with that of the current user first."""
    return sorted(coalition_languages(context.coalition), key=lambda lang: lang != context.formatter.lang)


def _initial_form(context: RequestContext) -> OpenDocumentForm:
    return OpenDocumentForm(
        kind="statement",
        issued_by="coalition",
        start=STARTER,
        urgent=bool(context.query_param("urgent")),
        edition_kinds={offered_languages(context)[0]: AUTHENTIC},
    )
