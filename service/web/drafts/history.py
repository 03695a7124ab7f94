"""A draft as it stood at any moment of its history, what was changed then, and the way back to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import changes as changes_actions
from service.actions.drafts import restore as restore_actions
from service.actions.drafts.authorship import author
from service.actions.drafts.changes import Way
from service.domain.documents.document import DRAFTING, Document
from service.domain.documents.edit_sessions import Turn, turns
from service.domain.policy import Thing
from service.store.drafts import journal as journal_store
from service.store.drafts import journal_history as journal_history_store
from service.store.drafts.journal import Head
from service.web.comparisons.navigation import Ways
from service.web.comparisons.view_model import VIEWS
from service.web.drafts.attributed_changes import changes
from service.web.forms.fields import optional_number
from service.web.http.context import Form, Visit
from service.web.http.idempotency import new_key, once
from service.web.http.pages import show, text_of
from service.web.http.pagination import is_number
from service.web.rendering.formatting import MINUTE
from service.web.texts.redline_fragment import told
from service.web.texts.selection import chosen, numbers
from service.web.texts.since_selector import clock_of, moment_of, unknown_place, written_at

AROUND = 3_000
"""Rows on each side of a place in which turns are looked for."""

BESIDE = 6
"""Turns on each side that are offered."""

LATELY = 5 * MINUTE

TEXT = "text"
"""The view of the text as it read then; the others are those of a comparison."""


@dataclass(frozen=True)
class Sitting:
    """A turn of writing: `names` of those who wrote in it; `now` says that the place shown lies in it."""

    turn: Turn
    names: Markup
    now: bool


@dataclass(frozen=True)
class Place:
    """Row `seq` of a draft, `at` when it was written (None: not known), among the turns around it."""

    document: Document
    lang: str
    head: Head
    way: Way
    seq: int
    at: int | None
    sittings: Sequence[Sitting]

    @property
    def here(self) -> int | None:
        return next((place for place, one in enumerate(self.sittings) if one.now), None)

    @property
    def earlier(self) -> Sitting | None:
        return self.sittings[self.here - 1] if self.here else None

    @property
    def later(self) -> Sitting | None:
        here = self.here
        return self.sittings[here + 1] if here is not None and here + 1 < len(self.sittings) else None

    @property
    def begun(self) -> int:
        """The row after which the turn of this place began."""
        here = self.here
        return self.way.earliest if here is None else self.sittings[here].turn.first - 1


def history(visit: Visit) -> Response:
    """`/documents/{document}/history?lang&at&time&view&page`: as the draft stood at row `at`, or at a time."""
    place = _place(visit)
    found, lang = place.document, place.lang
    view = visit.query("view") if visit.query("view") in VIEWS else TEXT
    shown = _text(visit, place) if view == TEXT else _changed(visit, place, view)
    return show(
        visit,
        "drafts/history.html",
        status=200,
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        lang=lang,
        place=place,
        view=view,
        clock=clock_of(visit),
        restorable=place.seq < place.head.seq and _restorable(visit, place),
        **shown,
    )


def ask(visit: Visit) -> Response:
    """`/documents/{document}/history/restoration?lang&at`: what putting a text back would undo, and who writes now."""
    authorization.document(visit.tx, visit.reader, "draft.save", visit.path("document"))
    place = _place(visit)
    found, lang = place.document, place.lang
    way = changes_actions.way(visit.tx, visit.reader, document_id=found.id, lang=lang, since=place.seq)
    shown = changes(visit, way, lang=lang, by=numbers(visit, found, lang), view="changes", page=1, at=None)
    since = journal_history_store.place_at(visit.tx, way.draft, place.head, at=visit.tx.now - LATELY)
    lately = journal_history_store.changers(visit.tx, way.draft, epoch=way.epoch, after=since)
    address = f"/documents/{found.id}/changes"
    return show(
        visit,
        "drafts/restore.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        lang=lang,
        place=place,
        changes=shown,
        sheet=shown.sheet,
        ways=Ways(shown.sheet, address, {"lang": lang, "since": str(place.seq)}, lang, visit.voice),
        said=told(shown.sheet.comparison.counts, voice=visit.voice),
        lately=[_name(visit, one) for one in lately if one != visit.reader.person],
        restorable=_restorable(visit, place),
        key=new_key(),
    )


def restore(visit: Visit, form: Form) -> Response:
    """POST the same: the draft says what it said then."""
    document, lang, at = visit.path("document"), form.get("lang", ""), form.get("at", "")
    seq = int(at) if is_number(at) else -1

    def act() -> str:
        restore_actions.restore_place(visit.tx, visit.reader, document_id=document, lang=lang, seq=seq)
        return f"/documents/{document}/texts/{lang}"

    return once(visit, form, act)


def _place(visit: Visit) -> Place:
    found = authorization.document(visit.tx, visit.reader, "draft.read", visit.path("document"))
    lang = chosen(visit, sorted(found.editions), authentic=found.authentic)
    draft = found.editions[lang].draft
    head = journal_store.head(visit.tx, draft)
    asked = _asked(visit, draft, head)
    way = changes_actions.way(visit.tx, visit.reader, document_id=found.id, lang=lang, since=asked, upto=asked)
    rows = journal_history_store.between(
        visit.tx, draft, epoch=head.epoch, after=way.upto - AROUND, upto=way.upto + AROUND
    )
    found_turns = list(turns(rows))
    here = next((nth for nth, one in enumerate(found_turns) if one.first <= way.upto <= one.last), 0)
    beside = found_turns[max(0, here - BESIDE) : here + BESIDE + 1]
    sittings = [_sitting(visit, one, way.upto) for one in beside]
    at = written_at(visit, draft, head.epoch, way.upto)
    return Place(found, lang, head, way, way.upto, at, sittings)


def _asked(visit: Visit, draft: str, head: Head) -> int:
    """The row that the address names by `at` or by `time`; else the last. Raises Malformed `unknown_place`,
    `bad_time`."""
    at, time = visit.query("at"), visit.query("time")
    if time:
        return journal_history_store.place_at(visit.tx, draft, head, at=moment_of(visit, time))
    if at and not (is_number(at) and int(at) <= head.seq):
        raise unknown_place()
    return int(at) if at else head.seq


def _sitting(visit: Visit, turn: Turn, seq: int) -> Sitting:
    names = tuple(_name(visit, person) for person, _ in turn.hands)
    return Sitting(turn, visit.voice.say("{names}", names=names), turn.first <= seq <= turn.last)


def _name(visit: Visit, person: str) -> Markup:
    who = author(visit.tx, person)
    return visit.voice.named(who.names) if who.names else Markup.escape(person)


def _text(visit: Visit, place: Place) -> dict[str, object]:
    text = changes_actions.text_at(visit.tx, place.way.draft, epoch=place.way.epoch, seq=place.seq)
    by = numbers(visit, place.document, place.lang)
    return {"html": text_of(text, lang=place.lang, voice=visit.voice, by=by)}


def _changed(visit: Visit, place: Place, view: str) -> dict[str, object]:
    """What was changed in the turn of this place, as far as the place."""
    found, lang = place.document, place.lang
    way = changes_actions.way(
        visit.tx, visit.reader, document_id=found.id, lang=lang, since=place.begun, upto=place.seq
    )
    page, at = optional_number(visit.query("page")) or 1, optional_number(visit.query("part"))
    shown = changes(visit, way, lang=lang, by=numbers(visit, found, lang), view=view, page=page, at=at)
    query = {"lang": lang, "at": str(place.seq)}
    ways = Ways(shown.sheet, visit.request.url.path, query, lang, visit.voice, alone_by="part")
    said = told(shown.sheet.comparison.counts, voice=visit.voice)
    return {"changes": shown, "sheet": shown.sheet, "ways": ways, "said": said}


def _restorable(visit: Visit, place: Place) -> bool:
    found = place.document
    thing = Thing(document=found.id, state=found.state, shown=found.shown, organisation=visit.reader.organisation)
    return found.state == DRAFTING and not place.head.frozen and visit.may("draft.save", thing)
