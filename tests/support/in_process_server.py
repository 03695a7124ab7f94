"""A service that listens on a port of its own, within the process of a test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import uvicorn

from service.cli.local.processes import UVICORN_OPTIONS
from service.main import build_app
from service.pubsub import PubSub
from tests.support.factories import SampleInstance


@contextmanager
def serve_in_process(instance: SampleInstance, *, redis_url: str = "") -> Iterator[tuple[int, SampleInstance]]:
    """Serve a whole instance: yield its port, and the instance whose writes it is notified of."""
    relay = PubSub(redis_url)
    served = replace(
        instance, app_state=replace(instance.app_state, database=replace(instance.database, notifier=relay))
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(
            uvicorn.Config(build_app(served.app_state, relay), log_config=None, access_log=False, **UVICORN_OPTIONS)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1], served
        finally:
            server.should_exit = True
            thread.join()
