"""ASGI entry point: settings → database, file store, job dispatcher → one app with the routes of web and live."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from starlette.applications import Starlette
from starlette.types import ASGIApp

from service.config import Settings
from service.domain.quotas import DOCUMENTS, INVITATIONS, ORGANISATIONS, UPLOADS
from service.files import open_file_store
from service.freed_memory import limit_kept_memory
from service.job_dispatch import JobDispatcher
from service.live import endpoint
from service.live.room_registry import RoomRegistry
from service.logs.back_off import Outage
from service.logs.setup import configure
from service.pubsub import PubSub
from service.secret_key import load_secret
from service.store.db import connect
from service.web.app import create_app
from service.web.http import auth
from service.web.http.app_state import AppState

log = logging.getLogger(__name__)


def app() -> ASGIApp:
    """Create the application of this process from its environment (the uvicorn factory)."""
    limit_kept_memory()
    settings = Settings.load()
    configure(level=settings.log, format_=settings.log_format, part="web")
    pubsub = PubSub(settings.redis_url.get_secret_value())
    state = AppState(
        settings=settings,
        database=replace(
            connect(settings.resolved_database_url, notifier=pubsub, outage=Outage(log, "The database")),
            hourly_limits=hourly_limits(settings),
        ),
        files=open_file_store(settings.resolved_files_url),
        dispatcher=JobDispatcher(settings.redis_url.get_secret_value()),
        secret=load_secret(settings),
    )
    application = build_app(state, pubsub)
    gc.collect()
    gc.freeze()  # these objects live as long as the process; scanning them again would block typing for 40 ms
    return application


def hourly_limits(settings: Settings) -> dict[str, int]:
    """Return the limits an hour of the settings, by quota."""
    return {
        INVITATIONS: settings.invitations_per_hour,
        DOCUMENTS: settings.documents_per_hour,
        ORGANISATIONS: settings.organisations_per_hour,
        UPLOADS: settings.uploads_per_hour,
    }


def build_app(state: AppState, pubsub: PubSub) -> ASGIApp:
    """Combine pages, API and live editing into one app. The database of `state` notifies `pubsub` of its commits."""
    rooms = RoomRegistry(state.database, pubsub)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        running = asyncio.create_task(rooms.run())
        try:
            yield
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    live_routes = endpoint.routes(rooms, read_credentials=auth.websocket_credentials, secret=state.secret)
    return create_app(replace(state, has_live_editing=True), extra_routes=live_routes, lifespan=lifespan)
