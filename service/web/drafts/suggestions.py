"""Suggested changes: list, detail page, and the forms to apply or dismiss them."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import save, suggestions
from service.domain.documents.document import DRAFTING, Document
from service.domain.documents.suggestion import KEPT, REASONS, SET_ASIDE, TAKEN, Suggestion, SuggestionSummary
from service.domain.errors import N_
from service.domain.policy import Resource
from service.domain.text.markup.canonical import canonicalise
from service.store.drafts import journal as journal_store
from service.web.comparisons.navigation import ComparedText, ComparisonLinks, comparison_links
from service.web.drafts.edit_form import EditForm, SaveResult, render_editor
from service.web.forms.handlers import form, page
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.form_state import rejected_error
from service.web.http.pagination import next_cursor, page_window
from service.web.shell.document_page import render_document_page
from service.web.texts.redline_fragment import summarize_counts
from service.web.texts.selection import numbering_of, person_name

CONFLICT = "draft_conflict"

STATE_LABELS: Mapping[str, str] = {
    KEPT: N_("Waiting for a decision"),
    TAKEN: N_("Added to the text"),
    SET_ASIDE: N_("Dismissed"),
}


@dataclass(frozen=True)
class SuggestionRow:
    """A suggested change with the names of its author and of the person who decided on it."""

    suggestion: Suggestion | SuggestionSummary
    writer: str
    ended_by: str


@dataclass(frozen=True)
class SuggestionRedline:
    """Redline of a suggested change against the text it was based on."""

    summary: Markup
    links: ComparisonLinks


@page
def list_suggestions(context: RequestContext) -> Response:
    """Serve `/documents/{document}/suggestions?cursor&limit`: waiting ones, then decided ones, newest first."""
    after, limit = page_window(context.request.query_params)
    found = suggestions.list_suggestions(
        context.tx, context.user, document_id=context.path_param("document"), after=after, limit=limit + 1
    )
    page_items = found[:limit]
    document = authorization.load_document(context.tx, context.user, "suggestion.read", context.path_param("document"))
    suggestion_rows = [_suggestion_row(context, one) for one in page_items]
    return render_document_page(
        context,
        document,
        "drafts/suggestions.html",
        tab="changes",
        lines=suggestion_rows,
        further=next_cursor([one.sort_key for one in page_items], limit) if len(found) > limit else None,
        states=STATE_LABELS,
        reasons=REASONS,
    )


@page
def show_suggestion(context: RequestContext) -> Response:
    """Serve `/documents/{document}/suggestions/{suggestion}`: a suggested change as a comparison.

    If applying it caused a conflict, serve the choice between both texts, as on the edit page.
    """
    found = _read_suggestion(context)
    document = authorization.load_document(context.tx, context.user, "suggestion.read", found.document)
    error = rejected_error(context)
    if error and error.code == CONFLICT and _is_current_epoch(context, document, found):
        return _conflict_page(context, document, found)
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    return render_document_page(
        context,
        document,
        "drafts/suggestion.html",
        tab="changes",
        line=_suggestion_row(context, found),
        states=STATE_LABELS,
        reasons=REASONS,
        lang=found.lang,
        redline=_redline(context, document, found),
        puts_in=document.state == DRAFTING and found.base is not None and context.may("draft.save", resource),
        sets_aside=context.may("suggestion.keep", resource),
    )


@form(redisplay=show_suggestion)
def apply(context: RequestContext, _: Form) -> Response:
    """Apply the suggested change to the draft and redirect to its page."""
    path_ids = {"document_id": context.path_param("document"), "suggestion_id": context.path_param("suggestion")}
    found = suggestions.apply_suggestion(context.tx, context.user, **path_ids)
    return redirect(f"/documents/{found.document}/suggestions/{found.id}")


@form(redisplay=show_suggestion)
def dismiss(context: RequestContext, _: Form) -> Response:
    """Dismiss the suggested change, which is kept, and redirect to the list."""
    path_ids = {"document_id": context.path_param("document"), "suggestion_id": context.path_param("suggestion")}
    found = suggestions.dismiss_suggestion(context.tx, context.user, **path_ids)
    return redirect(f"/documents/{found.document}/suggestions")


def _read_suggestion(context: RequestContext) -> Suggestion:
    path_ids = {"document_id": context.path_param("document"), "suggestion_id": context.path_param("suggestion")}
    return suggestions.get_suggestion(context.tx, context.user, **path_ids)


def _titles(document: Document) -> dict[str, str]:
    return {code: edition.title for code, edition in document.editions.items()}


def _suggestion_row(context: RequestContext, its: Suggestion | SuggestionSummary) -> SuggestionRow:
    return SuggestionRow(its, person_name(context, its.by), person_name(context, its.ended_by) if its.ended_by else "")


def _redline(context: RequestContext, document: Document, found: Suggestion) -> SuggestionRedline | None:
    """Return the redline; None if the text it was based on is unknown."""
    if found.base is None:
        return None
    numbering = numbering_of(context, document, found.lang)
    sides = (
        ComparedText(None, "", canonicalise(found.base).text, numbering),
        ComparedText(None, "", found.text, numbering),
    )
    links = comparison_links(context, *sides, lang=found.lang, path=context.request.url.path, view="changes")
    return SuggestionRedline(
        summarize_counts(links.comparison_page.comparison.counts, formatter=context.formatter), links
    )


def _is_current_epoch(context: RequestContext, document: Document, found: Suggestion) -> bool:
    return journal_store.get_head(context.tx, document.editions[found.lang].draft).epoch == found.epoch


def _conflict_page(context: RequestContext, document: Document, found: Suggestion) -> Response:
    title = save.get_edition(document, found.lang).title
    edit_form = EditForm(title, title, found.text, str(found.epoch), str(found.draft_seq))
    return render_editor(context, document, found.lang, edit_form, SaveResult())
