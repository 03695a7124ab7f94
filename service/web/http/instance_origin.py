"""The public URL of the instance, as it was stored when it was initialised.

Cookies, CSRF checks and the check of the Host header follow it, never a header that anybody can send.
"""

import ipaddress
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from service.config import Settings
from service.store.db import Database, DatabaseUnavailable
from service.store.membership import organisations as organisations_store

DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(slots=True)
class InstanceOrigin:
    """The origin of this instance; until it is stored, or while the database is unreachable, that of the settings."""

    database: Database
    settings: Settings
    _stored: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the stored origin was read; it never changes."""
        return bool(self._stored)

    def load(self) -> None:
        """Read the stored origin, if there is one by now."""
        try:
            with self.database.read() as tx:
                found = organisations_store.get_coalition(tx)
        except DatabaseUnavailable:
            return
        self._stored = found.origin.rstrip("/") if found else ""

    @property
    def value(self) -> str:
        """The origin: scheme, host and port."""
        return self._stored or self.settings.public_origin

    @property
    def scheme(self) -> str:
        """`https`, or `http` on loopback."""
        return urlsplit(self.value).scheme

    def accepts_host(self, host: str) -> bool:
        """Whether `host`, a Host header, names this instance.

        An instance on loopback accepts every name of loopback and every port: a tunnel has another one.
        """
        return (is_loopback(self.value) and is_loopback(f"//{host}")) or _netloc(self.value) == _netloc(
            f"{self.scheme}://{host}"
        )

    def is_origin(self, origin: str, *, host: str) -> bool:
        """Whether `origin`, an Origin header, is that of a page of this instance."""
        if is_loopback(self.value):
            return origin == f"{self.scheme}://{host}" and self.accepts_host(host)
        return _netloc(origin) == _netloc(self.value)


def origin_of(request: HTTPConnection) -> InstanceOrigin:
    """Return the origin of the instance that serves `request`."""
    return cast(InstanceOrigin, request.app.state.instance_origin)


def is_secure(request: HTTPConnection) -> bool:
    """Whether cookies are Secure."""
    return origin_of(request).scheme == "https"


def cookie_name(request: HTTPConnection, name: str) -> str:
    """Return the name of a cookie: over TLS with the prefix that no sibling domain can set (RFC 6265bis)."""
    return f"__Host-{name}" if is_secure(request) else name


def is_loopback(url: str) -> bool:
    """Whether the host of `url` is this computer."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or host.endswith(".localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _netloc(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port."""
    try:
        parts = urlsplit(url)
        return parts.scheme, (parts.hostname or "").rstrip("."), parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return "", "", None
