"""The page on which a draft is read while others write it, and remarked on."""

from starlette.responses import Response

from service.actions import authorization
from service.web.drafts.editor_config import build_editor_config
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.http.csp import csp
from service.web.http.pages import render_page
from service.web.texts.selection import draft_text


@page
def show_draft(context: RequestContext) -> Response:
    """`/documents/{document}/texts/{lang}/read`: the draft as it stands; with the editor, as it comes to stand."""
    document = authorization.load_document(context.tx, context.user, "comment.read", context.path_param("document"))
    shown = draft_text(context, document, context.path_param("lang"))
    editor_config = build_editor_config(context, document, shown.lang)
    response = render_page(
        context,
        "drafts/read.html",
        live=editor_config,
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        lang=shown.lang,
        shown=shown,
    )
    if editor_config:
        response.headers["content-security-policy"] = csp(nonce=editor_config.nonce)
    return response
