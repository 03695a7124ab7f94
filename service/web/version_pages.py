"""A version by itself, and what changed between two."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from service.actions import access, drafts
from service.domain.document import Document
from service.domain.errors import N_, Malformed
from service.domain.version import Version
from service.store import people, versions
from service.web.editions import chosen, shows_draft, version_text
from service.web.looks import new_since
from service.web.page import show
from service.web.redlines import compared
from service.web.visit import Visit

DRAFT = "draft"
"""What `?new` says for the live text."""


@dataclass(frozen=True)
class Side:
    """One text of a comparison; `number` is None for the draft."""

    number: int | None
    title: str
    text: str


def version(visit: Visit) -> Response:
    """`/documents/{document}/versions/{number}`."""
    found = access.document(visit.tx, visit.reader, "version.read", visit.path("document"))
    its = access.seen(versions.numbered(visit.tx, found.id, numbered(visit.path("number"))))
    lang = chosen(visit, sorted(its.editions), authentic=its.authentic)
    hand = people.get(visit.tx, its.cut_by)
    newest = access.seen(versions.latest(visit.tx, found.id)).number
    return show(
        visit,
        "version.html",
        document=found,
        titles={code: edition.title for code, edition in its.editions.items()},
        version=its,
        shown=version_text(visit, its, lang),
        lang=lang,
        hand=visit.voice.plain(hand.names) if hand else its.cut_by,
        newest=newest,
        since=new_since(visit, found, newest=its.number, shown=its.number),
    )


def comparison(visit: Visit) -> Response:
    """`/documents/{document}/comparison?lang&old&new`: without numbers, the newest version and the one before it."""
    found = access.document(visit.tx, visit.reader, "version.read", visit.path("document"))
    cut = {one.number: one for one in versions.every(visit.tx, found.id)}
    lang = chosen(visit, sorted(found.editions), authentic=found.authentic)
    drafted = shows_draft(visit, found)
    last = max(cut, default=0)
    new = visit.query("new") or (str(last) if last > 1 or not drafted else DRAFT)
    new_side = _draft(visit, found, lang) if new == DRAFT and drafted else _cut(cut, numbered(new), lang)
    old_side = _cut(cut, numbered(visit.query("old") or str((new_side.number or last + 1) - 1)), lang)
    new_since(visit, found, newest=last, shown=new_side.number)
    change = compared(old_side.text, new_side.text, lang=lang, said_in=visit.voice.lang)
    return show(
        visit,
        "comparison.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        lang=lang,
        old=old_side,
        new=new_side,
        numbers=sorted(cut),
        drafted=drafted,
        said=change.said,
        html=change.html,
    )


def _cut(cut: Mapping[int, Version], number: int, lang: str) -> Side:
    """A version's text in `lang`; empty where the language was added later."""
    its = access.seen(cut.get(number)).editions.get(lang)
    return Side(number, its.title, its.text) if its else Side(number, "", "")


def _draft(visit: Visit, document: Document, lang: str) -> Side:
    opened = drafts.read(visit.tx, visit.reader, document_id=document.id, lang=lang)
    return Side(None, opened.title, opened.text)


def numbered(value: str) -> int:
    """A version’s number as an address gives it. Raises Malformed `bad_number`."""
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise Malformed("bad_number", N_("A version is named by its number."))
    return int(value)
