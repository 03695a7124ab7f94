"""What changed in a draft since a reader was there, and who changed it."""

from starlette.responses import Response

from service.actions import access, changing
from service.store import journal as journal_store
from service.store import versions as versions_store
from service.web.comparison_navigation import Ways
from service.web.editions import chosen, numbers
from service.web.fields import optional_number
from service.web.looks import seen
from service.web.named_changes import changes
from service.web.page import show
from service.web.redlines import told
from service.web.since import begun_anew, chosen_since, clock_of, ways_back, written_at
from service.web.visit import Visit


def changed(visit: Visit) -> Response:
    """`/documents/{document}/changes?lang&since&time&view&page&at`: since a place of the draft's history up to now."""
    found = access.document(visit.tx, visit.reader, "draft.read", visit.path("document"))
    lang = chosen(visit, sorted(found.editions), authentic=found.authentic)
    head = journal_store.head(visit.tx, found.editions[lang].draft)
    offered = ways_back(visit, found, lang, head)
    since = chosen_since(visit, found, lang, head, offered)
    its = changing.way(visit.tx, visit.reader, document_id=found.id, lang=lang, since=since.seq)
    page, at = optional_number(visit.query("page")) or 1, optional_number(visit.query("at"))
    shown = changes(visit, its, lang=lang, by=numbers(visit, found, lang), view=visit.query("view"), page=page, at=at)
    query = {"lang": lang, "since": str(since.seq)}
    seen(visit, found, lang, epoch=head.epoch, seq=head.seq)
    return show(
        visit,
        "changes.html",
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
