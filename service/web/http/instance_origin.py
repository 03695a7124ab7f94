"""The public URL of the instance, as it is stored.

Cookies, CSRF checks and the check of the Host header follow it, never a header that anybody can send.
"""

import time
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from service.config import Settings
from service.domain.membership.origin import is_loopback_origin, is_same_origin
from service.store.db import Database, DatabaseUnavailable
from service.store.membership import former_origins as former_origins_store
from service.store.membership import organisations as organisations_store

READ_INTERVAL = 2.0
"""Seconds after which the stored origin is read again: `mithaq origin move` may have changed it."""


@dataclass(slots=True)
class InstanceOrigin:
    """The origin of this instance; until it is stored, or while the database is unreachable, that of the settings."""

    database: Database
    settings: Settings
    _stored: str = ""
    _former: tuple[str, ...] = ()
    _read_at: float = float("-inf")

    @property
    def is_known(self) -> bool:
        """Whether the stored origin was read."""
        return bool(self._stored)

    def claim_read(self) -> bool:
        """Return whether the caller must call `load`: nothing is known yet, or nobody read it for READ_INTERVAL."""
        now = time.monotonic()
        if self.is_known and now - self._read_at < READ_INTERVAL:
            return False
        self._read_at = now
        return True

    def load(self) -> None:
        """Read the stored origin, if there is one by now, and the earlier ones."""
        try:
            with self.database.read() as tx:
                found, former = organisations_store.get_coalition(tx), former_origins_store.list_all(tx)
        except DatabaseUnavailable:
            return
        self._stored = found.origin.rstrip("/") if found else ""
        self._former = tuple(one.origin for one in former if not is_loopback_origin(one.origin))

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
        return (is_loopback_origin(self.value) and is_loopback_origin(f"//{host}")) or _names(self.value, host)

    def was_host(self, host: str) -> bool:
        """Whether `host`, a Host header, names an earlier public address of this instance.

        Names of loopback are never among them: everybody knows them, and the answer tells the address of today.
        """
        return any(_names(former, host) for former in self._former)

    def is_origin(self, origin: str, *, host: str) -> bool:
        """Whether `origin`, an Origin header, is that of a page of this instance."""
        if is_loopback_origin(self.value):
            return origin == f"{self.scheme}://{host}" and self.accepts_host(host)
        return is_same_origin(origin, self.value)


def origin_of(request: HTTPConnection) -> InstanceOrigin:
    """Return the origin of the instance that serves `request`."""
    return cast(InstanceOrigin, request.app.state.instance_origin)


def is_secure(request: HTTPConnection) -> bool:
    """Whether cookies are Secure."""
    return origin_of(request).scheme == "https"


def cookie_name(request: HTTPConnection, name: str) -> str:
    """Return the name of a cookie: over TLS with the prefix that no sibling domain can set (RFC 6265bis)."""
    return f"__Host-{name}" if is_secure(request) else name


def _names(origin: str, host: str) -> bool:
    """Whether a Host header names the host and port of `origin`."""
    return is_same_origin(origin, f"{urlsplit(origin).scheme}://{host}")
