"""The Caddyfile of docker-compose.yml, run by Caddy where it is installed: alone, and behind another proxy."""

import http.client
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from service.domain.accounts.client_address import client_address, parse_proxies
from tests.integration.cli.test_up import REPOSITORY_ROOT, free_port
from tests.support.compose_file import services
from tests.support.waiting import wait_until

pytestmark = pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")

HOST = "mithaq.example"


class EchoHandler(BaseHTTPRequestHandler):
    """Answers with the headers it was sent."""

    def do_GET(self) -> None:
        body = str(self.headers).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def web_port() -> Iterator[int]:
    """The port of a web server that echoes headers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), EchoHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@contextmanager
def run_caddy(directory: Path, web_port: int, **variables: str) -> Iterator[int]:
    """Run the Caddyfile with free ports in front of `web_port`; yield its HTTP port."""
    http_port, https_port = free_port(), free_port()
    text = (REPOSITORY_ROOT / "deploy" / "Caddyfile").read_text()
    replaced = {
        "8080": str(http_port),
        "8443": str(https_port),
        "a web 8000": f"a localhost {web_port}",
        "admin off": "admin off\n\tskip_install_trust",  # or Caddy changes the certificates that this machine trusts
    }
    for before, after in replaced.items():
        assert before in text
        text = text.replace(before, after)
    (directory / "Caddyfile").write_text(text)
    environment: dict[str, str] = services(**variables)["proxy"]["environment"]
    home = {"XDG_DATA_HOME": str(directory), "XDG_CONFIG_HOME": str(directory), "HOME": str(directory)}
    command = ("caddy", "run", "--config", str(directory / "Caddyfile"), "--adapter", "caddyfile")
    with (
        (directory / "log").open("wb") as log,
        subprocess.Popen(command, env={**os.environ, **environment, **home}, stdout=log, stderr=log) as caddy,
    ):
        try:
            wait_until(lambda: caddy.poll() is not None or is_listening(http_port))
            assert caddy.poll() is None, (directory / "log").read_text()
            yield http_port
        finally:
            caddy.terminate()


def is_listening(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def get(port: int, **headers: str) -> tuple[int, str, str]:
    """Return status, Location and body of a request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(
        "GET", "/", headers={"Host": HOST, **{name.replace("_", "-"): to for name, to in headers.items()}}
    )
    answer = connection.getresponse()
    found = answer.status, answer.getheader("Location", ""), answer.read().decode()
    connection.close()
    return found


def test_plain_http_is_sent_to_https(web_port: int, tmp_path: Path) -> None:
    with run_caddy(tmp_path, web_port, MITHAQ_PROXY_ADDRESS="https://localhost") as port:
        assert get(port, Host="localhost")[:2] == (308, "https://localhost/")


def test_host_and_client_are_passed_on_and_a_client_cannot_claim_another_address(web_port: int, tmp_path: Path) -> None:
    with run_caddy(
        tmp_path, web_port, MITHAQ_PROXY_ADDRESS=f"http://{HOST}", MITHAQ_OUTER_PROXIES="192.0.2.1/32"
    ) as port:
        status, _, headers = get(port, X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https")
        assert status == 200
        assert f"Host: {HOST}\n" in headers
        assert "X-Forwarded-For: 127.0.0.1\n" in headers
        assert "X-Forwarded-Proto: http\n" in headers


def test_outer_proxy_tells_the_address_of_the_client(web_port: int, tmp_path: Path) -> None:
    with run_caddy(
        tmp_path, web_port, MITHAQ_PROXY_ADDRESS=f"http://{HOST}", MITHAQ_OUTER_PROXIES="127.0.0.0/8"
    ) as port:
        status, _, headers = get(port, X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https")
        assert status == 200
        assert "X-Forwarded-For: 203.0.113.9, 127.0.0.1\n" in headers
        assert "X-Forwarded-Proto: https\n" in headers
    trusted = parse_proxies(
        services(MITHAQ_OUTER_PROXIES="127.0.0.0/8")["web"]["environment"]["MITHAQ_TRUSTED_PROXIES"]
    )
    assert client_address("172.18.0.5", ["203.0.113.9, 127.0.0.1"], trusted=trusted) == "203.0.113.9"


def test_client_cannot_choose_the_id_of_its_request(web_port: int, tmp_path: Path) -> None:
    with run_caddy(tmp_path, web_port, MITHAQ_PROXY_ADDRESS=f"http://{HOST}") as port:
        _, _, headers = get(port, X_Request_ID="chosen-by-the-client")
        assert "X-Request-Id: " in headers and "chosen-by-the-client" not in headers
