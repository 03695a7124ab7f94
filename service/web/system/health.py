"""Liveness, readiness and OpenAPI endpoints."""

from dataclasses import asdict
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from service import job_dispatch
from service.domain.accounts.proxy_fault import ProxiedConnection
from service.domain.errors import NotFound
from service.domain.trust.doctor_proof import HEADER, is_proof
from service.store import schema_version as schema_version_store
from service.store.db import DatabaseUnavailable, now_us
from service.web.http.app_state import AppState
from service.web.http.instance_origin import origin_of


async def health(request: Request) -> Response:
    """Liveness: respond without touching the database."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """Readiness: the database is at this release's schema, and Redis responds; else 503.

    Meant for monitoring, not for a load balancer: the service works without Redis, and would be taken out of rotation.
    """
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


async def connection(request: Request) -> Response:
    """Tell `mithaq doctor` how its request arrived: what the proxy changed of it. Raises NotFound for anybody else."""
    secret = cast(AppState, request.app.state.app_state).secret
    if not is_proof(request.headers.get(HEADER, ""), secret, now=now_us() // 1_000_000):
        raise NotFound
    found = cast(ProxiedConnection, request.state.connection)
    host = request.headers.get("host", "")
    answer = {**asdict(found), "host": host, "is_host": origin_of(request).accepts_host(host)}
    return JSONResponse(answer)


async def openapi(request: Request) -> Response:
    """Return the OpenAPI document."""
    from service.web.api import openapi as api_description  # noqa: PLC0415  # takes 10 MB of memory and is rarely requested

    return Response(api_description.describe(), media_type="application/vnd.oai.openapi+json;version=3.1")
