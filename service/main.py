"""uvicorn's door: settings → database, files, bell → one app."""

import logging

from starlette.types import ASGIApp

from service.broker import Bell
from service.config import Settings, secret
from service.files import open_files
from service.store.db import connect
from service.web.app import create_app
from service.web.state import House


def app() -> ASGIApp:
    """The application of this process, from its environment."""
    settings = Settings.read()
    logging.basicConfig(level=settings.log.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    house = House(
        settings=settings,
        database=connect(settings.database),
        files=open_files(settings.files),
        bell=Bell(settings.redis_url),
        secret=secret(settings),
    )
    return create_app(house)
