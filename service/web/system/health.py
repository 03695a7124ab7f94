"""What machines ask: are you alive, can you work, what do you offer."""

import importlib
from collections.abc import Callable
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from service import job_dispatch
from service.store import schema_version as schema_version_store
from service.store.db import DatabaseAway
from service.web.http.app_state import House


async def health(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """The database is there at this release, and Redis answers. For whoever watches over the house, not for a proxy:
    people can work without Redis, and would be shut out."""
    found = await run_in_threadpool(_state, cast(House, request.app.state.house))
    well = set(found.values()) == {"ok"}
    return JSONResponse({"status": "ok" if well else "not ready", **found}, 200 if well else 503)


def _state(house: House) -> dict[str, str]:
    return {
        "database": _database(house),
        "redis": "ok" if job_dispatch.answers(house.settings.redis_url) else "away",
    }


def _database(house: House) -> str:
    try:
        has, newest = schema_version_store.state(house.database)
    except DatabaseAway:
        return "away"
    return "ok" if has == newest else "not migrated"


async def openapi(request: Request) -> Response:
    """The description of the API. What makes it takes 10 MB, and few ask."""
    describe = cast(Callable[[], bytes], importlib.import_module("service.web.api.openapi").describe)
    return Response(describe(), media_type="application/vnd.oai.openapi+json;version=3.1")
