"""What changed in a draft since a reader was there, and who changed it."""

from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import changes as changes_actions
from service.store.documents import versions as versions_store
from service.store.drafts import journal as journal_store
from service.web.comparisons.navigation import Ways
from service.web.drafts.attributed_changes import changes
from service.web.forms.fields import optional_number
from service.web.http.context import Visit
from service.web.http.pages import show
from service.web.texts.last_seen import seen
from service.web.texts.redline_fragment import told
from service.web.texts.selection import chosen, numbers
from service.web.texts.since_selector import begun_anew, chosen_since, clock_of, ways_back, written_at


def changed(visit: Visit) -> Response:
    """`/documents/{document}/changes?lang&since&time&view&page&at`: since a place of the draft's history up to now."""
    found = authorization.document(visit.tx, visit.reader, "draft.read", visit.path("document"))
    lang = chosen(visit, sorted(found.editions), authentic=found.authentic)
    head = journal_store.head(visit.tx, found.editions[lang].draft)
    offered = ways_back(visit, found, lang, head)
    since = chosen_since(visit, found, lang, head, offered)
    its = changes_actions.way(visit.tx, visit.reader, document_id=found.id, lang=lang, since=since.seq)
    page, at = optional_number(visit.query("page")) or 1, optional_number(visit.query("at"))
    shown = changes(visit, its, lang=lang, by=numbers(visit, found, lang), view=visit.query("view"), page=page, at=at)
    query = {"lang": lang, "since": str(since.seq)}
    seen(visit, found, lang, epoch=head.epoch, seq=head.seq)
    return show(
        visit,
        "drafts/changes.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        lang=lang,
        since=since,
        offered=offered,
        clock=clock_of(visit),
        its=its,
        anew=begun_anew(visit, found.editions[lang].draft, head),
        kept_from=written_at(visit, its.draft, its.epoch, its.earliest + 1) if its.forgotten else None,
        changes=shown,
        sheet=shown.sheet,
        ways=Ways(shown.sheet, visit.request.url.path, query, lang, visit.voice),
        said=told(shown.sheet.comparison.counts, voice=visit.voice),
        cut=versions_store.newest_numbers(visit.tx, [found.id]).get(found.id),
    )
