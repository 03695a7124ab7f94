"""The way of a document: five stones, each done, now or coming."""

from dataclasses import dataclass

from markupsafe import Markup

from service.domain.documents.document import APPROVED, DRAFTING, ENDORSEMENT, PUBLISHED, REVIEW, Document
from service.domain.documents.version import Version
from service.domain.endorsement.round import Round
from service.domain.errors import N_
from service.domain.publication.publication import Publication, Seal
from service.web.rendering import labels
from service.web.rendering.formatting import Voice

ORDER = (DRAFTING, REVIEW, ENDORSEMENT, APPROVED, PUBLISHED)


@dataclass(frozen=True)
class Stone:
    """`place` is done, now or next; `note` says until when and what is asked."""

    label: str
    place: str
    note: str | Markup = ""


@dataclass(frozen=True)
class Standing:
    """How far a document has come: its newest version, round, seal, and its publication."""

    version: Version | None
    round: Round | None
    seal: Seal | None
    publication: Publication | None


def way(document: Document, standing: Standing, *, voice: Voice) -> list[Stone]:
    """The stones of `document`; a withdrawn one stands nowhere any more."""
    done = _done(document, standing)
    now = done if document.state in ORDER else len(ORDER)
    notes = _notes(document, standing, voice=voice)
    return [
        Stone(voice.say(labels.WAY[state]), _place(place, done=done, now=now), notes.get(state, ""))
        for place, state in enumerate(ORDER)
    ]


def short_way(state: str) -> list[str]:
    """The places of the five stones, for a list; empty for a withdrawn document."""
    if state not in ORDER:
        return []
    done = len(ORDER) if state == PUBLISHED else ORDER.index(state)
    return [_place(place, done=done, now=done) for place in range(len(ORDER))]


def _done(document: Document, standing: Standing) -> int:
    """How many stones lie behind."""
    if document.state == PUBLISHED or standing.publication:
        return len(ORDER)
    if document.state in ORDER:
        return ORDER.index(document.state)
    return 4 if standing.seal else 2 if standing.round else 1


def _place(place: int, *, done: int, now: int) -> str:
    return "done" if place < done else "now" if place == now else "next"


def _notes(document: Document, standing: Standing, *, voice: Voice) -> dict[str, str | Markup]:
    notes: dict[str, str | Markup] = {}
    if document.state == DRAFTING:
        notes[DRAFTING] = voice.say(N_("The text is being written"))
    if document.state == REVIEW and standing.version:
        notes[REVIEW] = voice.say(N_("Version {number} is being read"), number=standing.version.number)
    if document.state == ENDORSEMENT and standing.round:
        notes[ENDORSEMENT] = voice.say(N_("until {date}"), date=voice.date(standing.round.closes_at))
    if standing.seal:
        notes[APPROVED] = voice.say(N_("on {date}"), date=voice.date(standing.seal.sealed_at))
    if standing.publication:
        notes[PUBLISHED] = voice.say(N_("on {date}"), date=voice.date(standing.publication.published_at))
    return notes
