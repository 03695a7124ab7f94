"""Suggested changes: what somebody wrote that a text did not take, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import save, suggestions
from service.domain.documents.document import DRAFTING, Document
from service.domain.documents.suggestion import KEPT, REASONS, SET_ASIDE, TAKEN, Suggestion, Summary
from service.domain.errors import N_
from service.domain.policy import Thing
from service.domain.text.markup.canonical import canonical
from service.store.drafts import journal as journal_store
from service.web.comparisons.navigation import Side, Ways, ways_of
from service.web.drafts.edit_form import Desk, Told, page
from service.web.forms.redisplay import refused
from service.web.http.context import Form, Visit, onward
from service.web.http.pages import show
from service.web.http.pagination import cursor, window
from service.web.texts.redline_fragment import told
from service.web.texts.selection import numbers, person_name

CONFLICT = "draft_conflict"

STATES: Mapping[str, str] = {
    KEPT: N_("To be decided"),
    TAKEN: N_("Put into the text"),
    SET_ASIDE: N_("Set aside"),
}


@dataclass(frozen=True)
class Line:
    """A suggested change with the names of those who had to do with it."""

    its: Suggestion | Summary
    writer: str
    ended_by: str


@dataclass(frozen=True)
class Redline:
    """What it would change in the text it was written from."""

    said: Markup
    ways: Ways


def every(visit: Visit) -> Response:
    """`/documents/{document}/suggestions?cursor&limit`: what waits first, then what was decided, the newest first."""
    after, limit = window(visit.request.query_params)
    found = suggestions.every(visit.tx, visit.reader, document_id=visit.path("document"), after=after, limit=limit + 1)
    shown = found[:limit]
    document = authorization.document(visit.tx, visit.reader, "suggestion.read", visit.path("document"))
    lines = [_line(visit, one) for one in shown]
    return show(
        visit,
        "drafts/suggestions.html",
        document=document,
        titles=_titles(document),
        lines=lines,
        further=cursor([one.place for one in shown], limit) if len(found) > limit else None,
        states=STATES,
        reasons=REASONS,
    )


def suggestion(visit: Visit) -> Response:
    """`/documents/{document}/suggestions/{suggestion}`: one, as a comparison; where putting it in met what others
    wrote, the choice between them, as on the page of writing."""
    found = _found(visit)
    document = authorization.document(visit.tx, visit.reader, "suggestion.read", found.document)
    error = refused(visit)
    if error and error.code == CONFLICT and _is_of_this_draft(visit, document, found):
        return _in_conflict(visit, document, found)
    thing = Thing(document=document.id, state=document.state, shown=document.shown)
    return show(
        visit,
        "drafts/suggestion.html",
        document=document,
        titles=_titles(document),
        line=_line(visit, found),
        states=STATES,
        reasons=REASONS,
        lang=found.lang,
        redline=_redline(visit, document, found),
        puts_in=document.state == DRAFTING and found.base is not None and visit.may("draft.save", thing),
        sets_aside=visit.may("suggestion.keep", thing),
    )


def take(visit: Visit, _: Form) -> Response:
    """Put it in, and go on to the text."""
    place = {"document_id": visit.path("document"), "suggestion_id": visit.path("suggestion")}
    found = suggestions.take(visit.tx, visit.reader, **place)
    return onward(f"/documents/{found.document}/suggestions/{found.id}")


def set_aside(visit: Visit, _: Form) -> Response:
    """Leave it out; it stays on its page."""
    place = {"document_id": visit.path("document"), "suggestion_id": visit.path("suggestion")}
    found = suggestions.set_aside(visit.tx, visit.reader, **place)
    return onward(f"/documents/{found.document}/suggestions")


def _found(visit: Visit) -> Suggestion:
    place = {"document_id": visit.path("document"), "suggestion_id": visit.path("suggestion")}
    return suggestions.look(visit.tx, visit.reader, **place)


def _titles(document: Document) -> dict[str, str]:
    return {code: edition.title for code, edition in document.editions.items()}


def _line(visit: Visit, its: Suggestion | Summary) -> Line:
    return Line(its, person_name(visit, its.by), person_name(visit, its.ended_by) if its.ended_by else "")


def _redline(visit: Visit, document: Document, found: Suggestion) -> Redline | None:
    """None where the words stand alone."""
    if found.base is None:
        return None
    by = numbers(visit, document, found.lang)
    sides = Side(None, "", canonical(found.base).text, by), Side(None, "", found.text, by)
    ways = ways_of(visit, *sides, lang=found.lang, path=visit.request.url.path, view="changes")
    return Redline(told(ways.sheet.comparison.counts, voice=visit.voice), ways)


def _is_of_this_draft(visit: Visit, document: Document, found: Suggestion) -> bool:
    return journal_store.head(visit.tx, document.editions[found.lang].draft).epoch == found.epoch


def _in_conflict(visit: Visit, document: Document, found: Suggestion) -> Response:
    title = save.edition_of(document, found.lang).title
    desk = Desk(title, title, found.text, str(found.epoch), str(found.draft_seq))
    return page(visit, document, found.lang, desk, Told())
