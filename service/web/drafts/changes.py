"""Changes of a draft since the user last saw it, or since another starting point, with their authors."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import changes as changes_actions
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.web.comparisons.navigation import ComparisonLinks
from service.web.drafts.attributed_changes import attributed_changes
from service.web.forms.fields import optional_int
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.shell.document_page import render_document_page
from service.web.texts.last_seen import mark_draft_seen
from service.web.texts.redline_fragment import summarize_counts
from service.web.texts.selection import chosen_language, numbering_of
from service.web.texts.since_selector import (
    chosen_starting_point,
    list_starting_points,
    user_zone_city,
    was_restarted,
    written_at,
)


@page
def show_changes(context: RequestContext) -> Response:
    """Serve `/documents/{document}/changes?lang&since&time&view&page&at`; marks the draft as seen."""
    found = authorization.load_document(context.tx, context.user, "draft.read", context.path_param("document"))
    lang = chosen_language(context, sorted(found.editions), authentic=found.authentic)
    head = journal_store.get_head(context.tx, found.editions[lang].draft)
    starting_points = list_starting_points(context, found, lang, head)
    since = chosen_starting_point(context, found, lang, head, starting_points)
    draft_range = changes_actions.load_range(context.tx, context.user, document_id=found.id, lang=lang, since=since.seq)
    page, at = optional_int(context.query_param("page")) or 1, optional_int(context.query_param("at"))
    shown = attributed_changes(
        context,
        draft_range,
        lang=lang,
        numbering=numbering_of(context, found, lang),
        view=context.query_param("view"),
        page=page,
        at=at,
    )
    query = {"lang": lang, "since": str(since.seq)}
    mark_draft_seen(context, found, lang, epoch=head.epoch, seq=head.seq)
    return render_document_page(
        context,
        found,
        "drafts/changes.html",
        tab="changes",
        lang=lang,
        since=since,
        offered=starting_points,
        clock=user_zone_city(context),
        its=draft_range,
        was_restarted=was_restarted(context, found.editions[lang].draft, head),
        kept_from=written_at(context, draft_range.draft, draft_range.epoch, draft_range.earliest + 1)
        if draft_range.is_truncated
        else None,
        changes=shown,
        sheet=shown.sheet,
        ways=ComparisonLinks(shown.sheet, context.request.url.path, query, lang, context.formatter),
        said=summarize_counts(shown.sheet.comparison.counts, formatter=context.formatter),
        cut=versions_store.list_newest_numbers(context.tx, [found.id]).get(found.id),
    )
