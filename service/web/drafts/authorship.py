"""Who wrote what: a text in the pieces of those who wrote them, each with the number of its person."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import authorship
from service.actions.drafts.authorship import Hand, Written
from service.domain.documents.document import Document
from service.domain.errors import N_
from service.domain.text.attribution.attributed_lines import Line, lines, shares, with_numbers
from service.domain.text.attribution.blame import Passage
from service.domain.text.markup.tokens import is_word
from service.domain.text.redline.inline import Writer, labels_in
from service.domain.text.redline.labels import words_for
from service.domain.text.structure.numbering import marked, marks
from service.store.accounts import people as people_store
from service.store.documents import versions as versions_store
from service.store.membership import organisations as organisations_store
from service.web.comparisons.navigation import DRAFT
from service.web.forms.fields import numbered
from service.web.http.context import Visit
from service.web.http.pages import show
from service.web.rendering.lru_cache import Memory
from service.web.texts.selection import chosen, numbers, shows_draft

ROOM = 40_000
"""Code points of text on a page."""

COLOURS = 14


@dataclass(frozen=True)
class Author:
    """A person of the text: `number` is what their pieces carry, `colour` from 1; `share` in per cent of its words. One
    without `names` is nobody we know. `since`: what brought their words."""

    number: int
    colour: int
    names: Markup
    organisation: Markup
    share: int
    since: Markup


@dataclass(frozen=True)
class Piece:
    """`author` is None of blanks whose writer wrote nothing else; `tells`: whether the author is named before it."""

    html: Markup
    author: Author | None
    tells: bool


@dataclass(frozen=True)
class Row:
    shape: str
    level: int
    marker: str
    pieces: Sequence[Piece]


_kept: Memory[Written] = Memory(room=4_000_000, weigh=lambda its: len(its.text) + 40 * len(its.passages))


def authors(visit: Visit) -> Response:
    """`/documents/{document}/authors?lang&version&page`: of the draft, or of a version."""
    found = authorization.document(visit.tx, visit.reader, "draft.read", visit.path("document"))
    lang = chosen(visit, sorted(found.editions), authentic=found.authentic)
    cut = [one.number for one in versions_store.cuts(visit.tx, found.id)]
    drafted = shows_draft(visit, found)
    asked = visit.query("version") or DRAFT
    number = None if asked == DRAFT and (drafted or not cut) else cut[-1] if asked == DRAFT else numbered(asked)
    its = _written(visit, found, lang, number)
    who = _authors(visit, its)
    pages = _pages(list(lines(its.text, its.passages)))
    page = min(max(_page(visit), 1), len(pages))
    return show(
        visit,
        "drafts/authors.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        lang=lang,
        number=number,
        numbers=cut,
        drafted=drafted,
        authors=list(who.values()),
        rows=[_row(line, who, _typed(its.text, lang)) for line in pages[page - 1]],
        page=page,
        pages=len(pages),
        href=lambda other: f"?lang={lang}&version={number or DRAFT}&page={other}",
    )


def _written(visit: Visit, document: Document, lang: str, number: int | None) -> Written:
    """The text as it reads, with its numbers."""
    at = authorship.place(visit.tx, visit.reader, document_id=document.id, lang=lang, number=number)
    its = _kept.recall(at, lambda: authorship.read(visit.tx, at))
    thing = authorization.seen(versions_store.numbered(visit.tx, document.id, number)) if number else document
    found = marks(its.text, numbers(visit, thing, lang))
    return Written(marked(its.text, found), tuple(with_numbers(its.passages, found)))


def _authors(visit: Visit, its: Written) -> dict[str | None, Author]:
    """By person, those who wrote the most first."""
    by_person = [Passage(one.start, one.end, one.by.person) for one in its.passages]
    counts = shares(its.text, by_person)
    whole = sum(count for _, count in counts)
    return {
        person: Author(
            number=place,
            colour=(place - 1) % COLOURS + 1,
            names=_name(visit, person),
            organisation=_organisation(visit, person),
            share=round(100 * count / whole),
            since=_since(visit, {one.by.version for one in its.passages if one.by.person == person}),
        )
        for place, (person, count) in enumerate(counts, 1)
    }


def _since(visit: Visit, found: set[int | None]) -> Markup:
    """The versions that brought a person's words, and the draft."""
    cut = [visit.voice.say(N_("version {number}"), number=number) for number in sorted(filter(None, found))]
    return visit.voice.beside(*cut, visit.voice.say(N_("draft")) if None in found else "")


def _name(visit: Visit, person_id: str | None) -> Markup:
    person = people_store.get(visit.tx, person_id) if person_id else None
    return visit.voice.named(person.names) if person else Markup(person_id or "")


def _organisation(visit: Visit, person_id: str | None) -> Markup:
    person = people_store.get(visit.tx, person_id) if person_id else None
    its = organisations_store.get(visit.tx, person.organisation) if person and person.organisation else None
    return visit.voice.named(its.names) if its else Markup()


def _pages(found: Sequence[Line[Hand]]) -> list[list[Line[Hand]]]:
    made: list[list[Line[Hand]]] = [[]]
    for line in found:
        if made[-1] and line.start - made[-1][0].start > ROOM:
            made.append([])
        made[-1].append(line)
    return made


def _page(visit: Visit) -> int:
    asked = visit.query("page")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def _typed(text: str, lang: str) -> Callable[[str], str]:
    """How words are shown: the marks of the dialect are set back, as in a comparison."""
    words = words_for(lang)
    writer = Writer(words, labels_in(text, words))
    return lambda typed: writer.typed(typed, ids=False)


def _row(line: Line[Hand], who: dict[str | None, Author], typed: Callable[[str], str]) -> Row:
    return Row(line.shape, line.level, line.marker, list(_pieces(line, who, typed)))


def _pieces(line: Line[Hand], who: dict[str | None, Author], typed: Callable[[str], str]) -> Iterator[Piece]:
    """Each line says whose its first words are, and where others begin."""
    last: Author | None = None
    for one in line.pieces:
        author = who.get(one.by.person)
        tells = author is not None and author != last and is_word(one.words)
        last = author if tells else last
        yield Piece(Markup(typed(one.words)), author, tells)
