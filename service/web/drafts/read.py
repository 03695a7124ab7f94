"""The page on which a draft is read while others write it, and remarked on."""

from starlette.responses import Response

from service.actions import authorization
from service.web.drafts.editor_config import live
from service.web.http.context import Visit
from service.web.http.csp import csp
from service.web.http.pages import show
from service.web.texts.selection import draft_of


def read(visit: Visit) -> Response:
    """`/documents/{document}/texts/{lang}/read`: the draft as it stands; with the editor, as it comes to stand."""
    document = authorization.document(visit.tx, visit.reader, "comment.read", visit.path("document"))
    shown = draft_of(visit, document, visit.path("lang"))
    room = live(visit, document, shown.lang)
    response = show(
        visit,
        "drafts/read.html",
        live=room,
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        lang=shown.lang,
        shown=shown,
    )
    if room:
        response.headers["content-security-policy"] = csp(nonce=room.nonce)
    return response
