"""L5: connections that send no complete headers in time are closed; others keep being served. An answer to a body that
is not read arrives nevertheless."""

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


REFUSED = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Length: %d\r\n\r\n"


def send_whole_body(port: int, size: int) -> bytes:
    """Send a body that is refused to its end, as a proxy does, and read only then."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as sender:
        sender.sendall(REFUSED % size)
        for _ in range(size // 65536):
            sender.sendall(b"x" * 65536)
        answer = b""
        while part := sender.recv(65536):
            answer += part
    return answer


def test_answer_to_a_body_that_is_not_read_arrives(instance: SampleInstance) -> None:
    with serve_in_process(instance) as (port, _):
        answer = send_whole_body(port, 24 * 1024 * 1024)
    assert answer.startswith(b"HTTP/1.1 413 ") and b"connection: close" in answer
    assert answer.count(b"HTTP/1.1") == 1, "the rest of the body is not parsed"


def test_rest_of_a_body_is_dropped_up_to_a_limit(instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "LINGER_BYTES", 2**20)
    with serve_in_process(instance) as (port, _), pytest.raises((ConnectionResetError, BrokenPipeError)):
        send_whole_body(port, 64 * 2**20)


def test_rest_of_a_body_is_dropped_for_a_while(instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "LINGER_SECONDS", 0.05)
    with serve_in_process(instance) as (port, _), socket.create_connection(("127.0.0.1", port), PATIENCE) as slow:
        slow.sendall(REFUSED % 2**20)
        with suppress(ConnectionResetError):
            while slow.recv(65536):
                pass
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            while True:
                slow.sendall(b"x" * 65536)
