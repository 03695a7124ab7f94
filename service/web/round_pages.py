"""The page of a round: its sentence, its rule, where each organisation stands, how it ended."""

from starlette.responses import Response

from service.actions import access
from service.store import publications as publication_store
from service.store import rounds, seals, versions
from service.web.page import show
from service.web.standings import headline, standings
from service.web.visit import Visit
from service.web.way import Standing, way


def round_(visit: Visit) -> Response:
    """`/rounds/{round}`."""
    document, found = access.round_(visit.tx, visit.reader, "round.read", visit.path("round"))
    stands = standings(visit.tx, found, voice=visit.voice)
    newest = next(reversed(rounds.of_document(visit.tx, document.id)), None)
    standing = Standing(
        version=versions.latest(visit.tx, document.id),
        round=newest,
        seal=seals.of_document(visit.tx, document.id),
        publication=publication_store.of_document(visit.tx, document.id),
    )
    return show(
        visit,
        "round.html",
        document=document,
        titles={code: edition.title for code, edition in document.editions.items()},
        way=way(document, standing, voice=visit.voice),
        round=found,
        version=access.seen(versions.get(visit.tx, found.version)),
        stands=stands,
        said=headline(stands, found, voice=visit.voice),
        mine=visit.reader.organisation,
        accepts=found.accepts(now=visit.tx.now),
        now=visit.tx.now,
    )
