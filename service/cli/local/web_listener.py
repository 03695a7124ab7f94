"""The web server on sockets that were bound before anything was loaded; announced once it accepts connections."""

import logging
import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import uvicorn

from service.cli.common.database import connected
from service.cli.common.errors import CommandError
from service.cli.local import readiness
from service.cli.local.web_sockets import port_error
from service.config import Settings
from service.domain.errors import N_
from service.store.membership import organisations as organisations_store

log = logging.getLogger("mithaq.process")

BACKLOG = 2048
"""Connections that wait to be accepted."""


class AnnouncedServer(uvicorn.Server):
    """A uvicorn server on bound sockets that calls `on_listening` once it accepts connections."""

    def __init__(self, config: uvicorn.Config, *, settings: Settings, on_listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._settings = settings
        self._on_listening = on_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and start the application. Raises CommandError if another process listens by now.

        Until here the sockets are bound only: a proxy would wait for a process that listens and is still loading.
        """
        try:
            for one in sockets or ():
                one.listen(BACKLOG)
        except OSError as error:
            raise port_error(self._settings, error) from error
        await super().startup(sockets)
        self._on_listening()


def run_web_server(config: uvicorn.Config, sockets: list[socket.socket], *, settings: Settings) -> None:
    """Serve on bound sockets until a signal, and close them. Raises CommandError."""
    server = AnnouncedServer(config, settings=settings, on_listening=lambda: _print_address(settings))
    with ExitStack() as opened, suppress(KeyboardInterrupt):  # uvicorn raises SIGINT again once it has stopped
        for one in sockets:
            opened.enter_context(one)
        server.run(sockets)


def warn_about_proxies(settings: Settings) -> None:
    """Say so if the public address is https, which needs a proxy, and the settings name none."""
    if settings.trusted_proxies:
        return
    try:
        with connected(settings) as database, database.read() as tx:
            found = organisations_store.get_coalition(tx)
    except CommandError:  # reported elsewhere
        return
    if found and urlsplit(found.origin).scheme == "https":
        sentence = N_(
            "The public address is {origin}, but MITHAQ_TRUSTED_PROXIES is empty. Name your proxy there, or all people "
            "count as one client."
        )
        log.warning("%s", sentence.format(origin=found.origin))


def _print_address(settings: Settings) -> None:
    log.info("%s", N_("The web server listens on port {port}.").format(port=settings.port))
    readiness.notify(readiness.READY)
