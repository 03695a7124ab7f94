"""Page and form for the front matter of a document: reference, place and addressees, and numbers of paragraphs."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import documents
from service.domain.documents.document import Document
from service.web.forms.documents import FrontMatterForm
from service.web.forms.handlers import form, page
from service.web.http.context import Form, RequestContext, redirect
from service.web.shell.document_page import render_document_page


@page
def show_form(context: RequestContext) -> Response:
    """Serve `/documents/{document}/front`."""
    document = authorization.load_document(context.tx, context.user, "front.edit", context.path_param("document"))
    return render_document_page(
        context,
        document,
        "documents/front_matter.html",
        tab="text",
        initial=_initial_fields(document),
        numbered_paragraphs=bool(document.front.get("numbered_paragraphs")),
    )


@form(redisplay=show_form)
def save(context: RequestContext, form: Form) -> Response:
    """Save the front matter if the document still has the revision of the form (compare-and-swap)."""
    document, changed = context.path_param("document"), FrontMatterForm.parse(form)
    documents.update_front_matter(
        context.tx, context.user, document_id=document, front=changed.front_matter(), rev=changed.rev
    )
    context.tell("saved")
    return redirect(f"/documents/{document}")


def _initial_fields(document: Document) -> Form:
    place, addressees = (document.front.get(name) or {} for name in ("place", "addressees"))
    assert isinstance(place, dict) and isinstance(addressees, dict)
    initial = {"reference": str(document.front.get("reference", ""))}
    for lang in document.editions:
        initial[f"place_{lang}"] = place.get(lang, "")
        initial[f"addressees_{lang}"] = "\n".join(addressees.get(lang, []))
    return initial
