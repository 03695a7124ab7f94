"""What systemd is told: sd_notify(3) on its socket, by the process that it started only."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.cli.local import service_manager
from service.cli.local.preflight import environment_for
from service.config import Settings

ADDRESSES = ("path", "abstract")


@pytest.fixture(params=ADDRESSES)
def manager(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    address = f"@mithaq-test-{os.getpid()}" if request.param == "abstract" else f"{tmp_path}/notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(address.replace("@", "\0"))
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        yield listening


def test_state_is_sent_to_the_socket_of_systemd(manager: socket.socket) -> None:
    service_manager.notify(service_manager.READY)
    assert manager.recv(100) == b"READY=1"
    assert "NOTIFY_SOCKET" not in environment_for(Settings())


def test_nothing_happens_without_a_listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service_manager.notify(service_manager.READY)
    monkeypatch.setenv("NOTIFY_SOCKET", f"{tmp_path}/nobody")
    service_manager.notify(service_manager.READY)
