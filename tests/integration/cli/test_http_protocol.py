"""L5: connections that send no complete headers in time are closed; others keep being served."""

import socket
from contextlib import suppress

import pytest

from service.cli.local import http_protocol
from tests.support.factories import SampleInstance
from tests.support.in_process_server import serve_in_process

DATABASES = ("sqlite",)
PATIENCE = 30.0
"""Seconds after which a hanging test gives up."""

REQUEST = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"


def read_response(connection: socket.socket) -> bytes:
    received = b""
    while b"}" not in received:
        part = connection.recv(4096)
        assert part, received
        received += part
    return received


@pytest.mark.parametrize("start", [b"", b"GET /health HT", REQUEST])
def test_connection_without_complete_headers_is_closed(
    instance: SampleInstance, monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    monkeypatch.setattr(http_protocol, "HEADER_SECONDS", 0.05)
    with serve_in_process(instance) as (port, _), socket.create_connection(("127.0.0.1", port), PATIENCE) as slow:
        slow.sendall(start)
        with suppress(ConnectionResetError):
            assert slow.recv(4096) == b""


def test_second_request_of_a_connection_has_the_same_limit(
    instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_in_process(instance) as (port, _), socket.create_connection(("127.0.0.1", port), PATIENCE) as slow:
        slow.sendall(REQUEST + b"\r\n")
        assert b"200 OK" in read_response(slow)
        monkeypatch.setattr(http_protocol, "HEADER_SECONDS", 0.05)
        slow.sendall(REQUEST)
        with suppress(ConnectionResetError):
            assert slow.recv(4096) == b""


def test_requests_in_time_are_served_one_after_another(instance: SampleInstance) -> None:
    with serve_in_process(instance) as (port, _), socket.create_connection(("127.0.0.1", port), PATIENCE) as own:
        for _ in range(3):
            own.sendall(REQUEST + b"\r\n")
            assert b"200 OK" in read_response(own)
