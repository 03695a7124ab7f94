"""uvicorn's door: settings → database, files, bell → one app out of web's and live's routes."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from starlette.applications import Starlette
from starlette.types import ASGIApp

from service.config import Settings, load_secret
from service.files import open_file_store
from service.job_dispatch import JobDispatcher
from service.live import endpoint
from service.live.room_registry import RoomRegistry
from service.pubsub import PubSub
from service.store.db import connect
from service.web.app import create_app
from service.web.http import auth
from service.web.http.app_state import AppState


def app() -> ASGIApp:
    """The application of this process, from its environment."""
    settings = Settings.load()
    logging.basicConfig(level=settings.log.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    relay = PubSub(settings.redis_url)
    state = AppState(
        settings=settings,
        database=connect(settings.resolved_database_url, notifier=relay),
        files=open_file_store(settings.resolved_files_url),
        dispatcher=JobDispatcher(settings.redis_url),
        secret=load_secret(settings),
    )
    application = build_app(state, relay)
    gc.collect()
    gc.freeze()  # what is here now stays; to look through it again and again would hold up whoever types, for 40 ms
    return application


def build_app(state: AppState, relay: PubSub) -> ASGIApp:
    """Pages, API and live writing over an open house, whose database tells `relay` of its commits."""
    rooms = RoomRegistry(state.database, relay)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        running = asyncio.create_task(rooms.run())
        yield
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    live_routes = endpoint.routes(rooms, read_credentials=auth.websocket_credentials, secret=state.secret)
    return create_app(replace(state, has_live_editing=True), extra_routes=live_routes, lifespan=lifespan)
