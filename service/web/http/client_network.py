"""The network that a request comes from: where attempts are counted and limited."""

import ipaddress

from starlette.requests import HTTPConnection


def client_network(request: HTTPConnection) -> str:
    """Return the client's IP address; of IPv6 the /64 network, the usual size of one site."""
    host = request.client.host if request.client else ""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if found.version == 4 else str(ipaddress.ip_network(f"{host}/64", strict=False))


def truncated_network(request: HTTPConnection) -> str:
    """Return the network as the security log keeps it: /24 of IPv4, /48 of IPv6; empty if unknown."""
    host = request.client.host if request.client else ""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{host}/{24 if found.version == 4 else 48}", strict=False))
