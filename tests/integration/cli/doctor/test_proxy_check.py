"""`mithaq doctor` asks the public address: each fault of a proxy has its sentence."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import update

from service.cli.doctor import command, proxy_checks
from service.config import Settings
from service.domain.trust.doctor_proof import LIFETIME, is_proof, make_proof
from service.store.tables import coalition
from tests.integration.cli.test_doctor import failure_sentence
from tests.integration.cli.test_up import free_port
from tests.support.factories import SECRET, SampleInstance
from tests.support.in_process_server import serve_in_process
from tests.support.proxies.certificates import write_certificate
from tests.support.proxy import RoundRobinProxy

DATABASES = ("sqlite",)
CLIENT = "203.0.113.9"

Edit = Callable[[list[str]], list[str]]


@dataclass(frozen=True)
class Served:
    """An instance behind a proxy; `settings` are those of the doctor."""

    settings: Settings
    proxy_port: int
    web_port: int


def write_headers(*added: str, without: tuple[str, ...] = ("x-forwarded-for", "x-forwarded-proto")) -> Edit:
    """Return what a proxy does with the headers of a client: it removes some and adds its own."""
    return lambda lines: [*(one for one in lines if one.partition(":")[0].lower() not in without), *added]


GOOD = (f"X-Forwarded-For: {CLIENT}", "X-Forwarded-Proto: https")


@contextmanager
def run_behind(
    instance: SampleInstance, directory: Path, edit: Edit | None, *, trusted: str = "127.0.0.1", upstream: int = 0
) -> Iterator[Served]:
    """Serve the instance behind a proxy that edits headers; `upstream` answers in place of the instance."""
    proxy_port = free_port()
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(origin=f"https://localhost:{proxy_port}"))
    settings = instance.app_state.settings.replace(trusted_proxies=trusted)
    served = replace(instance, app_state=replace(instance.app_state, settings=settings))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*write_certificate(directory, "localhost"))
    with serve_in_process(served) as (web_port, _):
        proxy = RoundRobinProxy(proxy_port, [upstream or web_port], tls=tls, edit=edit)
        proxy.start()
        try:
            yield Served(settings.replace(port=web_port), proxy_port, web_port)
        finally:
            proxy.stop()


@pytest.fixture(autouse=True)
def _trust_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "fullchain.pem"))


@contextmanager
def answer_with(status: int) -> Iterator[int]:
    """Answer every request with `status`; yield the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b'{"status": "ok"}')

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_good_proxy_has_no_finding(instance: SampleInstance, tmp_path: Path) -> None:
    with run_behind(instance, tmp_path, write_headers(*GOOD)) as served:
        finding = command.run_check(proxy_checks.proxy, served.settings)
    assert finding == (True, "The proxy 127.0.0.1 passes on what is needed")


@pytest.mark.parametrize(
    ("edit", "trusted", "sentence"),
    [
        (write_headers(without=()), "", "without X-Forwarded-For"),
        (write_headers(*GOOD), "10.0.0.1", "does not name it"),
        (write_headers(without=()), "127.0.0.1", "anybody can choose theirs"),
        (write_headers(), "*", "anybody can choose theirs"),
        (write_headers(GOOD[0]), "127.0.0.1", "does not send X-Forwarded-Proto"),
        (write_headers(GOOD[0], without=("x-forwarded-for",)), "127.0.0.1", "does not send X-Forwarded-Proto"),
        (write_headers(GOOD[0], "X-Forwarded-Proto: ws"), "127.0.0.1", "does not send X-Forwarded-Proto"),
        (write_headers(GOOD[0], "X-Forwarded-Proto: spdy"), "127.0.0.1", "come over http"),
        (
            write_headers(*GOOD, without=("x-forwarded-for", "x-forwarded-proto", "upgrade")),
            "127.0.0.1",
            "does not pass WebSockets on",
        ),
        (
            write_headers(*GOOD, "Host: 10.0.0.7", without=("x-forwarded-for", "x-forwarded-proto", "host")),
            "127.0.0.1",
            "asks for the host 10.0.0.7",
        ),
    ],
)
def test_fault_of_a_proxy_is_named(
    instance: SampleInstance, tmp_path: Path, edit: Edit, trusted: str, sentence: str
) -> None:
    with run_behind(instance, tmp_path, edit, trusted=trusted) as served:
        assert sentence in failure_sentence(proxy_checks.proxy, served.settings)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (502, "does not reach the web server (status 502)"),
        (200, "is not answered by this instance (status 200)"),
        (301, "is not answered by this instance (status 301)"),
    ],
)
def test_other_answers_are_named(instance: SampleInstance, tmp_path: Path, status: int, sentence: str) -> None:
    with answer_with(status) as upstream, run_behind(instance, tmp_path, None, upstream=upstream) as served:
        assert sentence in failure_sentence(proxy_checks.proxy, served.settings)


def test_instance_with_another_secret_does_not_answer_the_doctor(instance: SampleInstance, tmp_path: Path) -> None:
    with run_behind(instance, tmp_path, write_headers(*GOOD)) as served:
        other = served.settings.replace(secret="another secret that is long enough for it")
        assert "is not answered by this instance (status 404)" in failure_sentence(proxy_checks.proxy, other)


def test_untrusted_certificate_is_named(
    instance: SampleInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_behind(instance, tmp_path, write_headers(*GOOD)) as served:
        monkeypatch.delenv("SSL_CERT_FILE")
        sentence = failure_sentence(proxy_checks.proxy, served.settings)
    assert "cannot be reached from this computer" in sentence and "certificate verify failed" in sentence


def test_missing_proxy_is_named_only_while_the_web_server_runs(instance: SampleInstance, tmp_path: Path) -> None:
    with run_behind(instance, tmp_path, write_headers(*GOOD)) as served:
        with instance.write() as tx:
            tx.connection.execute(update(coalition).values(origin=f"https://localhost:{free_port()}"))
        assert "Connection refused" in failure_sentence(proxy_checks.proxy, served.settings)
        assert command.run_check(proxy_checks.proxy, served.settings.replace(port=free_port())) is None


def test_instance_on_loopback_needs_no_proxy(instance: SampleInstance) -> None:
    assert command.run_check(proxy_checks.proxy, instance.app_state.settings) is None


def test_proof_of_the_doctor_is_bound_to_secret_and_time() -> None:
    proof = make_proof(SECRET, now=1_000_000)
    for now, is_valid in ((1_000_000 - LIFETIME, True), (1_000_000 + LIFETIME, True), (1_000_001 + LIFETIME, False)):
        assert is_proof(proof, SECRET, now=now) == is_valid
    assert not is_proof(proof, SECRET + b"x", now=1_000_000)
    for forged in ("", ".", "1000000", "1000000.", proof + "0", "9" * 5000, "١٠٠٠٠٠٠.00", proof.replace("1", "2", 1)):
        assert not is_proof(forged, SECRET, now=1_000_000)
