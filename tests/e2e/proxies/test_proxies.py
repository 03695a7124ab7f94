"""Every proxy of docs/proxies.md, with the settings as printed, before two web servers."""

import http.client
import re
import socket
import ssl
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import update
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from service.cli.doctor import command, proxy_checks
from service.sample.document import SampleMembers
from service.store.tables import coalition
from service.web.forms.limits import MAX_TEXT_FORM_BYTES
from tests.integration.cli.test_up import free_port
from tests.support.factories import SECRET, SampleInstance, copy_template, create_document
from tests.support.proxies.certificates import write_certificate
from tests.support.proxies.real_proxies import (
    HOST,
    PAGES,
    PROGRAMS,
    Ports,
    authority,
    find_program,
    printed_blocks,
    run_proxy,
)
from tests.support.waiting import wait_until
from tests.support.web_processes import WebProcess, run_redis, run_web_processes
from tests.support.ws_clients import WsClient, run_in_thread

CLIENT = "127.0.0.77"
"""The address that clients connect from; the proxy connects from 127.0.0.1."""

FORGED = "203.0.113.9"

SERVE_WITH_SHORT_PINGS = (
    sys.executable,
    "-c",
    "\n".join(
        (
            "from service.cli.local import processes",
            "from service.cli.main import mithaq",
            "processes.UVICORN_OPTIONS['ws_ping_interval'] = 0.3",
            "mithaq(['serve'])",
        )
    ),
)
"""The web server, whose pings are as much shorter than usual as the time-outs of the proxies."""

IDLE = 1.6
"""Seconds of silence; the proxies wait for one."""


@dataclass(frozen=True)
class Site:
    """Two web servers, and where the proxy before them listens."""

    instance: SampleInstance
    webs: list[WebProcess]
    ports: Ports
    document: str

    @property
    def origin(self) -> str:
        return f"https://{HOST}:{self.ports.https}"

    def banned_clients(self) -> "Counter[str]":
        """Return whose sign-ins failed, by the lines for fail2ban."""
        return Counter(re.findall(r"mithaq-security kind=sign_in_failed client=(\S+)", self.logs()))

    def logs(self) -> str:
        return "".join(web.log.read_text() for web in self.webs)


@dataclass(frozen=True)
class Answer:
    """A response, whole."""

    status: int
    headers: http.client.HTTPMessage
    body: str


@dataclass
class ProxyClient:
    """A client of the proxy, from CLIENT, that knows where the host is."""

    site: Site
    tls: ssl.SSLContext
    https_port: int
    authority: Path
    cookie: str = ""

    def request(self, method: str, path: str, *, body: bytes = b"", tls: bool = True, **headers: str) -> Answer:
        """Send a request, over https or http."""
        connection = http.client.HTTPConnection(HOST, self.site.ports.http, 30)
        if tls:
            connection = http.client.HTTPSConnection(HOST, self.site.ports.https, timeout=30, context=self.tls)
        connection._create_connection = self._connect  # type: ignore[attr-defined]
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given |= {"cookie": self.cookie} if self.cookie else {}
        if body:
            given |= {"content-length": str(len(body)), "content-type": "application/x-www-form-urlencoded"}
        try:
            connection.putrequest(method, path)
            for name, value in {"accept-language": "en", **given}.items():
                connection.putheader(name, value)
            connection.endheaders()
            with suppress(
                BrokenPipeError, ConnectionResetError, ssl.SSLEOFError
            ):  # a refusal arrives before the body has ended
                connection.send(body)
            response = connection.getresponse()
            return Answer(response.status, response.msg, response.read().decode())
        finally:
            connection.close()

    def is_served(self) -> bool:
        try:
            return self.request("GET", "/health").status == 200
        except OSError:
            return False

    def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        return self.request("POST", path, body=urlencode(form).encode(), tls=True, origin=self.site.origin, **headers)

    def socket_options(self) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.https_port, "ssl": self.tls, "local_addr": (CLIENT, 0)}

    def _connect(self, address: tuple[str, int], timeout: float | None = None, *_: object) -> socket.socket:
        port = self.https_port if address[1] == self.site.ports.https else address[1]
        return _create_connection(("127.0.0.1", port), timeout, (CLIENT, 0))

    @property
    def live_url(self) -> str:
        path = f"/api/v1/documents/{self.site.document}/editions/ar/live"
        return f"wss://{HOST}:{self.site.ports.https}{path}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, database_template: tuple[Path, SampleMembers]) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("site")
    instance = copy_template(*database_template, directory)
    http_port, https_port = free_port(), free_port()
    document = create_document(instance, texts={"ar": "نصّ أوّل.\n"})
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(origin=f"https://{HOST}:{https_port}"))
    settings = instance.app_state.settings.replace(secret=SECRET.decode(), trusted_proxies="127.0.0.1")
    with (
        run_redis(directory) as (_, url),
        run_web_processes(settings, 2, redis_url=url, command=SERVE_WITH_SHORT_PINGS) as webs,
    ):
        upstreams = (webs[0].settings.port, webs[1].settings.port)
        yield Site(instance, webs, Ports(http_port, https_port, upstreams), document)
    instance.database.close()


@contextmanager
def connect_through(name: str, site: Site, ports: Ports, *, idle: int = 0) -> Iterator[ProxyClient]:
    """Run a proxy on `ports`; yield a client of it once it serves."""
    with tempfile.TemporaryDirectory(prefix="mithaq-proxy-") as directory:
        write_certificate(Path(directory), HOST)
        with run_proxy(name, printed_blocks(PAGES[0])[name], ports, Path(directory), idle=idle):
            trusted = authority(name, Path(directory))
            wait_until(trusted.exists)
            found = ProxyClient(site, ssl.create_default_context(cafile=trusted), ports.https, trusted)
            wait_until(found.is_served)
            yield found


@pytest.fixture(scope="module", params=PROGRAMS)
def program(request: pytest.FixtureRequest) -> str:
    """The name of a proxy that is installed."""
    if find_program(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return str(request.param)


@pytest.fixture(scope="module")
def client(program: str, site: Site) -> Iterator[ProxyClient]:
    """A client of one of the proxies."""
    with connect_through(program, site, site.ports) as found:
        yield found


def sign_in(client: ProxyClient) -> ProxyClient:
    """Return a client who is signed in."""
    answer = client.post("/sign-in", {"key": client.site.instance.token("lama"), "own": "on"})
    cookie = answer.headers["set-cookie"]
    assert answer.status == 303 and cookie.startswith("__Host-mithaq=") and "; secure" in cookie.lower()
    return replace(client, cookie=cookie.partition(";")[0])


@pytest.fixture
def member(client: ProxyClient) -> ProxyClient:
    return sign_in(client)


def test_blocks_are_the_same_in_both_languages() -> None:
    printed = [printed_blocks(page) for page in PAGES]
    assert printed[0] == printed[1]
    assert {name: len(blocks) for name, blocks in printed[0].items()} == dict.fromkeys(PROGRAMS, 1) | {"traefik": 2}


def test_http_is_redirected(client: ProxyClient) -> None:
    answer = client.request("GET", "/documents/new?lang=ar", tls=False)
    assert answer.status in (301, 302, 307, 308)
    own_port = f":{client.site.ports.https}"  # Caddy takes a port of its own for one that is mapped to 443
    assert answer.headers["location"].replace(own_port, "") == f"https://{HOST}/documents/new?lang=ar"


def test_pages_and_health_are_served(client: ProxyClient, member: ProxyClient) -> None:
    assert client.request("GET", "/health").status == 200
    answer = member.request("GET", f"/documents/{member.site.document}")
    assert answer.status == 200
    assert answer.headers["strict-transport-security"] == "max-age=63072000"
    assert [value for name, value in answer.headers.items() if name.lower() == "x-frame-options"] == ["DENY"]


def test_client_is_seen_and_cannot_choose_its_address(client: ProxyClient) -> None:
    before = client.site.banned_clients()
    form = {"email": "nobody@mithaq.example", "password": "not the right one at all"}
    answer = client.post("/sign-in", form, x_forwarded_for=FORGED, x_real_ip=FORGED, forwarded=f"for={FORGED}")
    assert answer.status == 403
    wait_until(lambda: client.site.banned_clients() != before)
    assert client.site.banned_clients() - before == Counter([CLIENT])


def test_client_cannot_choose_the_id_of_its_request(client: ProxyClient) -> None:
    answers = [client.request("GET", "/sign-in", x_request_id="chosen-by-the-client") for _ in range(2)]
    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == 2 and "chosen-by-the-client" not in ids


def test_largest_body_passes_and_a_larger_one_gets_our_page(member: ProxyClient) -> None:
    path, start = f"/documents/{member.site.document}/texts/ar", b"text="
    largest = member.request(
        "POST", path, body=start + b"x" * (MAX_TEXT_FORM_BYTES - len(start)), origin=member.site.origin
    )
    assert largest.status in (400, 413) and "form_too_large" not in largest.body
    larger = member.request("POST", path, body=start + b"x" * MAX_TEXT_FORM_BYTES, origin=member.site.origin)
    assert larger.status == 413 and "form_too_large" in larger.body


def test_live_socket_stays_open_beyond_the_time_out_of_the_proxy(program: str, site: Site) -> None:
    ports = Ports(free_port(), free_port(), site.ports.upstreams)
    with connect_through(program, site, ports, idle=1) as client:
        run_in_thread(write_and_wait(sign_in(client)))


async def write_and_wait(member: ProxyClient) -> None:
    """Write, be silent for longer than the proxy waits, and write again; a second person reads along."""
    headers = {"cookie": member.cookie, "origin": member.site.origin}
    options = member.socket_options()

    async with (
        WsClient(member.live_url, headers=headers, options=options) as first,
        WsClient(member.live_url, headers=headers, options=options) as second,
    ):
        await first.append("قبل ")
        await first.wait_until_saved()
        with pytest.raises(TimeoutError):
            await first.wait_for(lambda: None not in (first.closed, second.closed), seconds=IDLE)
        assert (first.closed, second.closed) == (None, None)
        await first.append("بعد")
        await first.wait_until_saved()
        await second.wait_for(lambda: second.text == first.text)


def test_live_socket_of_another_origin_is_refused(member: ProxyClient) -> None:
    async def scenario() -> None:
        headers = {"cookie": member.cookie, "origin": "https://evil.example"}
        with pytest.raises(InvalidStatus) as refusal:
            async with connect(member.live_url, additional_headers=headers, **member.socket_options()):
                pass
        assert refusal.value.response.status_code == 403
        assert b"foreign_origin" in (refusal.value.response.body or b"")

    run_in_thread(scenario())


def test_doctor_and_log_find_no_fault(client: ProxyClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patches:
        patches.setenv("SSL_CERT_FILE", str(client.authority))
        patches.setattr(http.client.socket, "create_connection", _resolve_host)  # type: ignore[attr-defined]
        settings = client.site.webs[0].settings
        finding = command.run_check(proxy_checks.proxy, settings)
    assert finding == (True, "The proxy 127.0.0.1 passes on what is needed"), finding
    assert "mithaq.proxy" not in client.site.logs()


_create_connection = socket.create_connection


def _resolve_host(address: tuple[str, int], *more: Any, **named: Any) -> socket.socket:
    """Connect as if /etc/hosts led the name to this computer."""
    return _create_connection(("127.0.0.1" if address[0] == HOST else address[0], address[1]), *more, **named)
