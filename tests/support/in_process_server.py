"""A service that answers on a port of its own, within the process of a test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import uvicorn

from service.cli.local.processes import UVICORN
from service.main import whole
from service.pubsub import Relay
from tests.support.factories import Stage


@contextmanager
def serving(stage: Stage, *, redis_url: str = "") -> Iterator[tuple[int, Stage]]:
    """The whole service over a stage: its port, and the stage whose writes it is told of."""
    relay = Relay(redis_url)
    told = replace(stage, house=replace(stage.house, database=replace(stage.database, relay=relay)))
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = uvicorn.Server(uvicorn.Config(whole(told.house, relay), log_level="warning", **UVICORN))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield door.getsockname()[1], told
        finally:
            server.should_exit = True
            thread.join()
