"""The first page: documents one may see, or the door and what is published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from service.actions.drafts.last_seen import News
from service.domain.documents.document import PUBLISHED, Document
from service.domain.documents.last_seen import Look, since
from service.domain.endorsement.round import Round
from service.domain.policy import Part, Scope, Thing, scope
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.publication import publications as publications_store
from service.web.dashboard.tasks import asks
from service.web.http.context import Visit
from service.web.http.pages import show
from service.web.notices.rows import latest
from service.web.rounds.tally import Standings, standings
from service.web.texts.last_seen import all_of, written_since
from service.web.workflow.progress import short_way

AT_ONCE = 30
NEWS = 5
COMING = 4

EVERYWHERE_PUBLISHED = Scope((Part(frozenset({PUBLISHED})),))
"""What everyone may know of; a withdrawn publication stands on its own page alone."""


@dataclass(frozen=True)
class Listed:
    """A document in the list; `asked`: the reader's organisation has not answered its open round; `since`: the version
    the reader saw last, where a newer one is new to them; `news`: what others wrote in its drafts since."""

    id: str
    titles: Mapping[str, str]
    kind: str
    state: str
    way: list[str]
    version: int | None
    closes_at: int | None
    tally: Standings | None
    round: str | None
    asked: bool
    publication: str | None
    published_at: int | None
    since: int | None
    news: Sequence[News]


@dataclass(frozen=True)
class _Known:
    """Of the documents of a page, by id: the newest version's number, the newest round, how far the reader has read."""

    numbers: Mapping[str, int]
    rounds: Mapping[str, Round]
    looks: Mapping[str, Look]
    news: Mapping[str, Sequence[News]]


def home(visit: Visit) -> Response:
    """`/`: for members what they may see, for strangers what is published; newest first, older ones by `?before`."""
    if visit.actor is None:
        listed, older = _page(visit, EVERYWHERE_PUBLISHED)
        return show(visit, "dashboard/welcome.html", published=[one for one in listed if one.publication], older=older)
    listed, older = _page(visit, scope(visit.actor, "document.read"))
    return show(
        visit,
        "dashboard/home.html",
        documents=listed,
        older=older,
        asks=asks(visit),
        coming=sorted((one for one in listed if one.closes_at), key=lambda one: one.closes_at or 0)[:COMING],
        news=latest(visit, limit=NEWS),
        opens=visit.may("document.open", Thing()),
        now=visit.tx.now,
    )


def _page(visit: Visit, which: Scope) -> tuple[list[Listed], int | None]:
    """One page of documents, and what the address of the next one says; None on the last."""
    found = documents_store.newest(visit.tx, which, before=_before(visit), limit=AT_ONCE + 1)
    older = found[AT_ONCE - 1][0] if len(found) > AT_ONCE else None
    listed = [one for _, one in found[:AT_ONCE]]
    ids = [one.id for one in listed]
    written = written_since(visit, listed)
    numbers, newest = versions_store.newest_numbers(visit.tx, ids), rounds_store.newest(visit.tx, ids)
    known = _Known(numbers, newest, all_of(visit, ids), written)
    return [_listed(visit, one, known) for one in listed], older


def _before(visit: Visit) -> int | None:
    asked = visit.query("before")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None


def _listed(visit: Visit, document: Document, known: _Known) -> Listed:
    tx, number, round_ = visit.tx, known.numbers.get(document.id), known.rounds.get(document.id)
    publication = publications_store.of_document(tx, document.id) if document.state == PUBLISHED else None
    public = publication if publication and publication.state == "public" else None
    is_open = round_ is not None and round_.state == "open"
    return Listed(
        id=document.id,
        titles={lang: edition.title for lang, edition in document.editions.items()},
        kind=document.kind,
        state=document.state,
        way=short_way(document.state),
        version=number,
        closes_at=round_.closes_at if round_ and is_open else None,
        tally=standings(tx, round_, voice=visit.voice) if round_ and is_open else None,
        round=round_.id if round_ else None,
        asked=bool(round_ and round_.accepts(now=tx.now) and _asked(visit, round_.id, round_.organisations)),
        publication=public.id if public else None,
        published_at=public.published_at if public else None,
        since=since(known.looks.get(document.id), newest=number or 0, now=tx.now),
        news=known.news.get(document.id, ()),
    )


def _asked(visit: Visit, round_id: str, roll: tuple[str, ...]) -> bool:
    mine = visit.actor.organisation if visit.actor else None
    if mine is None or mine not in roll:
        return False
    return endorsements_store.live(visit.tx, round_id=round_id, organisation=mine) is None
