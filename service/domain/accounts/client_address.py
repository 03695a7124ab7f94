"""The address of a client behind proxies, by X-Forwarded-For."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

ANY_PEER = "*"


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """The proxies of the settings: their networks, and with `any_peer` everything that opens a connection."""

    networks: tuple[IpNetwork, ...] = ()
    any_peer: bool = False

    def trusts_peer(self, peer: str) -> bool:
        """Whether headers of a connection from `peer` are believed."""
        return self.any_peer or self.names(_parse_address(peer))

    def names(self, address: IpAddress | None) -> bool:
        """Whether `address` is in one of the networks."""
        return address is not None and any(address in network for network in self.networks)


def parse_proxies(proxies: str) -> TrustedProxies:
    """Parse addresses, networks and `*`, separated by commas or spaces. Raises ValueError."""
    parts = proxies.replace(",", " ").split()
    networks = tuple(ipaddress.ip_network(part, strict=False) for part in parts if part != ANY_PEER)
    return TrustedProxies(networks, any_peer=ANY_PEER in parts)


def client_address(peer: str, forwarded_for: Iterable[str], *, trusted: TrustedProxies) -> str:
    """Return the address of the client: the right-most one that is not that of a trusted proxy.

    `peer` opened the connection; `forwarded_for` are the values of all X-Forwarded-For headers, in order. Each proxy
    appends the address that it saw, so that everything to the left of the first untrusted address is an assertion of
    that client. With `any_peer` and no networks only the peer is a proxy, so the last address counts. An entry that is
    no address ends the list; the nearest proxy then counts as the client.
    """
    client = peer
    if not trusted.trusts_peer(peer):
        return client
    entries = [entry for value in forwarded_for for entry in value.split(",")]
    for entry in reversed(entries):
        address = _parse_address(_without_port(entry.strip()))
        if address is None:
            break
        client = str(address)
        if not trusted.names(address):
            break
    return client


def _without_port(entry: str) -> str:
    """Return the host of `host`, `host:port`, `[host]` or `[host]:port`; an IPv6 address without brackets has no port.

    What has another form is returned as it is.
    """
    if entry.startswith("["):
        host, closed, rest = entry[1:].partition("]")
        return host if closed and (not rest or _is_port(rest)) else entry
    host, colon, port = entry.partition(":")
    return host if colon and _is_port(colon + port) else entry


def _is_port(text: str) -> bool:
    digits = text[1:]
    return text[:1] == ":" and digits.isascii() and digits.isdigit() and len(digits) <= len("65535")


def _parse_address(host: str) -> IpAddress | None:
    """Parse an address; of IPv6 without its zone, and as IPv4 if it maps one (RFC 4291 section 2.5.5.2)."""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, ipaddress.IPv6Address) else found
