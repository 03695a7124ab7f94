"""The first page: documents one may see, or the door and what is published."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from service.domain.document import PUBLISHED, Document
from service.domain.errors import N_
from service.domain.notice import LINKS, SENTENCES
from service.domain.policy import Part, Scope, scope
from service.store import documents, endorsements, publications, rounds, versions
from service.store import notices as notice_store
from service.web.page import show
from service.web.standings import Standings, standings
from service.web.visit import Visit
from service.web.voice import Voice
from service.web.way import short_way

MOST = 500
NEWS = 6


@dataclass(frozen=True)
class Listed:
    """A document in the list; `asked` says that the reader's organisation has not answered its open round."""

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


@dataclass(frozen=True)
class News:
    sentence: str
    link: str
    at: int


def home(visit: Visit) -> Response:
    """`/`: for members what they may see, for strangers what is published."""
    if visit.actor is None:
        return show(visit, "welcome.html", published=_published(visit))
    found = documents.within(visit.tx, scope(visit.actor, "document.read"), limit=MOST)
    listed = [_listed(visit, one) for _, one in reversed(found)]
    return show(visit, "home.html", documents=listed, news=_news(visit), now=visit.tx.now)


def _published(visit: Visit) -> list[Listed]:
    """What everyone may know: published documents, the newest first; withdrawn ones stand on their own page alone."""
    everywhere = Scope((Part(frozenset({PUBLISHED})),))
    listed = [_listed(visit, one) for _, one in documents.within(visit.tx, everywhere, limit=MOST)]
    shown = [one for one in listed if one.publication]
    return sorted(shown, key=lambda one: one.published_at or 0, reverse=True)


def _listed(visit: Visit, document: Document) -> Listed:
    tx = visit.tx
    version, publication = versions.latest(tx, document.id), publications.of_document(tx, document.id)
    round_ = next(reversed(rounds.of_document(tx, document.id)), None)
    public = publication if publication and publication.state == "public" else None
    is_open = round_ is not None and round_.state == "open"
    return Listed(
        id=document.id,
        titles={lang: edition.title for lang, edition in document.editions.items()},
        kind=document.kind,
        state=document.state,
        way=short_way(document.state),
        version=version.number if version else None,
        closes_at=round_.closes_at if round_ and is_open else None,
        tally=standings(tx, round_, voice=visit.voice) if round_ and is_open else None,
        round=round_.id if round_ else None,
        asked=bool(round_ and round_.accepts(now=tx.now) and _asked(visit, round_.id, round_.organisations)),
        publication=public.id if public else None,
        published_at=public.published_at if public else None,
    )


def _asked(visit: Visit, round_id: str, roll: tuple[str, ...]) -> bool:
    mine = visit.actor.organisation if visit.actor else None
    if mine is None or mine not in roll:
        return False
    return endorsements.live(visit.tx, round_id=round_id, organisation=mine) is None


def _news(visit: Visit) -> list[News]:
    """The latest notices to the reader, the newest first."""
    found = notice_store.of_person(visit.tx, visit.reader.person, limit=10_000)[-NEWS:]
    return [_told(notice, visit.voice) for _, notice in reversed(found)]


def _told(notice: notice_store.Notice, voice: Voice) -> News:
    link = LINKS.get(notice.kind.partition(".")[0], "").format_map({"document": "", **notice.params})
    return News(
        voice.words.t(SENTENCES.get(notice.kind, N_("Something has happened."))),
        "" if link.startswith("/mandates") else link,
        notice.at,
    )
