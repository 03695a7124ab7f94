"""What changed between two texts of a document."""

from collections.abc import Mapping

from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import save
from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.store.documents import versions as versions_store
from service.web.comparisons.navigation import DRAFT, Side, side_of, ways_of
from service.web.forms.fields import numbered
from service.web.http.context import Visit
from service.web.http.pages import show
from service.web.texts.last_seen import new_since
from service.web.texts.redline_fragment import told
from service.web.texts.selection import chosen, numbers, shows_draft


def comparison(visit: Visit) -> Response:
    """`/documents/{document}/comparison?lang&old&new&view&page&at`: without numbers, the newest version and the one
    before it."""
    found = authorization.document(visit.tx, visit.reader, "version.read", visit.path("document"))
    cut = {one.number: one for one in versions_store.every(visit.tx, found.id)}
    lang = chosen(visit, sorted(found.editions), authentic=found.authentic)
    drafted = shows_draft(visit, found)
    last = max(cut, default=0)
    new = visit.query("new") or (str(last) if last > 1 or not drafted else DRAFT)
    new_side = _draft(visit, found, lang) if new == DRAFT and drafted else _cut(visit, cut, numbered(new), lang)
    old_side = _cut(visit, cut, numbered(visit.query("old") or str((new_side.number or last + 1) - 1)), lang)
    new_since(visit, found, newest=last, shown=new_side.number)
    ways = ways_of(
        visit,
        old_side,
        new_side,
        lang=lang,
        path=visit.request.url.path,
        view=visit.query("view"),
        page=_count(visit.query("page")) or 1,
        at=_count(visit.query("at")),
    )
    return show(
        visit,
        "comparisons/comparison.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        lang=lang,
        old=old_side,
        new=new_side,
        numbers=sorted(cut),
        drafted=drafted,
        ways=ways,
        sheet=ways.sheet,
        said=told(ways.sheet.comparison.counts, voice=visit.voice),
    )


def _count(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def _cut(visit: Visit, cut: Mapping[int, Version], number: int, lang: str) -> Side:
    """A version's text in `lang`; empty where the language was added later."""
    return side_of(visit, authorization.seen(cut.get(number)), lang)


def _draft(visit: Visit, document: Document, lang: str) -> Side:
    opened = save.read(visit.tx, visit.reader, document_id=document.id, lang=lang)
    return Side(None, opened.title, opened.text, numbers(visit, document, lang))
