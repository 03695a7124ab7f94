"""The read page of a draft, for users who may read and comment but not edit."""

from starlette.responses import Response

from service.actions import authorization
from service.web.drafts.editor_config import build_editor_config
from service.web.drafts.permissions import may_suggest
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.http.csp import csp
from service.web.http.pages import render_page
from service.web.texts.selection import draft_text


@page
def show_draft(context: RequestContext) -> Response:
    """Serve `/documents/{document}/texts/{lang}/read`: the current draft, updated live if the editor is available."""
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
        suggests=may_suggest(context, document),
    )
    if editor_config:
        response.headers["content-security-policy"] = csp(nonce=editor_config.nonce)
    return response
