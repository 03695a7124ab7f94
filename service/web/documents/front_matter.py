"""What stands round a text: its place and whom it addresses, in each language."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.documents import documents
from service.domain.documents.document import Document
from service.web.forms.fields import number
from service.web.forms.front_matter import front_of
from service.web.forms.redisplay import typed
from service.web.http.context import Form, Visit, onward
from service.web.http.pages import show


def front(visit: Visit) -> Response:
    """`/documents/{document}/front`."""
    document = authorization.document(visit.tx, visit.reader, "front.edit", visit.path("document"))
    return show(
        visit,
        "documents/front_matter.html",
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        form={**_opened(document), **typed(visit)},
    )


def save(visit: Visit, form: Form) -> Response:
    """Save it, unless someone changed the document meanwhile."""
    document = visit.path("document")
    documents.edit_front(visit.tx, visit.reader, document_id=document, front=front_of(form), rev=number(form, "rev"))
    return onward(f"/documents/{document}")


def _opened(document: Document) -> Form:
    place, addressees = (document.front.get(name) or {} for name in ("place", "addressees"))
    assert isinstance(place, dict) and isinstance(addressees, dict)
    form = {"rev": str(document.rev)}
    for lang in document.editions:
        form[f"place_{lang}"] = place.get(lang, "")
        form[f"addressees_{lang}"] = "\n".join(addressees.get(lang, []))
    return form
