"""All URLs on one screen."""

from starlette.routing import BaseRoute, Mount, Route

from service.web import (
    document_pages,
    home,
    machine,
    mail_pages,
    publication_pages,
    round_pages,
    sign_in,
    version_pages,
)
from service.web.api.operations import OPERATIONS
from service.web.endpoint import endpoint
from service.web.static_files import Kept
from service.web.visit import acting, reading

# fmt: off
PAGES: tuple[Route, ...] = (
    Route("/",                                        reading(home.home)),
    Route("/sign-in",                                 reading(sign_in.ask),           methods=["GET"]),
    Route("/sign-in",                                 acting(sign_in.enter),          methods=["POST"]),
    Route("/sign-out",                                acting(sign_in.leave),          methods=["POST"]),
    Route("/language",                                acting(sign_in.choose),         methods=["POST"]),
    Route("/documents/{document}",                    reading(document_pages.document)),
    Route("/documents/{document}/versions/{number}",  reading(version_pages.version)),
    Route("/documents/{document}/comparison",         reading(version_pages.comparison)),
    Route("/documents/{document}/exports/{export}",   reading(document_pages.file)),
    Route("/documents/{document}/publication",        acting(document_pages.publish), methods=["POST"]),
    Route("/rounds/{round}",                          reading(round_pages.round_)),
    Route("/mails",                                   reading(mail_pages.mails)),
    Route("/p/{publication}",                         reading(publication_pages.publication)),
)

MACHINE: tuple[Route, ...] = (
    Route("/health",                                  machine.health),
    Route("/ready",                                   machine.ready),
    Route("/api/v1/openapi.json",                     machine.openapi),
)
# fmt: on


def routes(static: str) -> list[BaseRoute]:
    """Every route; `static` is the directory of styles, scripts, fonts."""
    api = [Route(one.path, endpoint(one), methods=[one.method], name=one.name) for one in OPERATIONS]
    return [*MACHINE, *api, *PAGES, Mount("/static", Kept(directory=static), name="static")]
