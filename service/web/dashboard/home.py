"""Home page: the dashboard of a signed-in user; published documents for anonymous users."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from service.actions.drafts.last_seen import UnseenChanges
from service.domain.documents.document import ENDORSEMENT, PUBLISHED, Document
from service.domain.documents.last_seen import VersionSeen, compare_from
from service.domain.endorsement.round import Round
from service.domain.policy import DocumentFilter, FilterClause, Resource
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import publications as publications_store
from service.web.dashboard.cursor import before_cursor
from service.web.dashboard.setup_card import load_setup_card
from service.web.dashboard.task import document_titles
from service.web.dashboard.tasks import list_tasks, list_visible
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.http.cookies import TOUR_COOKIE
from service.web.http.instance_origin import cookie_name
from service.web.http.pages import render_page
from service.web.notices.rows import latest_notices
from service.web.rounds.tally import RoundTally, round_tally
from service.web.shell.progress import short_progress
from service.web.texts.last_seen import last_seen_by_document, list_unseen_changes

PAGE_SIZE = 30
"""Published documents per page."""

MAX_RECENT = 5
"""Documents that a signed-in user sees here; `/documents` has all."""

MAX_NOTICES = 5
MAX_DEADLINES = 4

PUBLISHED_FILTER = DocumentFilter((FilterClause(frozenset({PUBLISHED})),))
"""Documents that anonymous users may see; a withdrawn publication is shown on its own page only."""


@dataclass(frozen=True)
class DocumentRow:
    """A document in the list.

    `last_seen_version`: the version to compare the newest with, None if nothing or everything is new to the user.
    `unseen_changes`: what others wrote in its drafts since the user last saw them. Times are in µs UTC.
    """

    id: str
    titles: Mapping[str, str]
    kind: str
    state: str
    progress: list[str]
    version: int | None
    closes_at: int | None
    tally: RoundTally | None
    round: str | None
    publication: str | None
    published_at: int | None
    last_seen_version: int | None
    unseen_changes: Sequence[UnseenChanges]


@dataclass(frozen=True)
class RoundDeadline:
    """The end (µs UTC) of an open round, with the titles of its document."""

    round: str
    closes_at: int
    titles: Mapping[str, str]


@dataclass(frozen=True)
class _RowContext:
    """Data of the documents of a page by document id.

    The number of the newest version, the newest round, the user's read marker, and unseen changes of the drafts.
    """

    numbers: Mapping[str, int]
    rounds: Mapping[str, Round]
    last_seen: Mapping[str, VersionSeen]
    unseen_changes: Mapping[str, Sequence[UnseenChanges]]


@page
def show_home(context: RequestContext) -> Response:
    """`/`: what waits for the user and the newest documents; published documents for anonymous users.

    The query parameter `before` is the cursor of an older page of published documents.
    """
    if context.actor is None:
        return _show_welcome(context)
    found = list_visible(context)
    return render_page(
        context,
        "dashboard/home.html",
        documents=_document_rows(context, found[:MAX_RECENT]),
        asks=list_tasks(context, found),
        coming=_deadlines(context, found),
        news=latest_notices(context, limit=MAX_NOTICES),
        offers_tour=not context.request.cookies.get(cookie_name(context.request, TOUR_COOKIE)),
        opens=context.may("document.open", Resource()),
        now=context.tx.now,
        setup=load_setup_card(context),
    )


def _show_welcome(context: RequestContext) -> Response:
    before = before_cursor(context)
    found = documents_store.list_newest(context.tx, PUBLISHED_FILTER, before=before, limit=PAGE_SIZE + 1)
    older = found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None
    listed = _document_rows(context, [one for _, one in found[:PAGE_SIZE]])
    return render_page(
        context, "dashboard/welcome.html", published=[one for one in listed if one.publication], older=older
    )


def _deadlines(context: RequestContext, found: Sequence[Document]) -> list[RoundDeadline]:
    """Return the deadlines of open rounds, the next one first."""
    asked = {one.id: document_titles(one) for one in found if one.state == ENDORSEMENT}
    rounds = rounds_store.list_newest(context.tx, asked) if asked else {}
    coming = [RoundDeadline(one.id, one.closes_at, asked[id]) for id, one in rounds.items() if one.state == "open"]
    return sorted(coming, key=lambda one: one.closes_at)[:MAX_DEADLINES]


def _document_rows(context: RequestContext, listed: Sequence[Document]) -> list[DocumentRow]:
    ids = [one.id for one in listed]
    unseen_changes = list_unseen_changes(context, listed)
    numbers, newest = versions_store.list_newest_numbers(context.tx, ids), rounds_store.list_newest(context.tx, ids)
    row_context = _RowContext(numbers, newest, last_seen_by_document(context, ids), unseen_changes)
    return [_document_row(context, one, row_context) for one in listed]


def _document_row(context: RequestContext, document: Document, row_context: _RowContext) -> DocumentRow:
    tx, number, round_ = context.tx, row_context.numbers.get(document.id), row_context.rounds.get(document.id)
    publication = publications_store.get_by_document(tx, document.id) if document.state == PUBLISHED else None
    public = publication if publication and publication.state == "public" else None
    is_open = round_ is not None and round_.state == "open"
    return DocumentRow(
        id=document.id,
        titles={lang: edition.title for lang, edition in document.editions.items()},
        kind=document.kind,
        state=document.state,
        progress=short_progress(document.state),
        version=number,
        closes_at=round_.closes_at if round_ and is_open else None,
        tally=_open_tally(context, round_),
        round=round_.id if round_ else None,
        publication=public.id if public else None,
        published_at=public.published_at if public else None,
        last_seen_version=compare_from(row_context.last_seen.get(document.id), newest=number or 0, now=tx.now),
        unseen_changes=row_context.unseen_changes.get(document.id, ()),
    )


def _open_tally(context: RequestContext, round_: Round | None) -> RoundTally | None:
    if round_ is None or round_.state != "open" or context.actor is None:
        return None
    return round_tally(context.tx, round_, reader=context.actor, formatter=context.formatter)
