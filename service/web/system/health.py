"""What machines ask: are you alive, can you work, what do you offer."""

from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from service import job_dispatch
from service.store import schema_version as schema_version_store
from service.store.db import DatabaseUnavailable
from service.web.http.app_state import AppState


async def health(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """The database is there at this release, and Redis answers. For whoever watches over the house, not for a proxy:
    people can work without Redis, and would be shut out."""
    states = await run_in_threadpool(_service_states, cast(AppState, request.app.state.app_state))
    is_ready = set(states.values()) == {"ok"}
    return JSONResponse({"status": "ok" if is_ready else "not ready", **states}, 200 if is_ready else 503)


def _service_states(app_state: AppState) -> dict[str, str]:
    return {
        "database": _database_state(app_state),
        "redis": "ok" if job_dispatch.is_redis_reachable(app_state.settings.redis_url.get_secret_value()) else "away",
    }


def _database_state(app_state: AppState) -> str:
    try:
        current, newest = schema_version_store.get_schema_versions(app_state.database)
    except DatabaseUnavailable:
        return "away"
    return "ok" if current == newest else "not migrated"


async def openapi(request: Request) -> Response:
    """The description of the API. What makes it takes 10 MB, and few ask."""
    from service.web.api import openapi as api_description  # noqa: PLC0415  # takes 10 MB of memory, and few ask

    return Response(api_description.describe(), media_type="application/vnd.oai.openapi+json;version=3.1")
