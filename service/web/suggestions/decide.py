"""Suggestions: list, detail page, and the forms that accept, resolve or dismiss their hunks."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import authorship, save, suggestion_decisions, suggestions
from service.domain.documents.document import DRAFTING, Document
from service.domain.errors import N_
from service.domain.policy import Resource
from service.domain.suggestions.hunks import ACCEPTED, DISMISSED, PARTLY, PENDING, select_hunks
from service.domain.suggestions.suggestion import SuggestionSummary
from service.web.drafts.permissions import may_suggest
from service.web.forms.handlers import form, page
from service.web.forms.suggestions import DecideForm, ResolveForm
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.pagination import next_cursor, page_window
from service.web.shell.document_page import render_document_page
from service.web.suggestions.hunk_views import build_hunk_views

SUGGESTION_STATES: Mapping[str, str] = {
    PENDING: N_("Waiting for a decision"),
    ACCEPTED: N_("Added to the text"),
    DISMISSED: N_("Dismissed"),
    PARTLY: N_("Partly added to the text"),
}


@dataclass(frozen=True)
class SuggestionRow:
    """A suggestion with the names of its author and of the author's organisation."""

    suggestion: SuggestionSummary
    author: Markup
    organisation: Markup
    colour: int
    changes: int
    accepted: int


@page
def list_suggestions(context: RequestContext) -> Response:
    """Serve `/documents/{document}/suggestions?cursor&limit`: pending ones, then decided ones, newest first."""
    after, limit = page_window(context.request.query_params)
    document = _load_document(context)
    found = suggestions.list_suggestions(
        context.tx, context.user, document_id=document.id, after=after, limit=limit + 1
    )
    page_items = found[:limit]
    return render_document_page(
        context,
        document,
        "drafts/suggestions.html",
        tab="changes",
        lines=[_row(context, one) for one in page_items],
        further=next_cursor([one.sort_key for one in page_items], limit) if len(found) > limit else None,
        states=SUGGESTION_STATES,
        suggests=may_suggest(context, document),
    )


@page
def show_suggestion(context: RequestContext) -> Response:
    """Serve `/documents/{document}/suggestions/{suggestion}`: the changes of a suggestion, one by one."""
    document = _load_document(context)
    placed = suggestions.place_suggestion(context.tx, context.user, **_path_ids(context))
    found = placed.suggestion
    live = save.read_best_effort(context.tx, context.user, document_id=document.id, lang=found.lang).text
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    can_decide = context.may("suggestion.decide", resource)
    return render_document_page(
        context,
        document,
        "drafts/suggestion.html",
        tab="changes",
        line=_row(context, found),
        lang=found.lang,
        hunks=build_hunk_views(context, found, placed.placements, live),
        states=SUGGESTION_STATES,
        accepts=document.state == DRAFTING and can_decide,
        dismisses=can_decide or (found.by == context.user.person and context.may("suggestion.add", resource)),
        is_own=found.by == context.user.person,
    )


@form(redisplay=show_suggestion)
def accept(context: RequestContext, form: Form) -> Response:
    """Accept one hunk or all, and redirect to the suggestion."""
    numbers = DecideForm.parse(form).numbers
    done = suggestion_decisions.accept_suggestion(context.tx, context.user, **_path_ids(context), numbers=numbers)
    context.tell(
        "suggestion_taken_partly" if done.conflicts else "suggestion_taken" if numbers else "suggestions_taken"
    )
    return _redirect(done)


@form(redisplay=show_suggestion)
def dismiss(context: RequestContext, form: Form) -> Response:
    """Dismiss one hunk or all, and redirect to the suggestion."""
    numbers = DecideForm.parse(form).numbers
    done = suggestion_decisions.dismiss_suggestion(context.tx, context.user, **_path_ids(context), numbers=numbers)
    is_own = done.suggestion.by == context.user.person
    context.tell("suggestion_withdrawn" if is_own and numbers is None else "suggestion_dismissed")
    return _redirect(done)


@form(redisplay=show_suggestion)
def resolve(context: RequestContext, form: Form) -> Response:
    """Put the chosen passage where a hunk is in conflict, and redirect to the suggestion."""
    sent = ResolveForm.parse(form)
    done = suggestion_decisions.resolve_conflict(
        context.tx, context.user, **_path_ids(context), number=sent.hunk, seen=sent.seen, passage=sent.passage
    )
    context.tell("suggestion_taken")
    return _redirect(done)


def _load_document(context: RequestContext) -> Document:
    return authorization.load_document(context.tx, context.user, "suggestion.read", context.path_param("document"))


def _path_ids(context: RequestContext) -> dict[str, str]:
    return {"document_id": context.path_param("document"), "suggestion_id": context.path_param("suggestion")}


def _redirect(done: suggestion_decisions.DecidedSuggestion) -> Response:
    return redirect(f"/documents/{done.suggestion.document}/suggestions/{done.suggestion.id}")


def _row(context: RequestContext, found: SuggestionSummary) -> SuggestionRow:
    author = authorship.load_author(context.tx, found.by)
    formatter = context.formatter
    return SuggestionRow(
        found,
        formatter.localized_name(author.names) if author.names else Markup.escape(found.by),
        formatter.localized_name(author.organisation) if author.organisation else Markup(),
        author.colour,
        len(found.hunks),
        len(select_hunks(found.hunks, ACCEPTED)),
    )
