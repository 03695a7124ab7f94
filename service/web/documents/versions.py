"""The page of a single version, and its restoration as the draft."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import restore as restore_actions
from service.domain.documents.document import DRAFTING, Document
from service.domain.policy import Resource
from service.store.accounts import people as people_store
from service.store.documents import versions as versions_store
from service.web.comments.summary import threads_of_version
from service.web.forms.documents import RestoreVersionForm
from service.web.forms.fields import parse_version_number
from service.web.forms.handlers import form, page
from service.web.http.context import Form, RequestContext, redirect
from service.web.shell.document_page import render_document_page
from service.web.texts.last_seen import last_seen_version
from service.web.texts.selection import chosen_language, version_text


@page
def show_version(context: RequestContext) -> Response:
    """Serve `/documents/{document}/versions/{number}`."""
    found = authorization.load_document(context.tx, context.user, "version.read", context.path_param("document"))
    its = authorization.or_not_found(
        versions_store.get_by_number(context.tx, found.id, parse_version_number(context.path_param("number")))
    )
    lang = chosen_language(context, sorted(its.editions), authentic=its.authentic)
    author = people_store.get(context.tx, its.cut_by)
    newest = authorization.or_not_found(versions_store.get_latest(context.tx, found.id)).number
    return render_document_page(
        context,
        found,
        "documents/version.html",
        tab="changes",
        titles={code: edition.title for code, edition in its.editions.items()},
        version=its,
        shown=version_text(context, its, lang),
        lang=lang,
        hand=context.formatter.plain_name(author.names) if author else its.cut_by,
        newest=newest,
        restorable=lang in found.editions
        and found.state == DRAFTING
        and context.may("draft.save", _resource(context, found)),
        talk=threads_of_version(context, found, its, lang),
        since=last_seen_version(context, found, newest=its.number, shown=its.number),
    )


@form(redisplay=show_version)
def restore_version(context: RequestContext, form: Form) -> Response:
    """Replace the text of the draft by that of this version.

    POST `/documents/{document}/versions/{number}/restoration`.
    """
    document, lang = context.path_param("document"), RestoreVersionForm.parse(form).lang
    number = parse_version_number(context.path_param("number"))
    restore_actions.restore_version(context.tx, context.user, document_id=document, lang=lang, number=number)
    context.tell("text_restored")
    return redirect(f"/documents/{document}/texts/{lang}")


def _resource(context: RequestContext, found: Document) -> Resource:
    return Resource(
        document=found.id, state=found.state, ever_shared=found.ever_shared, organisation=context.user.organisation
    )
