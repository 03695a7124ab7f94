"""All URLs on one screen."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.web import machine, pages
from service.web.api.operations import OPERATIONS
from service.web.endpoint import endpoint

# fmt: off
PAGES: tuple[Route, ...] = (
    Route("/",                                        pages.home),
    Route("/sign-in",                                 pages.sign_in,         methods=["GET"]),
    Route("/sign-in",                                 pages.take_sign_in,    methods=["POST"]),
    Route("/sign-out",                                pages.take_sign_out,   methods=["POST"]),
    Route("/language",                                pages.take_language,   methods=["POST"]),
    Route("/documents/{document}",                    pages.document),
    Route("/documents/{document}/versions/{number}",  pages.version),
    Route("/documents/{document}/comparison",         pages.comparison),
    Route("/documents/{document}/exports/{export}",   pages.file),
    Route("/documents/{document}/publication",        pages.take_publication, methods=["POST"]),
    Route("/rounds/{round}",                          pages.round_),
    Route("/mails",                                   pages.mails),
    Route("/p/{publication}",                         pages.publication),
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
    return [*MACHINE, *api, *PAGES, Mount("/static", StaticFiles(directory=static), name="static")]
