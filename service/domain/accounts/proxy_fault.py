"""What a request shows of the proxies before the web server, and what is wrong with them."""

from dataclasses import dataclass

from service.domain.errors import N_

NOT_NAMED = N_(
    "Requests for {origin} come from {peer} with X-Forwarded-For, but MITHAQ_TRUSTED_PROXIES does not name it, so all "
    "people behind it count as one. If it is your proxy, name it there."
)
NO_HEADERS = N_(
    "Requests for {origin} come from {peer} without X-Forwarded-For, so all people behind it count as one. Let the "
    "proxy send that header and X-Forwarded-Proto (docs/proxies.md), and name it in MITHAQ_TRUSTED_PROXIES."
)
NO_ADDRESS = N_(
    "The proxy {peer} does not add the address of the client to X-Forwarded-For, so anybody can choose theirs. Correct "
    "its settings (docs/proxies.md)."
)
NO_SCHEME = N_(
    "The proxy {peer} does not send X-Forwarded-Proto, so it is not known whether people reach {origin} over https. "
    "Correct its settings (docs/proxies.md)."
)
PLAIN_HTTP = N_(
    "The proxy {peer} says that requests for {origin} come over http. Let it redirect http to https, and send "
    "X-Forwarded-Proto (docs/proxies.md)."
)


@dataclass(frozen=True, slots=True)
class ProxiedConnection:
    """`peer` opened the connection, `client` sent the request; values of the headers, in order.

    `proto` is the last value of X-Forwarded-Proto, in lower case; `is_trusted`: the settings name the peer.
    """

    peer: str
    client: str
    forwarded_for: tuple[str, ...]
    proto: str
    is_trusted: bool

    @property
    def last_address(self) -> str:
        """The last entry of X-Forwarded-For, which the nearest proxy wrote; empty if there is none."""
        return ",".join(self.forwarded_for).rpartition(",")[2].strip()


def find_fault(connection: ProxiedConnection, *, sent_address: str = "", sent_proto: str = "") -> str | None:
    """Return the sentence for what is wrong with the way of a request to a public https address; None: nothing.

    `sent_address` and `sent_proto` are what the client itself sent in the headers, if that is known: a proxy that
    passes them on unchanged wrote nothing.
    """
    has_address = connection.last_address not in ("", sent_address)
    has_proto = connection.proto not in ("", sent_proto)
    if not connection.is_trusted:
        return NOT_NAMED if has_address else NO_HEADERS
    if not has_address:
        return NO_ADDRESS
    if not has_proto:
        return NO_SCHEME
    return None if connection.proto == "https" else PLAIN_HTTP
