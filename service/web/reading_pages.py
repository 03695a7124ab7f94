"""The page on which a draft is read while others write it, and remarked on."""

from starlette.responses import Response

from service.actions import access
from service.web.csp import csp
from service.web.editions import draft_of
from service.web.editor import live
from service.web.page import show
from service.web.visit import Visit


def read(visit: Visit) -> Response:
    """`/documents/{document}/texts/{lang}/read`: the draft as it stands; with the editor, as it comes to stand."""
    document = access.document(visit.tx, visit.reader, "comment.read", visit.path("document"))
    shown = draft_of(visit, document, visit.path("lang"))
    room = live(visit, document, shown.lang)
    response = show(
        visit,
        "read.html",
        live=room,
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        lang=shown.lang,
        shown=shown,
    )
    if room:
        response.headers["content-security-policy"] = csp(nonce=room.nonce)
    return response
