"""The outline of a text: its provisions, and for those who write it what they may want to mend, each at its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import save
from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.errors import N_
from service.domain.policy import Thing
from service.domain.text.markup.canonical import canonical
from service.domain.text.review.edition_report import Since, Survey, by_provision, left_behind, survey, twinless
from service.domain.text.review.outline_lint import Remark
from service.domain.text.structure.outline import Provision
from service.store.documents import versions as versions_store
from service.web.http.context import Visit
from service.web.http.pages import show
from service.web.rendering import labels
from service.web.rendering.lru_cache import Memory
from service.web.texts.redline_fragment import Text, compared
from service.web.texts.selection import chosen, numbers, shows_draft

SAID = {
    "reference_broken": N_("A reference leads nowhere: no heading is called {named}."),
    "provision_unknown": N_("It names {named}, and no heading has that number."),
    "id_twice": N_("The name {named} belongs to a heading before this one already."),
    "number_twice": N_("{named}: a heading before this one has the same number."),
    "term_before_definition": N_("{named} is used before it is defined."),
    "term_unused": N_("{named} is defined, and used nowhere."),
    "number_typed": N_("The number {named} is typed, though it would come by itself."),
    "reference_typed": N_("{named} is typed, and will not follow when the numbers change."),
    "no_twin": N_("It has no counterpart in the {text}."),
    "left_behind": N_("Its counterpart in the {text} has changed since version {number}, and this has not."),
}
"""What is said of a place, by the kind of the remark."""

_WITH_WORDS = (
    "reference_broken",
    "provision_unknown",
    "term_before_definition",
    "term_unused",
    "reference_typed",
)
"""Kinds that are about words in a line, which are shown."""

AROUND = 48
"""Code points of the line that are shown on each side of those words."""


@dataclass(frozen=True)
class Told:
    """One remark: a sentence, and the words it is about between those around them."""

    sentence: Markup
    before: str = ""
    words: str = ""
    after: str = ""


@dataclass(frozen=True)
class Row:
    """A provision with what is said of it; `level` counts from 1."""

    level: int
    title: str
    href: str
    told: Sequence[Told]


def outline(visit: Visit) -> Response:
    """`/documents/{document}/outline?lang`: of the draft, for those who are shown it, else of the newest version."""
    found = authorization.document(visit.tx, visit.reader, "document.read", visit.path("document"))
    lang = chosen(visit, sorted(found.editions), authentic=found.authentic)
    drafted, last = shows_draft(visit, found), versions_store.latest(visit.tx, found.id)
    seen = _Surveys(visit, found, last, drafted)
    its = seen.now(lang)
    thing = Thing(document=found.id, state=found.state, shown=found.shown)
    advises = drafted and its is not None and visit.may("draft.save", thing)
    rows = _rows(visit, found, seen, lang, advises=advises)
    return show(
        visit,
        "documents/outline.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        lang=lang,
        version=None if drafted else last,
        empty=its is None,
        advises=advises,
        rows=rows,
        count=sum(len(row.told) for row in rows),
        missing=_missing(found, seen, lang) if advises else {},
    )


def weight(found: Survey) -> int:
    return len(found.text) + 200 * (len(found.provisions) + len(found.remarks))


_kept: Memory[Survey] = Memory(room=8_000_000, weigh=weight)


def surveyed(text: Text) -> Survey:
    """The survey of a text, kept for the next reader."""
    return _kept.recall((sha256(text.text.encode()).digest(), text.by), lambda: survey(text.text, by=text.by))


@dataclass(frozen=True)
class _Surveys:
    """The texts of a document, looked over."""

    visit: Visit
    document: Document
    last: Version | None
    drafted: bool

    def text(self, lang: str) -> Text | None:
        if not self.drafted:
            return self.cut(lang)
        opened = save.read(self.visit.tx, self.visit.reader, document_id=self.document.id, lang=lang)
        return Text(canonical(opened.text).text, numbers(self.visit, self.document, lang))

    def cut(self, lang: str) -> Text | None:
        """The same in the newest version; None where there is none."""
        its = self.last.editions.get(lang) if self.last else None
        return Text(its.text, numbers(self.visit, self.last, lang)) if its and self.last else None

    def now(self, lang: str) -> Survey | None:
        text = self.text(lang)
        return surveyed(text) if text else None

    def since(self, lang: str) -> Since | None:
        was, now = self.cut(lang), self.text(lang)
        return Since(surveyed(was), compared(self.visit.tx, was, now).redline) if was and now else None

    def beside(self, lang: str) -> Iterator[tuple[str, Survey]]:
        """The other texts that have words."""
        for other in self.document.editions:
            there = self.now(other) if other != lang else None
            if there and there.text.strip():
                yield other, there


def _rows(visit: Visit, document: Document, seen: _Surveys, lang: str, *, advises: bool) -> list[Row]:
    its = seen.now(lang)
    if its is None:
        return []
    told = list(_told(visit, seen, its, lang)) if advises else []
    here = dict(by_provision(its, [remark for remark, _ in told]))
    sentences = {id(remark): sentence for remark, sentence in told}
    of = {place: [sentences[id(remark)] for remark in found] for place, found in here.items()}
    top = [Row(1, "", f"/documents/{document.id}?lang={lang}", of[-1])] if -1 in of else []
    least = min((provision.level for provision in its.provisions), default=1)
    return top + [
        Row(one.level - least + 1, one.title or one.label, _href(document, lang, place, one), of.get(place, []))
        for place, one in enumerate(its.provisions)
    ]


def _told(visit: Visit, seen: _Surveys, its: Survey, lang: str) -> Iterator[tuple[Remark, Told]]:
    """Every remark on a text, with what is said."""
    for remark in its.remarks:
        yield remark, _sentence(visit, remark, its, lang)
    for other, there in seen.beside(lang):
        name = visit.voice.say(labels.TEXTS[other])
        for remark in twinless(its, there)[0]:
            yield remark, Told(visit.voice.say(SAID[remark.kind], text=name))
        since = seen.since(lang), seen.since(other)
        if seen.last and since[0] and since[1]:
            for remark in left_behind(its, there, since=(since[0], since[1])):
                yield remark, Told(visit.voice.say(SAID[remark.kind], number=seen.last.number, text=name))


def _sentence(visit: Visit, remark: Remark, its: Survey, lang: str) -> Told:
    words = its.text[remark.start : remark.end]
    named = words if remark.kind == "provision_unknown" else remark.named
    said = visit.voice.say(SAID[remark.kind], named=visit.voice.foreign(named, lang=lang))
    if remark.kind not in _WITH_WORDS:
        return Told(said)
    line = its.text.rfind("\n", 0, remark.start) + 1
    end = its.text.find("\n", remark.end)
    before = its.text[max(line, remark.start - AROUND) : remark.start]
    after = its.text[remark.end : min(end if end >= 0 else len(its.text), remark.end + AROUND)]
    return Told(said, before, words, after)


def _missing(document: Document, seen: _Surveys, lang: str) -> dict[str, list[Row]]:
    """By language, provisions of the other texts that this one has no counterpart of."""
    its = seen.now(lang)
    found: dict[str, list[Row]] = {}
    for other, there in seen.beside(lang) if its and its.text.strip() else ():
        starts = {remark.start for remark in twinless(its, there)[1]} if its else set()
        lone = [(place, one) for place, one in enumerate(there.provisions) if one.span[0] in starts]
        rows = [Row(1, one.title or one.label, _href(document, other, place, one), ()) for place, one in lone]
        found |= {other: rows} if rows else {}
    return found


def _href(document: Document, lang: str, place: int, provision: Provision) -> str:
    """Where a provision stands on the page of its document."""
    mark = f"h-{provision.id}" if provision.id else f"o-{place + 1}"
    return f"/documents/{document.id}?lang={lang}#t-{mark}"
