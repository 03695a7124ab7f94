"""The sockets of the web server: bound before anything is loaded, announced once they accept connections."""

import errno
import logging
import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import uvicorn

from service.cli.common.database import connected
from service.cli.common.errors import CommandError
from service.cli.local import readiness
from service.config import Settings
from service.domain.errors import N_
from service.store.membership import organisations as organisations_store

log = logging.getLogger("mithaq.process")

BACKLOG = 2048
"""Connections that wait to be accepted."""

_SocketAddress = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
_Address = tuple[socket.AddressFamily, _SocketAddress]


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


def bind_sockets(settings: Settings) -> list[socket.socket]:
    """Bind every address of `settings.host` at `settings.port`, without listening yet. Raises CommandError.

    Addresses that this computer does not have are left out, if there is another: `localhost` may stand for two.
    """
    with ExitStack() as opened:
        bound: list[socket.socket] = []
        refused: OSError | None = None
        for family, address in _addresses(settings):
            try:
                bound.append(opened.enter_context(_bind(family, address)))
            except OSError as error:
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise port_error(settings, error) from error
                refused = error
        if refused and not bound:
            raise port_error(settings, refused) from refused
        opened.pop_all()
        return bound


def check_port(settings: Settings) -> None:
    """Check that the web server can listen. Raises CommandError."""
    for one in bind_sockets(settings):
        one.close()


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


def port_error(settings: Settings, error: OSError) -> CommandError:
    """Return the sentence for an address or a port that cannot be used."""
    match error.errno:
        case errno.EACCES:
            sentence = N_(
                "This user may not use port {port} ({reason}). Let the proxy listen there, and choose a port above "
                "1023: --port NUMBER."
            )
        case errno.EADDRNOTAVAIL | errno.EAFNOSUPPORT:
            sentence = N_("{host} is not an address of this computer ({reason}). Correct MITHAQ_HOST.")
        case _ if isinstance(error, socket.gaierror):
            sentence = N_("The name {host} leads to no address ({reason}). Correct MITHAQ_HOST.")
        case _:
            sentence = N_(
                "Port {port} of {host} cannot be used ({reason}). Stop what uses it, or choose another: --port NUMBER."
            )
    return CommandError(sentence, port=settings.port, host=settings.host, reason=error.strerror)


def _print_address(settings: Settings) -> None:
    log.info("%s", N_("The web server listens on port {port}.").format(port=settings.port))
    readiness.notify(readiness.READY)


def _addresses(settings: Settings) -> list[_Address]:
    """Return the addresses of the host, each once, in the order of the resolver. Raises CommandError."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise port_error(settings, error) from error
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _bind(family: socket.AddressFamily, address: _SocketAddress) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound
