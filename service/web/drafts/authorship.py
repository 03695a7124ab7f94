"""Authorship of a text: its passages with their authors (blame view)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import authorship
from service.actions.drafts.authorship import AttributedText, PassageAuthor
from service.domain.documents.document import Document
from service.domain.errors import N_
from service.domain.text.attribution.attributed_lines import (
    AttributedLine,
    attributed_lines,
    author_shares,
    shift_spans,
)
from service.domain.text.attribution.blame import AttributedSpan
from service.domain.text.markup.tokens import is_word
from service.domain.text.redline.rendering.inline import RedlineWriter
from service.domain.text.redline.rendering.labels import labels_for
from service.domain.text.redline.rendering.reference_labels import reference_labels
from service.domain.text.structure.list_labels import BULLETS, labels_by_line, typed_label
from service.domain.text.structure.numbering import insert_marks, number_marks
from service.store.accounts import people as people_store
from service.store.documents import versions as versions_store
from service.store.membership import organisations as organisations_store
from service.web.comparisons.navigation import DRAFT_PARAM
from service.web.forms.fields import parse_version_number
from service.web.forms.handlers import page
from service.web.http.context import RequestContext
from service.web.rendering.lru_cache import LruCache
from service.web.shell.document_page import render_document_page
from service.web.texts.selection import chosen_language, is_draft_shown, numbering_of

PAGE_LENGTH = 40_000
"""Code points of text on a page."""

AUTHOR_COLOURS = 14
"""Colours of the style sheet; further authors reuse them."""


@dataclass(frozen=True)
class TextAuthor:
    """An author of the text; `number` labels their passages and `colour` counts from 1.

    `share`: per cent of the non-blank code points. `names`: the person id if unknown, empty without an author.
    `since`: versions and draft in which their words first appear.
    """

    number: int
    colour: int
    names: Markup
    organisation: Markup
    share: int
    since: Markup


@dataclass(frozen=True)
class AuthoredPiece:
    """A passage within a line; `author` is None for whitespace of a person without words in the text.

    `names_author`: the author's number is shown before it.
    """

    html: Markup
    author: TextAuthor | None
    names_author: bool


@dataclass(frozen=True)
class AuthoredLine:
    """A line of the text as passages of its authors, with its block type, level and marker."""

    shape: str
    level: int
    marker: str
    pieces: Sequence[AuthoredPiece]


_attribution_cache: LruCache[AttributedText] = LruCache(
    max_size=4_000_000, size_of=lambda its: len(its.text) + 40 * len(its.passages)
)


@page
def show_authors(context: RequestContext) -> Response:
    """Serve `/documents/{document}/authors?lang&version&page`: the authors of the draft or of a version."""
    found = authorization.load_document(context.tx, context.user, "draft.read", context.path_param("document"))
    lang = chosen_language(context, sorted(found.editions), authentic=found.authentic)
    version_numbers = [one.number for one in versions_store.list_cuts(context.tx, found.id)]
    shows_live_draft = is_draft_shown(context, found)
    asked = context.query_param("version") or DRAFT_PARAM
    number = (
        None
        if asked == DRAFT_PARAM and (shows_live_draft or not version_numbers)
        else version_numbers[-1]
        if asked == DRAFT_PARAM
        else parse_version_number(asked)
    )
    its = _attributed_text(context, found, lang, number)
    authors_by_person = _text_authors(context, its)
    pages = _split_into_pages(list(attributed_lines(its.text, its.passages)))
    page = min(max(_requested_page(context), 1), len(pages))
    return render_document_page(
        context,
        found,
        "drafts/authors.html",
        tab="changes",
        lang=lang,
        number=number,
        numbers=version_numbers,
        drafted=shows_live_draft,
        authors=list(authors_by_person.values()),
        rows=_authored_lines(its.text, lang, pages[page - 1], authors_by_person),
        page=page,
        pages=len(pages),
        href=lambda other: f"?lang={lang}&version={number or DRAFT_PARAM}&page={other}",
    )


def _attributed_text(context: RequestContext, document: Document, lang: str, number: int | None) -> AttributedText:
    """Return the attributed text with automatic numbers inserted; attributions are cached."""
    at = authorship.locate_text(context.tx, context.user, document_id=document.id, lang=lang, number=number)
    its = _attribution_cache.get_or_create(at, lambda: authorship.load_attributed_text(context.tx, at))
    resource = (
        authorization.or_not_found(versions_store.get_by_number(context.tx, document.id, number))
        if number
        else document
    )
    found = number_marks(its.text, numbering_of(context, resource, lang))
    return AttributedText(insert_marks(its.text, found), tuple(shift_spans(its.passages, found)))


def _text_authors(context: RequestContext, its: AttributedText) -> dict[str | None, TextAuthor]:
    """Return the authors by person id, those with the largest share first."""
    by_person = [AttributedSpan(one.start, one.end, one.author.person) for one in its.passages]
    counts = author_shares(its.text, by_person)
    whole = sum(count for _, count in counts)
    return {
        person: TextAuthor(
            number=place,
            colour=(place - 1) % AUTHOR_COLOURS + 1,
            names=_name(context, person),
            organisation=_organisation(context, person),
            share=round(100 * count / whole),
            since=_sources(context, {one.author.version for one in its.passages if one.author.person == person}),
        )
        for place, (person, count) in enumerate(counts, 1)
    }


def _sources(context: RequestContext, found: set[int | None]) -> Markup:
    """Join the names of the versions (None: the draft) that contributed a person's words."""
    sources = [
        context.formatter.translate(N_("version {number}"), number=number) for number in sorted(filter(None, found))
    ]
    return context.formatter.join_facts(*sources, context.formatter.translate(N_("draft")) if None in found else "")


def _name(context: RequestContext, person_id: str | None) -> Markup:
    person = people_store.get(context.tx, person_id) if person_id else None
    return context.formatter.localized_name(person.names) if person else Markup(person_id or "")


def _organisation(context: RequestContext, person_id: str | None) -> Markup:
    person = people_store.get(context.tx, person_id) if person_id else None
    its = organisations_store.get(context.tx, person.organisation) if person and person.organisation else None
    return context.formatter.localized_name(its.names) if its else Markup()


def _split_into_pages(found: Sequence[AttributedLine[PassageAuthor]]) -> list[list[AttributedLine[PassageAuthor]]]:
    split: list[list[AttributedLine[PassageAuthor]]] = [[]]
    for line in found:
        if split[-1] and line.start - split[-1][0].start > PAGE_LENGTH:
            split.append([])
        split[-1].append(line)
    return split


def _requested_page(context: RequestContext) -> int:
    asked = context.query_param("page")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def _word_writer(text: str, lang: str) -> Callable[[str], str]:
    """Return a function that renders source text as HTML as comparisons do."""
    words = labels_for(lang)
    writer = RedlineWriter(words, reference_labels(text))
    return lambda typed: writer.text_writer.write(typed, kind="equal", ids=False)


def _authored_lines(
    text: str,
    lang: str,
    shown: Sequence[AttributedLine[PassageAuthor]],
    authors_by_person: dict[str | None, TextAuthor],
) -> list[AuthoredLine]:
    typed, label = _word_writer(text, lang), _marker_writer(text, lang)
    return [
        AuthoredLine(line.shape, line.level, label(line), list(_authored_pieces(line, authors_by_person, typed)))
        for line in shown
    ]


def _marker_writer(text: str, lang: str) -> Callable[[AttributedLine[PassageAuthor]], str]:
    """Return a function that returns the printed list marker of a line, or ""."""
    digits = labels_for(lang).digits
    labels = labels_by_line(text, lang=lang, digits=digits)

    def marker(line: AttributedLine[PassageAuthor]) -> str:
        if not line.marker or line.marker in BULLETS:
            return "•" if line.marker else ""
        return labels.get(line.start) or typed_label(line.marker, lang=lang, digits=digits)

    return marker


def _authored_pieces(
    line: AttributedLine[PassageAuthor], authors_by_person: dict[str | None, TextAuthor], typed: Callable[[str], str]
) -> Iterator[AuthoredPiece]:
    """Yield the passages of a line; the author is named at its first words and wherever the author changes."""
    last: TextAuthor | None = None
    for one in line.runs:
        author = authors_by_person.get(one.author.person)
        names_author = author is not None and author != last and is_word(one.text)
        last = author if names_author else last
        yield AuthoredPiece(Markup(typed(one.text)), author, names_author)
