"""History of a draft: its text at any journal row, the changes of an edit session, and restoration."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import changes as changes_actions
from service.actions.drafts import restore as restore_actions
from service.actions.drafts.authorship import load_author
from service.actions.drafts.changes import DraftRange
from service.domain.documents.document import DRAFTING, Document
from service.domain.documents.edit_sessions import EditSession, edit_sessions
from service.domain.policy import Resource
from service.store.drafts import journal as journal_store
from service.store.drafts import journal_history as journal_history_store
from service.store.drafts.journal import Head
from service.web.comparisons.navigation import ComparisonLinks
from service.web.comparisons.view_model import COMPARISON_VIEWS
from service.web.drafts.attributed_changes import attributed_changes
from service.web.forms.drafts import RestoreDraftForm
from service.web.forms.fields import optional_int
from service.web.forms.handlers import form, page
from service.web.http.context import Form, RequestContext
from service.web.http.idempotency import new_idempotency_key, run_once
from service.web.http.pagination import is_number
from service.web.rendering.formatting import MINUTE
from service.web.shell.document_page import render_document_page
from service.web.texts.redline_fragment import summarize_counts
from service.web.texts.rendered_text import render_text
from service.web.texts.selection import chosen_language, numbering_of
from service.web.texts.since_selector import parse_local_time, unknown_row, user_zone_city, written_at

SEARCH_ROWS = 3_000
"""Journal rows on each side of a position that are searched for edit sessions."""

MAX_NEIGHBOURS = 6
"""Edit sessions offered on each side."""

RECENTLY = 5 * MINUTE
"""Microseconds within which authors count as currently writing."""

TEXT_VIEW = "text"
"""The view of the text at that row; the other views are those of a comparison."""


@dataclass(frozen=True)
class EditSessionRow:
    """An edit session with the names of its authors; `is_current`: it contains the position shown."""

    turn: EditSession
    names: Markup
    is_current: bool


@dataclass(frozen=True)
class HistoryPosition:
    """Journal row `seq` of a draft, its time `at` (µs UTC; None if unknown), and the edit sessions around it."""

    document: Document
    lang: str
    head: Head
    draft_range: DraftRange
    seq: int
    at: int | None
    edit_sessions: Sequence[EditSessionRow]

    @property
    def current_index(self) -> int | None:
        """Index of the edit session that contains the position."""
        return next((place for place, one in enumerate(self.edit_sessions) if one.is_current), None)

    @property
    def earlier(self) -> EditSessionRow | None:
        """The edit session before the current one."""
        return self.edit_sessions[self.current_index - 1] if self.current_index else None

    @property
    def later(self) -> EditSessionRow | None:
        """The edit session after the current one."""
        here = self.current_index
        return self.edit_sessions[here + 1] if here is not None and here + 1 < len(self.edit_sessions) else None

    @property
    def session_start(self) -> int:
        """The row after which the current edit session began."""
        here = self.current_index
        return self.draft_range.earliest if here is None else self.edit_sessions[here].turn.first - 1


@page
def show_history(context: RequestContext) -> Response:
    """Serve `/documents/{document}/history?lang&at&time&view&page`: the draft at row `at` or at a time."""
    position = _history_position(context)
    found, lang = position.document, position.lang
    view = context.query_param("view") if context.query_param("view") in COMPARISON_VIEWS else TEXT_VIEW
    shown = _text_values(context, position) if view == TEXT_VIEW else _change_values(context, position, view)
    return render_document_page(
        context,
        found,
        "drafts/history.html",
        tab="changes",
        lang=lang,
        place=position,
        view=view,
        clock=user_zone_city(context),
        restorable=position.seq < position.head.seq and _restorable(context, position),
        **shown,
    )


@page
def show_restore_form(context: RequestContext) -> Response:
    """Serve `/documents/{document}/history/restoration?lang&at`: the changes to be undone, and recent authors."""
    authorization.load_document(context.tx, context.user, "draft.save", context.path_param("document"))
    position = _history_position(context)
    found, lang = position.document, position.lang
    draft_range = changes_actions.load_range(
        context.tx, context.user, document_id=found.id, lang=lang, since=position.seq
    )
    shown = attributed_changes(
        context, draft_range, lang=lang, numbering=numbering_of(context, found, lang), view="changes", page=1, at=None
    )
    since = journal_history_store.get_seq_at(context.tx, draft_range.draft, position.head, at=context.tx.now - RECENTLY)
    recent_writers = journal_history_store.list_changers(
        context.tx, draft_range.draft, epoch=draft_range.epoch, after=since
    )
    path = f"/documents/{found.id}/changes"
    return render_document_page(
        context,
        found,
        "drafts/restore.html",
        tab="changes",
        lang=lang,
        place=position,
        changes=shown,
        sheet=shown.sheet,
        ways=ComparisonLinks(shown.sheet, path, {"lang": lang, "since": str(position.seq)}, lang, context.formatter),
        said=summarize_counts(shown.sheet.comparison.counts, formatter=context.formatter),
        recent_writers=[_person_name(context, one) for one in recent_writers if one != context.user.person],
        restorable=_restorable(context, position),
        key=new_idempotency_key(),
    )


@form(redisplay=show_restore_form)
def restore(context: RequestContext, form: Form) -> Response:
    """Restore the text of the draft at a journal row (POST to the same URL; once per idempotency key)."""
    document, sent = context.path_param("document"), RestoreDraftForm.parse(form)

    def action() -> str:
        restore_actions.restore_position(context.tx, context.user, document_id=document, lang=sent.lang, seq=sent.at)
        return f"/documents/{document}/texts/{sent.lang}"

    return run_once(context, form, action)


def _history_position(context: RequestContext) -> HistoryPosition:
    found = authorization.load_document(context.tx, context.user, "draft.read", context.path_param("document"))
    lang = chosen_language(context, sorted(found.editions), authentic=found.authentic)
    draft = found.editions[lang].draft
    head = journal_store.get_head(context.tx, draft)
    requested = _requested_row(context, draft, head)
    draft_range = changes_actions.load_range(
        context.tx, context.user, document_id=found.id, lang=lang, since=requested, upto=requested
    )
    rows = journal_history_store.list_updates_between(
        context.tx, draft, epoch=head.epoch, after=draft_range.upto - SEARCH_ROWS, upto=draft_range.upto + SEARCH_ROWS
    )
    sessions = list(edit_sessions(rows))
    current_index = next((nth for nth, one in enumerate(sessions) if one.first <= draft_range.upto <= one.last), 0)
    neighbours = sessions[max(0, current_index - MAX_NEIGHBOURS) : current_index + MAX_NEIGHBOURS + 1]
    edit_session_rows = [_edit_session_row(context, one, draft_range.upto) for one in neighbours]
    at = written_at(context, draft, head.epoch, draft_range.upto)
    return HistoryPosition(found, lang, head, draft_range, draft_range.upto, at, edit_session_rows)


def _requested_row(context: RequestContext, draft: str, head: Head) -> int:
    """Return the row requested by query parameter `at` or `time`, else the last.

    Raises `InvalidInput` `unknown_place`, `bad_time`.
    """
    at, time = context.query_param("at"), context.query_param("time")
    if time:
        return journal_history_store.get_seq_at(context.tx, draft, head, at=parse_local_time(context, time))
    if at and not (is_number(at) and int(at) <= head.seq):
        raise unknown_row()
    return int(at) if at else head.seq


def _edit_session_row(context: RequestContext, session: EditSession, seq: int) -> EditSessionRow:
    names = tuple(_person_name(context, person) for person, _ in session.authors)
    is_current = session.first <= seq <= session.last
    return EditSessionRow(session, context.formatter.translate("{names}", names=names), is_current)


def _person_name(context: RequestContext, person: str) -> Markup:
    author = load_author(context.tx, person)
    return context.formatter.localized_name(author.names) if author.names else Markup.escape(person)


def _text_values(context: RequestContext, position: HistoryPosition) -> dict[str, Any]:
    text = changes_actions.load_text_at(
        context.tx, position.draft_range.draft, epoch=position.draft_range.epoch, seq=position.seq
    )
    numbering = numbering_of(context, position.document, position.lang)
    return {"html": render_text(text, lang=position.lang, formatter=context.formatter, numbering=numbering)}


def _change_values(context: RequestContext, position: HistoryPosition, view: str) -> dict[str, Any]:
    """Return template values of the changes from the start of the current edit session up to the position."""
    found, lang = position.document, position.lang
    draft_range = changes_actions.load_range(
        context.tx, context.user, document_id=found.id, lang=lang, since=position.session_start, upto=position.seq
    )
    page, at = optional_int(context.query_param("page")) or 1, optional_int(context.query_param("part"))
    shown = attributed_changes(
        context, draft_range, lang=lang, numbering=numbering_of(context, found, lang), view=view, page=page, at=at
    )
    query = {"lang": lang, "at": str(position.seq)}
    links = ComparisonLinks(shown.sheet, context.request.url.path, query, lang, context.formatter, alone_param="part")
    summary = summarize_counts(shown.sheet.comparison.counts, formatter=context.formatter)
    return {"changes": shown, "sheet": shown.sheet, "ways": links, "said": summary}


def _restorable(context: RequestContext, position: HistoryPosition) -> bool:
    found = position.document
    resource = Resource(
        document=found.id, state=found.state, ever_shared=found.ever_shared, organisation=context.user.organisation
    )
    return found.state == DRAFTING and not position.head.frozen and context.may("draft.save", resource)
