"""uvicorn's door: settings → database, files, bell → one app out of web's and live's routes."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from starlette.applications import Starlette
from starlette.types import ASGIApp

from service.config import Settings, secret
from service.files import open_files
from service.job_dispatch import Bell
from service.live import endpoint
from service.live.room_registry import Rooms
from service.pubsub import Relay
from service.store.db import connect
from service.web.app import create_app
from service.web.http import auth
from service.web.http.app_state import House


def app() -> ASGIApp:
    """The application of this process, from its environment."""
    settings = Settings.read()
    logging.basicConfig(level=settings.log.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    relay = Relay(settings.redis_url)
    house = House(
        settings=settings,
        database=connect(settings.database, relay=relay),
        files=open_files(settings.files),
        bell=Bell(settings.redis_url),
        secret=secret(settings),
    )
    made = whole(house, relay)
    gc.collect()
    gc.freeze()  # what is here now stays; to look through it again and again would hold up whoever types, for 40 ms
    return made


def whole(house: House, relay: Relay) -> ASGIApp:
    """Pages, API and live writing over an open house, whose database tells `relay` of its commits."""
    rooms = Rooms(house.database, relay)

    @asynccontextmanager
    async def alive(_: Starlette) -> AsyncIterator[None]:
        running = asyncio.create_task(rooms.run())
        yield
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    live = endpoint.routes(rooms, keys=auth.keys, secret=house.secret)
    return create_app(replace(house, live=True), more=live, lifespan=alive)
