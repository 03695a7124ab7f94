"""Doctor check of the proxy: requests to the public address, and what of them arrives at the web server."""

import http.client
import json
import ssl
import time
from typing import Any
from urllib.parse import urlsplit

from service.cli.common.errors import CommandError
from service.cli.doctor.finding import CheckSkipped, Finding
from service.cli.doctor.queries import run_query
from service.cli.local.processes import is_healthy
from service.config import Settings
from service.domain.accounts.proxy_fault import ProxiedConnection, find_fault
from service.domain.errors import N_
from service.domain.trust.doctor_proof import HEADER, make_proof
from service.secret_key import load_secret
from service.store.membership import organisations as organisations_store

TIMEOUT = 5.0
"""Seconds."""

FORGED_ADDRESS, FORGED_PROTO = "192.0.2.99", "http"
"""What this client says of itself, as an attacker would: an address of no network (RFC 5737)."""

LIVE_PATH = "/api/v1/documents/none/editions/en/live"

_UPGRADE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}
"""An opening handshake with the key of RFC 6455 section 1.3."""


def proxy(settings: Settings) -> Finding:
    """Check that the proxy passes on what the web server needs, and nothing that a client made up."""
    coalition = run_query(settings, organisations_store.get_coalition)
    if coalition is None or urlsplit(coalition.origin).scheme != "https":
        raise CheckSkipped
    try:
        found = _ask_for_connection(coalition.origin, load_secret(settings))
        upgraded, _ = _status(coalition.origin, LIVE_PATH, {**_UPGRADE, "origin": coalition.origin})
    except (OSError, http.client.HTTPException) as error:
        if not is_healthy(settings):
            raise CheckSkipped from error
        raise _unreachable(coalition.origin, error) from error
    _check_host(coalition.origin, found)
    seen = ProxiedConnection(
        found["peer"], found["client"], tuple(found["forwarded_for"]), found["proto"], found["is_trusted"]
    )
    fault = find_fault(seen, sent_address=FORGED_ADDRESS, sent_proto=FORGED_PROTO)
    if fault:
        raise CommandError(fault, origin=coalition.origin, peer=seen.peer)
    if upgraded != http.client.SWITCHING_PROTOCOLS:
        raise CommandError(
            N_(
                "The proxy {peer} does not pass WebSockets on, so people write with the form. Let it pass on the "
                "header Upgrade (docs/proxies.md)."
            ),
            peer=seen.peer,
        )
    return Finding(N_("The proxy {peer} passes on what is needed"), peer=seen.peer)


def _ask_for_connection(origin: str, secret: bytes) -> dict[str, Any]:
    """Return what the web server says of this request. Raises OSError, HTTPException, CommandError."""
    headers = {
        HEADER: make_proof(secret, now=int(time.time())),
        "x-forwarded-for": FORGED_ADDRESS,
        "x-forwarded-proto": FORGED_PROTO,
    }
    status, body = _status(origin, "/health/connection", headers)
    if status in (http.client.BAD_GATEWAY, http.client.SERVICE_UNAVAILABLE, http.client.GATEWAY_TIMEOUT):
        raise CommandError(
            N_("The proxy at {origin} does not reach the web server (status {status}). Correct its upstream address."),
            origin=origin,
            status=status,
        )
    try:
        found = json.loads(body) if status == http.client.OK else None
    except ValueError:
        found = None
    if not isinstance(found, dict) or "is_trusted" not in found:
        raise CommandError(
            N_("{origin} is not answered by this instance (status {status}). Correct the proxy or the DNS entry."),
            origin=origin,
            status=status,
        )
    return found


def _status(origin: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Send a GET request; return its status and, unless the protocol is switched, the body."""
    parts = urlsplit(origin)
    context = ssl.create_default_context()
    connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=TIMEOUT, context=context)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        is_switched = response.status == http.client.SWITCHING_PROTOCOLS
        return response.status, b"" if is_switched else response.read(65536)
    finally:
        connection.close()


def _check_host(origin: str, found: dict[str, Any]) -> None:
    if not found["is_host"]:
        raise CommandError(
            N_("The proxy asks for the host {host}, not that of {origin}. Let it pass on the header Host unchanged."),
            host=found["host"] or "-",
            origin=origin,
        )


def _unreachable(origin: str, error: Exception) -> CommandError:
    return CommandError(
        N_(
            "Mithaq is running, but {origin} cannot be reached from this computer ({reason}). Check that the proxy "
            "runs, its certificate, and the DNS entry. If people can open the address, enter it in /etc/hosts."
        ),
        origin=origin,
        reason=error,
    )
