"""The page of a round: its sentence, its rule, where each organisation stands, whom to remind, how it ended."""

from dataclasses import dataclass

from starlette.responses import Response

from service.actions import authorization
from service.actions.authorization import seen
from service.actions.endorsement.rounds import agreement as agreed
from service.domain.documents.document import Document
from service.domain.endorsement.round import Round
from service.domain.errors import N_
from service.domain.policy import Thing
from service.store.documents import versions as versions_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import publications as publications_store
from service.store.publication import seals as seals_store
from service.web.forms.deadline_field import rests
from service.web.http.context import Visit
from service.web.http.idempotency import new_key
from service.web.http.pages import show
from service.web.rounds.reminder_link import Share, share
from service.web.rounds.tally import headline, standings
from service.web.texts.last_seen import new_since
from service.web.texts.selection import person_name
from service.web.workflow.progress import Standing, way


@dataclass(frozen=True)
class Ending:
    """Who asked already to end the round early, by name; `needed` persons end it; `mine`: the reader was one."""

    close: list[str]
    cancel: list[str]
    needed: int
    mine: frozenset[str]


def round_(visit: Visit) -> Response:
    """`/rounds/{round}`."""
    document, found = authorization.round_(visit.tx, visit.reader, "round.read", visit.path("round"))
    stands = standings(visit.tx, found, voice=visit.voice)
    newest = next(reversed(rounds_store.of_document(visit.tx, document.id)), None)
    standing = Standing(
        version=versions_store.latest(visit.tx, document.id),
        round=newest,
        seal=seals_store.of_document(visit.tx, document.id),
        publication=publications_store.of_document(visit.tx, document.id),
    )
    version = authorization.seen(versions_store.get(visit.tx, found.version))
    return show(
        visit,
        "rounds/round.html",
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        way=way(document, standing, voice=visit.voice),
        round=found,
        version=version,
        since=new_since(visit, document, newest=version.number),
        stands=stands,
        said=headline(stands, found, voice=visit.voice),
        mine=visit.reader.organisation,
        own=next((one for one in stands.answers if one.organisation == visit.reader.organisation), None),
        answers=_answers(visit, document),
        ending=_ending(visit, document, found),
        reminder=_reminder(visit, found),
        key=new_key(),
        accepts=found.accepts(now=visit.tx.now),
        rests=rests(visit, found.closes_at),
        now=visit.tx.now,
    )


def _answers(visit: Visit, document: Document) -> bool:
    """Whether the reader may answer for their organisation: the act itself asks again."""
    thing = Thing(document.id, document.state, document.shown, organisation=visit.reader.organisation)
    return visit.may("endorsement.cast", thing)


def _ending(visit: Visit, document: Document, found: Round) -> Ending | None:
    """For those who may end the round early, while it is open."""
    thing = Thing(document.id, document.state, document.shown)
    if not found.accepts(now=visit.tx.now) or not visit.may("round.close", thing):
        return None
    agreement = agreed(visit.tx, document, found)
    mine = {name for name in ("close", "cancel") if visit.reader.person in getattr(agreement, name)}
    named = [[person_name(visit, id) for id in ids] for ids in (agreement.close, agreement.cancel)]
    return Ending(named[0], named[1], agreement.needed, frozenset(mine))


def _reminder(visit: Visit, found: Round) -> Share:
    """A text without the title: it goes through the hands of other programs."""
    origin = seen(visit.coalition).origin.rstrip("/")
    link = f"{origin}/rounds/{found.id}/sign"
    text = visit.voice.words.t(
        N_("Your organisation is asked for its answer, until {date}. Here is the page:"),
        date=visit.voice.date(found.closes_at, weekday=True),
    )
    return share(text, link)
