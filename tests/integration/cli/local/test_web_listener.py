"""`mithaq serve` binds before it loads anything, says that it listens when it does, and ends when it cannot."""

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy import update

from service.cli.common.errors import CommandError
from service.cli.local.web_listener import AnnouncedServer, warn_about_proxies
from service.cli.local.web_sockets import bind_sockets
from service.config import Settings
from service.store.tables import coalition
from tests.integration.cli.test_up import REPOSITORY_ROOT, environment, free_port, mithaq
from tests.support.factories import SampleInstance
from tests.support.hypothesis_profiles import is_soak
from tests.support.waiting import TIMEOUT

DATABASES = ("sqlite",)
STARTS = 10 if is_soak() else 2
"""Starts on a port that is taken; before, half of them hung."""


@contextmanager
def start_serve(var: Path, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        mithaq("serve", "--var", str(var)),
        cwd=REPOSITORY_ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a migrated database."""
    found = tmp_path_factory.mktemp("listener")
    subprocess.run(mithaq("migrate", "--var", str(found)), cwd=REPOSITORY_ROOT, env=environment(), check=True)
    return found


def test_serve_ends_at_once_if_its_port_is_taken(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, ExitStack() as stack:
        port = taken.getsockname()[1]
        running = [stack.enter_context(start_serve(var, MITHAQ_PORT=str(port))) for _ in range(STARTS)]
        for process in running:
            output, errors = process.communicate(timeout=TIMEOUT)
            assert (process.returncode, output) == (2, "")
            assert errors == (
                f"Port {port} of 127.0.0.1 cannot be used (Address already in use). Stop what uses it, or choose "
                "another: --port NUMBER.\n"
            )


def test_of_two_servers_that_start_together_one_ends() -> None:
    settings = Settings.load({}, port=free_port())
    (first,), (second,) = bind_sockets(settings), bind_sockets(settings)  # neither listens yet
    server = AnnouncedServer(uvicorn.Config("nothing", log_config=None), settings=settings, on_listening=lambda: None)
    with first, second:
        first.listen()
        with pytest.raises(CommandError, match=f"Port {settings.port} of 127.0.0.1 cannot be used"):
            asyncio.run(server.startup([second]))


def test_server_answers_once_it_says_that_it_listens(var: Path) -> None:
    port = free_port()
    with start_serve(var, MITHAQ_HOST="::1", MITHAQ_PORT=str(port)) as process:
        assert process.stderr
        assert process.stderr.readline().endswith(f": The web server listens on port {port}.\n")
        with socket.create_connection(("::1", port), 1) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert connection.recv(15) == b"HTTP/1.1 200 OK"
        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT) in {0, -signal.SIGTERM}


def test_bound_socket_takes_no_connection_before_the_server_is_loaded() -> None:
    settings = Settings.load({}, port=free_port())
    (bound,) = bind_sockets(settings)
    with bound, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", settings.port), 1)


def test_name_of_loopback_is_bound_at_every_address_it_has() -> None:
    settings = Settings.load({}, host="localhost", port=free_port())
    bound = bind_sockets(settings)
    assert {one.getsockname()[0] for one in bound} <= {"127.0.0.1", "::1"}
    for one in bound:
        one.close()


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("192.0.2.77", "192.0.2.77 is not an address of this computer (Cannot assign requested address)"),
        ("2001:db8::77", "2001:db8::77 is not an address of this computer"),
        ("nowhere.invalid", "The name nowhere.invalid leads to no address"),
    ],
)
def test_host_of_another_computer_is_refused(host: str, sentence: str) -> None:
    with pytest.raises(CommandError) as refusal:
        bind_sockets(Settings.load({}, host=host, port=free_port()))
    assert sentence in str(refusal.value) and "Correct MITHAQ_HOST." in str(refusal.value)


@pytest.mark.parametrize(
    ("origin", "trusted", "sentence"),
    [
        (
            "https://mithaq.example",
            "",
            "but MITHAQ_TRUSTED_PROXIES is empty. Name your proxy there, or all people count as one client.",
        ),
        ("https://mithaq.example", "127.0.0.1", ""),
        ("http://localhost:8000", "", ""),
    ],
)
def test_start_without_a_named_proxy_is_said(
    instance: SampleInstance, caplog: pytest.LogCaptureFixture, origin: str, trusted: str, sentence: str
) -> None:
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(origin=origin))
    warn_about_proxies(instance.app_state.settings.replace(trusted_proxies=trusted))
    start = f"The public address is {origin}, "
    assert caplog.messages == ([start + sentence] if sentence else [])


def test_missing_database_is_reported_elsewhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    warn_about_proxies(Settings.load({}, var=tmp_path))
    assert caplog.messages == []


@pytest.mark.skipif(
    int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()) <= 80, reason="every user may use port 80"
)
def test_port_without_permission_is_refused() -> None:
    child = os.fork()
    if child == 0:
        os._exit(_bind_as_ordinary_user())
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _bind_as_ordinary_user() -> int:
    """Return 0 if port 80 is refused with the sentence for it."""
    if os.getuid() == 0:
        os.setuid(65534)
    try:
        bind_sockets(Settings.load({}, port=80))
    except CommandError as error:
        return 0 if "This user may not use port 80" in str(error) else 1
    return 2
