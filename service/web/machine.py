"""What machines ask: are you alive, can you work, what do you offer."""

from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from service.store import migrate
from service.web.api.openapi import describe
from service.web.state import House


async def health(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """The database is there and has this release's schema."""
    house = cast(House, request.app.state.house)
    has, newest = await run_in_threadpool(migrate.state, house.database)
    status = "ok" if has == newest else "not migrated"
    return JSONResponse({"status": status}, 200 if has == newest else 503)


async def openapi(request: Request) -> Response:
    """The description of the API."""
    return Response(describe(), media_type="application/vnd.oai.openapi+json;version=3.1")
