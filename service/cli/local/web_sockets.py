"""The sockets of the web server. Loads neither the database nor the web server: `mithaq up` checks the port here."""

import errno
import socket
from contextlib import ExitStack

from service.cli.common.errors import CommandError
from service.config import Settings
from service.domain.errors import N_

_SocketAddress = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
_Address = tuple[socket.AddressFamily, _SocketAddress]


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
