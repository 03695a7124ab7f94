"""Unsaved changes: list, detail page, and the forms to apply or dismiss them."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import save, unsaved_changes
from service.domain.documents.document import DRAFTING, Document
from service.domain.documents.unsaved_change import (
    KEPT,
    REASONS,
    SET_ASIDE,
    SUGGESTED,
    TAKEN,
    UnsavedChange,
    UnsavedChangeSummary,
)
from service.domain.errors import N_
from service.domain.policy import Resource
from service.domain.text.markup.canonical import canonicalise
from service.store.drafts import journal as journal_store
from service.web.comparisons.navigation import ComparedText, ComparisonLinks, comparison_links
from service.web.drafts.edit_form import EditForm, SaveResult, render_editor
from service.web.drafts.permissions import may_suggest
from service.web.forms.handlers import form, page
from service.web.forms.suggestions import ReasonForm
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
    SUGGESTED: N_("Sent as a suggestion"),
}


@dataclass(frozen=True)
class UnsavedChangeRow:
    """An unsaved change with the names of its author and of the person who decided on it."""

    unsaved_change: UnsavedChange | UnsavedChangeSummary
    writer: str
    ended_by: str


@dataclass(frozen=True)
class UnsavedChangeRedline:
    """Redline of an unsaved change against the text it was based on."""

    summary: Markup
    links: ComparisonLinks


@page
def list_unsaved_changes(context: RequestContext) -> Response:
    """Serve `/documents/{document}/unsaved-changes?cursor&limit`: waiting ones, then decided ones, newest first."""
    after, limit = page_window(context.request.query_params)
    found = unsaved_changes.list_unsaved_changes(
        context.tx, context.user, document_id=context.path_param("document"), after=after, limit=limit + 1
    )
    page_items = found[:limit]
    document = authorization.load_document(
        context.tx, context.user, "unsaved_change.read", context.path_param("document")
    )
    unsaved_change_rows = [_unsaved_change_row(context, one) for one in page_items]
    return render_document_page(
        context,
        document,
        "drafts/unsaved_changes.html",
        tab="changes",
        lines=unsaved_change_rows,
        further=next_cursor([one.sort_key for one in page_items], limit) if len(found) > limit else None,
        states=STATE_LABELS,
        reasons=REASONS,
    )


@page
def show_unsaved_change(context: RequestContext) -> Response:
    """Serve `/documents/{document}/unsaved-changes/{change}`: an unsaved change as a comparison.

    If applying it caused a conflict, serve the choice between both texts, as on the edit page.
    """
    found = _read_unsaved_change(context)
    document = authorization.load_document(context.tx, context.user, "unsaved_change.read", found.document)
    error = rejected_error(context)
    if error and error.code == CONFLICT and _is_current_epoch(context, document, found):
        return _conflict_page(context, document, found)
    resource = Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)
    return render_document_page(
        context,
        document,
        "drafts/unsaved_change.html",
        tab="changes",
        line=_unsaved_change_row(context, found),
        states=STATE_LABELS,
        reasons=REASONS,
        lang=found.lang,
        redline=_redline(context, document, found),
        puts_in=document.state == DRAFTING and found.base is not None and context.may("draft.save", resource),
        sets_aside=context.may("unsaved_change.keep", resource),
        suggests=found.base is not None and may_suggest(context, document),
    )


@form(redisplay=show_unsaved_change)
def apply(context: RequestContext, _: Form) -> Response:
    """Apply the unsaved change to the draft and redirect to its page."""
    path_ids = {"document_id": context.path_param("document"), "change_id": context.path_param("change")}
    found = unsaved_changes.apply_unsaved_change(context.tx, context.user, **path_ids)
    context.tell("suggestion_taken")
    return redirect(f"/documents/{found.document}/unsaved-changes/{found.id}")


@form(redisplay=show_unsaved_change)
def dismiss(context: RequestContext, _: Form) -> Response:
    """Dismiss the unsaved change, which is kept, and redirect to the list."""
    path_ids = {"document_id": context.path_param("document"), "change_id": context.path_param("change")}
    found = unsaved_changes.dismiss_unsaved_change(context.tx, context.user, **path_ids)
    context.tell("suggestion_dismissed")
    return redirect(f"/documents/{found.document}/unsaved-changes")


@form(redisplay=show_unsaved_change)
def suggest(context: RequestContext, form: Form) -> Response:
    """Make the unsaved change a suggestion and redirect to it."""
    path_ids = {"document_id": context.path_param("document"), "change_id": context.path_param("change")}
    reason = ReasonForm.parse(form).reason
    found = unsaved_changes.suggest_unsaved_change(context.tx, context.user, **path_ids, reason=reason)
    context.tell("suggestion_sent")
    return redirect(f"/documents/{found.document}/suggestions/{found.id}")


def _read_unsaved_change(context: RequestContext) -> UnsavedChange:
    path_ids = {"document_id": context.path_param("document"), "change_id": context.path_param("change")}
    return unsaved_changes.get_unsaved_change(context.tx, context.user, **path_ids)


def _unsaved_change_row(context: RequestContext, its: UnsavedChange | UnsavedChangeSummary) -> UnsavedChangeRow:
    return UnsavedChangeRow(
        its, person_name(context, its.by), person_name(context, its.ended_by) if its.ended_by else ""
    )


def _redline(context: RequestContext, document: Document, found: UnsavedChange) -> UnsavedChangeRedline | None:
    """Return the redline; None if the text it was based on is unknown."""
    if found.base is None:
        return None
    numbering = numbering_of(context, document, found.lang)
    sides = (
        ComparedText(None, "", canonicalise(found.base).text, numbering),
        ComparedText(None, "", found.text, numbering),
    )
    links = comparison_links(context, *sides, lang=found.lang, path=context.request.url.path, view="changes")
    return UnsavedChangeRedline(
        summarize_counts(links.comparison_page.comparison.counts, formatter=context.formatter), links
    )


def _is_current_epoch(context: RequestContext, document: Document, found: UnsavedChange) -> bool:
    return journal_store.get_head(context.tx, document.editions[found.lang].draft).epoch == found.epoch


def _conflict_page(context: RequestContext, document: Document, found: UnsavedChange) -> Response:
    title = save.get_edition(document, found.lang).title
    edit_form = EditForm(title, title, found.text, str(found.epoch), str(found.draft_seq))
    return render_editor(context, document, found.lang, edit_form, SaveResult())
