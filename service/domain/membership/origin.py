"""The public address of an instance: an origin (RFC 6454), which is a scheme, a host and a port.

It has one normal form, because statements, links and cookies are compared byte by byte.
"""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

import idna

from service.domain.errors import N_, InvalidInput

DEFAULT_PORTS = {"http": 80, "https": 443}

_HOST_NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_FORBIDDEN = re.compile(r"[\s\\\x00-\x20\x7f]")
"""Characters that `urlsplit` drops or browsers read differently."""


def parse_origin(address: str) -> str:
    """Return the normal form of a public address: ASCII, in lower case, without the default port.

    It must be https, or http on this computer, because browsers trust nothing else. Raises `InvalidInput` `bad_origin`,
    `origin_with_path`.
    """
    text = address.strip()
    parts = _split(text)
    if parts is None:
        raise _bad_origin(text)
    host, port, name = parts.hostname or "", parts.port, _normal_host(parts.hostname or "")
    trusted = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not (name and trusted) or parts.query or parts.fragment:
        raise _bad_origin(text)
    if parts.path not in ("", "/"):
        raise InvalidInput(
            "origin_with_path",
            N_(
                "Mithaq cannot be served below a path ({path}). Use a host of its own, such as https://mithaq.{host}, "
                "and let the proxy serve both names."
            ),
            path=parts.path,
            host=name,
        )
    return f"{parts.scheme}://{name}" + (f":{port}" if port and port != DEFAULT_PORTS[parts.scheme] else "")


def is_loopback(host: str) -> bool:
    """Return whether only this computer can reach `host`, a name or an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_loopback_origin(origin: str) -> bool:
    """Return whether only this computer can reach an origin."""
    parts = _split(origin)
    return parts is not None and is_loopback(parts.hostname or "")


def is_same_origin(first: str, second: str) -> bool:
    """Return whether two URLs without a path have the same scheme, host and port; False if one is no such URL."""
    found = _comparable(first)
    return found is not None and found == _comparable(second)


def _comparable(origin: str) -> tuple[str, str, int | None] | None:
    parts = _split(origin)
    if parts is None or parts.path or parts.query or parts.fragment or not parts.hostname:
        return None
    return parts.scheme, parts.hostname.rstrip("."), parts.port or DEFAULT_PORTS.get(parts.scheme)


def _split(text: str) -> SplitResult | None:
    """Return the parts of a URL without user information; None if it is none, or if its port is not a number."""
    try:
        parts = urlsplit(text)
        readable = parts.port is None or parts.port > 0
    except ValueError:
        return None
    return parts if readable and "@" not in parts.netloc and not _FORBIDDEN.search(text) else None


def _normal_host(host: str) -> str:
    """Return the host in ASCII (UTS 46, IDNA 2008), an IPv6 address in brackets; empty if it cannot be one."""
    try:
        if ":" in host and "%" not in host:
            return f"[{ipaddress.IPv6Address(host)}]"
        name = idna.encode(host.rstrip("."), uts46=True).decode() if not host.isascii() else host.lower().rstrip(".")
    except (idna.IDNAError, ValueError):
        return ""
    return name if _HOST_NAME.fullmatch(name) else ""


def _bad_origin(text: str) -> InvalidInput:
    return InvalidInput(
        "bad_origin",
        N_("The public address must be https:// and a host, such as https://mithaq.example, not “{origin}”"),
        origin=text,
    )
