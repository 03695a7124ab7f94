"""What stands round a text: its place and whom it addresses, in each language."""

from starlette.responses import Response

from service.actions import access, documents
from service.domain.document import Document
from service.web.again import typed
from service.web.fields import number
from service.web.front_fields import front_of
from service.web.page import show
from service.web.visit import Form, Visit, onward


def front(visit: Visit) -> Response:
    """`/documents/{document}/front`."""
    document = access.document(visit.tx, visit.reader, "front.edit", visit.path("document"))
    return show(
        visit,
        "front.html",
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
