"""Comments without script: in the order of the text, provision by provision, each with what was said and its forms."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from starlette.responses import Response

from service.actions import authorization
from service.actions.comments import mentions, placement
from service.actions.comments.placement import Found, Placement, Rights
from service.domain.comments import comment as comment_rules
from service.domain.comments.comment import Comment
from service.domain.errors import N_
from service.domain.membership.people import Person
from service.domain.text.markup.parser import read
from service.domain.text.structure.numbering import Scheme, numbered
from service.domain.text.structure.outline import outline
from service.store.accounts import people as people_store
from service.store.membership import organisations as organisations_store
from service.web.forms.redisplay import typed
from service.web.http.context import Visit
from service.web.http.idempotency import new_key
from service.web.http.pages import show
from service.web.texts.selection import chosen, numbers

STATES: Mapping[str, tuple[str, ...]] = {
    comment_rules.OPEN: (comment_rules.OPEN,),
    comment_rules.SETTLED: (comment_rules.SETTLED,),
    "all": (comment_rules.OPEN, comment_rules.SETTLED),
}
STATE_NAMES: Mapping[str, str] = {
    comment_rules.OPEN: N_("Open"),
    comment_rules.SETTLED: N_("Settled"),
    "all": N_("All"),
}
SCOPE_NAMES: Mapping[str, str] = {
    "": N_("All"),
    comment_rules.EVERYBODY: N_("For everybody who works on the text"),
    comment_rules.OWN: N_("For your organisation only"),
}


_SIGNS = re.compile(r"^#{1,6} +| *\{#[^}\s]*\} *$", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """A provision of the text, from its heading to the next: code points `start`–`end`; what comes before the first
    heading has no title."""

    title: str
    start: int
    end: int


@dataclass(frozen=True)
class Speaker:
    names: Mapping[str, str]
    organisation: Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """A comment; `back`: the reader may take it back."""

    comment: Comment
    by: Speaker
    asked: tuple[Speaker, ...]
    back: bool


@dataclass(frozen=True)
class Shown:
    """A thread as it is shown."""

    its: Placement
    said: tuple[Said, ...]
    may: Rights
    settled_by: Speaker | None

    @property
    def quote(self) -> str:
        """What was remarked on, headings without their signs."""
        return _SIGNS.sub("", self.its.thread.quote)


@dataclass
class _Speakers:
    visit: Visit
    known: dict[str, Speaker] = field(default_factory=dict)

    def of(self, id: str) -> Speaker:
        if id not in self.known:
            person = people_store.get(self.visit.tx, id)
            self.known[id] = self.speaker(person) if person else Speaker({"": id}, {})
        return self.known[id]

    def speaker(self, person: Person) -> Speaker:
        its = organisations_store.get(self.visit.tx, person.organisation) if person.organisation else None
        return Speaker(person.names, its.names if its else {})


def every(visit: Visit) -> Response:
    """`/documents/{document}/comments?lang&state&scope&person`."""
    document = authorization.document(visit.tx, visit.reader, "comment.read", visit.path("document"))
    langs = sorted(document.editions)
    lang = _typed_lang(visit, langs) or chosen(visit, langs, authentic=document.authentic)
    state, scope, person = _filters(visit)
    found = placement.read(visit.tx, visit.reader, document_id=document.id, lang=lang, states=STATES[state])
    parts = parts_of(found.text, numbers(visit, document, lang))
    who = _Speakers(visit)
    wanted = [one for one in found.placements if _is_wanted(one, scope, person)]
    readers = mentions.readers(visit.tx, visit.reader, document.id)
    return show(
        visit,
        "comments/comments.html",
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        lang=lang,
        found=found,
        parts_of_text=parts,
        groups=_by_part([_shown(visit, found, one, who) for one in wanted], parts),
        count=len(wanted),
        filters={"state": state, "scope": scope, "person": person},
        states=STATE_NAMES,
        scopes=SCOPE_NAMES,
        readers=[(one, who.speaker(one)) for one in readers],
        own=[one.id for one in readers if visit.reader.organisation and one.organisation == visit.reader.organisation],
        adds=placement.adds_to(visit.reader, document),
        key=new_key(),
    )


def parts_of(text: str, by: Scheme | None) -> list[Part]:
    """The provisions of a text, with the numbers that `by` gives them."""
    starts = [one.span[0] for one in outline(read(text)).provisions]
    titles = [one.title for one in outline(read(numbered(text, by))).provisions]
    edges = [0, *starts, len(text)]
    found = [Part(title, *edges[at : at + 2]) for at, title in enumerate(["", *titles])]
    return [one for one in found if one.title or text[one.start : one.end].strip()]


def _by_part(shown: Sequence[Shown], parts: Sequence[Part]) -> Iterator[tuple[str, list[Shown]]]:
    starts = [part.start for part in parts]
    placed = ((max(0, bisect_right(starts, one.its.stand.start) - 1), one) for one in shown)
    for at, its in groupby(placed, key=lambda pair: pair[0]):
        yield parts[at].title if parts else "", [one for _, one in its]


def _shown(visit: Visit, found: Found, one: Placement, who: _Speakers) -> Shown:
    thread, may = one.thread, placement.rights(visit.reader, found.document, one.thread)
    said = tuple(
        Said(
            its,
            who.of(its.person),
            tuple(who.of(person) for person in its.mentions),
            may.reply and comment_rules.takes_back(visit.reader, thread, its),
        )
        for its in thread.comments
    )
    return Shown(one, said, may, who.of(thread.settled_by) if thread.settled_by else None)


def _is_wanted(one: Placement, scope: str, person: str) -> bool:
    return scope in ("", one.thread.scope) and comment_rules.concerns(one.thread, person)


def _filters(visit: Visit) -> tuple[str, str, str]:
    """(state, scope, person) as asked; after a form that was not taken, everything is shown."""
    state, scope = visit.query("state"), visit.query("scope")
    usual = "all" if typed(visit) else comment_rules.OPEN
    return state if state in STATES else usual, scope if scope in SCOPE_NAMES else "", visit.query("person")


def _typed_lang(visit: Visit, langs: Sequence[str]) -> str:
    lang = typed(visit).get("lang", "")
    return lang if lang in langs else ""
