"""The first page of the tab "Changes": the versions of a document, and the ways to see what changed."""

from starlette.responses import Response

from service.actions import authorization
from service.store.documents import versions as versions_store
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.shell.document_page import render_document_page
from service.web.shell.tabs import CHANGES
from service.web.texts.last_seen import list_unseen_changes
from service.web.texts.selection import chosen_language, is_draft_shown, last_saves


@page
def list_versions(context: RequestContext) -> Response:
    """Serve `/documents/{document}/versions?lang`: all versions, newest first, and who wrote the draft last."""
    found = authorization.load_document(context.tx, context.user, "version.read", context.path_param("document"))
    lang = chosen_language(context, sorted(found.editions), authentic=found.authentic)
    shows_draft = is_draft_shown(context, found)
    return render_document_page(
        context,
        found,
        "documents/versions.html",
        tab=CHANGES,
        lang=lang,
        versions=list(reversed(versions_store.list_cuts(context.tx, found.id))),
        shows_draft=shows_draft,
        news=list_unseen_changes(context, [found]).get(found.id, ()),
        saves=last_saves(context, found, lang) if shows_draft else [],
    )
