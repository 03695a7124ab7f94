"""Page and form for the numbering of a document: typed by its authors, or automatic."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import documents
from service.actions.drafts import save
from service.domain.documents.document import DRAFTING, Document
from service.domain.text.markup.canonical import canonicalise
from service.domain.text.structure.numbering import (
    AUTOMATIC,
    NUMBERINGS,
    number_marks,
    numbering_scheme,
    strip_redundant_numbers,
)
from service.web.forms.documents import NumberingForm
from service.web.forms.handlers import form, page
from service.web.http.context import Form, RequestContext, redirect
from service.web.shell.document_page import render_document_page

MAX_EXAMPLES = 6
"""Numbered headings in a preview."""


@dataclass(frozen=True)
class NumberingPreview:
    """The effect of automatic numbering on one edition: the first numbered headings and the count of all."""

    lang: str
    first: Sequence[str]
    count: int


@page
def show_form(context: RequestContext) -> Response:
    """Serve `/documents/{document}/numbering`: the choice, with a preview for each edition."""
    document = authorization.load_document(context.tx, context.user, "draft.save", context.path_param("document"))
    return render_document_page(
        context,
        document,
        "documents/numbering.html",
        tab="text",
        drafting=document.state == DRAFTING,
        choices=NUMBERINGS,
        found=[_numbering_preview(context, document, lang) for lang in document.editions],
    )


@form(redisplay=show_form)
def save_choice(context: RequestContext, form: Form) -> Response:
    """Save the choice if the document still has the revision of the form (compare-and-swap)."""
    document, choice = context.path_param("document"), NumberingForm.parse(form)
    documents.set_numbering(context.tx, context.user, document_id=document, numbering=choice.numbering, rev=choice.rev)
    context.tell("saved")
    return redirect(f"/documents/{document}")


def _numbering_preview(context: RequestContext, document: Document, lang: str) -> NumberingPreview:
    text = canonicalise(save.read(context.tx, context.user, document_id=document.id, lang=lang).text).text
    numbering = numbering_scheme(
        AUTOMATIC, lang=lang, kind=document.kind, digits=context.formatter.digit_system_of(lang)
    )
    names = [f"{mark.name}{mark.words}" for mark in number_marks(strip_redundant_numbers(text, numbering), numbering)]
    return NumberingPreview(lang, names[:MAX_EXAMPLES], len(names))
