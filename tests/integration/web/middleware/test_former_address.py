"""After a move: the new address at once, and under the old one a way to the new page and nothing else."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient, WebSocketDenialResponse

from service.actions.membership import origin_move
from service.store.tables import security_event
from service.web.app import create_app
from service.web.http import instance_origin
from tests.integration.web.asgi_requests import state_of
from tests.support.factories import NEW_ORIGIN, OLD_ORIGIN, SampleInstance, create_document, make_public
from tests.support.in_process_server import serve_in_process
from tests.support.waiting import wait_until
from tests.support.web_client import page_text
from tests.support.web_processes import run_web_processes

LIVE = "/api/v1/documents/doc_x/editions/ar/live"
OLD_HOST, NEW_HOST = urlsplit(OLD_ORIGIN).netloc, urlsplit(NEW_ORIGIN).netloc


def move(instance: SampleInstance, address: str = NEW_ORIGIN, *, keep_access: bool = False) -> None:
    with instance.write() as tx:
        origin_move.move(tx, address=address, keep_access=keep_access)


@contextmanager
def open_client(instance: SampleInstance) -> Iterator[TestClient]:
    """A client behind a proxy that ends TLS; it follows nothing."""
    app = create_app(instance.app_state)
    with TestClient(app, base_url=f"http://{OLD_HOST}", follow_redirects=False) as client:
        client.headers["accept-language"] = "en"
        yield client


@pytest.fixture
def moved(instance: SampleInstance) -> Iterator[TestClient]:
    make_public(instance)
    move(instance)
    with open_client(instance) as client:
        yield client


def test_running_server_takes_the_new_address_within_seconds(
    instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    make_public(instance)
    with open_client(instance) as client:
        assert client.get("/sign-in").status_code == 200
        assert client.get("/sign-in", headers={"host": NEW_HOST}).status_code == 421
        move(instance)
        now += instance_origin.READ_INTERVAL
        assert client.get("/sign-in", headers={"host": NEW_HOST}).status_code == 200
        assert client.get("/sign-in").headers["location"] == f"{NEW_ORIGIN}/sign-in"
    assert instance_origin.READ_INTERVAL <= 5


def test_stored_origin_is_not_read_for_every_request(instance: SampleInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    now, origin = 1000.0, instance_origin.InstanceOrigin(instance.database, instance.app_state.settings)
    monkeypatch.setattr(time, "monotonic", lambda: now)
    assert origin.claim_read() and origin.claim_read(), "nothing is known yet"
    origin.load()
    assert not origin.claim_read()
    now += instance_origin.READ_INTERVAL
    assert [origin.claim_read(), origin.claim_read()] == [True, False], "one request reads it, the others go on"


LINKS = (
    "/",
    "/sign-in",
    "/documents/doc_x?lang=ar&x=%D9%86%20b",
    "/p/%D9%86%D8%B5/a%2Fb?next=/x?y",
    "/join",
    "/nowhere",
)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_old_links_lead_to_the_same_page(moved: TestClient, method: str) -> None:
    for target in LINKS:
        answer = moved.request(method, target)
        assert (answer.status_code, answer.headers["location"]) == (308, f"{NEW_ORIGIN}{target}")
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers


def test_every_spelling_of_the_old_host_counts(moved: TestClient) -> None:
    for host in (OLD_HOST, "MITHAQ.example.:443", "mithaq.EXAMPLE"):
        assert moved.get("/", headers={"host": host}).headers["location"] == f"{NEW_ORIGIN}/"


FORGED_HOSTS = (
    *("evil.example", "mithaq.example:8443", "mithaq.example.evil.example", "xmithaq.example", "10.0.0.1", "", "["),
    *(f"{OLD_HOST}@evil.example", f"evil.example@{OLD_HOST}", f"{OLD_HOST}/x", f"{OLD_HOST}#x", f"{OLD_HOST}?x"),
    *("localhost", "127.0.0.1"),
)


def test_forged_host_leads_nowhere_and_learns_nothing(moved: TestClient) -> None:
    forwarded = {"x-forwarded-host": OLD_HOST, "forwarded": f"host={OLD_HOST}", "x-original-host": OLD_HOST}
    for host in FORGED_HOSTS:
        answer = moved.get("/", headers={"host": host, **forwarded})
        assert answer.status_code == 421 and "location" not in answer.headers, host
        assert NEW_HOST not in answer.text + str(answer.headers), host


def test_loopback_of_an_instance_that_was_tried_first_tells_nobody_its_name(instance: SampleInstance) -> None:
    make_public(instance, origin="http://localhost:8000")
    move(instance)
    with open_client(instance) as client:
        for host in ("localhost:8000", "localhost", "127.0.0.1:8000"):
            answer = client.get("/", headers={"host": host})
            assert answer.status_code == 421 and NEW_HOST not in answer.text


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_form_at_the_old_address_says_where_the_service_is(moved: TestClient, lang: str) -> None:
    headers = {"origin": OLD_ORIGIN, "accept-language": lang}
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        answer = moved.request(method, "/language", headers=headers, content=b"lang=en")
        assert answer.status_code == 410 and NEW_ORIGIN in page_text(answer)
        assert f'dir="{"rtl" if lang == "ar" else "ltr"}"' in answer.text
        assert "set-cookie" not in answer.headers and "src=" not in answer.text


@pytest.mark.parametrize("length", [20, 200_000])
def test_form_at_the_old_address_gives_back_what_was_typed(instance: SampleInstance, length: int) -> None:
    """The form was open when the service moved: going back would load the new address, and the words would be gone."""
    session, text = instance.session("lama"), "نصّ طويل " * (length // 10)
    make_public(instance)
    move(instance)
    with open_client(instance) as client:
        headers = {"origin": OLD_ORIGIN, "cookie": f"__Host-mithaq={session}"}
        form = {"text": text, "password": "secret words <b>", "code": "two words"}
        answer = client.post("/documents/x/ar/edit", data=form, headers=headers)
        assert answer.status_code == 410 and text.strip() in answer.text and "words" not in answer.text
        unknown = client.post("/documents/x/ar/edit", data=form, headers={"origin": OLD_ORIGIN})
        assert (text.strip() in unknown.text) == (length < 1000), "of strangers 64 KiB are read"


def test_text_of_another_site_is_not_shown(moved: TestClient) -> None:
    foreign = {"origin": OLD_ORIGIN, "sec-fetch-site": "cross-site"}
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {}, foreign):
        answer = moved.post("/language", data={"text": "words <b>of another site"}, headers=headers)
        assert answer.status_code == 410 and "another site" not in answer.text


def test_markup_that_was_typed_stays_text(moved: TestClient) -> None:
    answer = moved.post(
        "/language", data={"text": "</textarea><script>alert(1)</script> x"}, headers={"origin": OLD_ORIGIN}
    )
    assert answer.status_code == 410 and "<script" not in answer.text and "&lt;script&gt;" in answer.text
    for unreadable in (b"%ff=%ff x", b"&" * 2000):
        headers = {"origin": OLD_ORIGIN, "content-type": "application/x-www-form-urlencoded"}
        assert moved.post("/language", content=unreadable, headers=headers).status_code == 410


def test_program_at_the_old_address_is_refused_even_with_a_key(instance: SampleInstance) -> None:
    token = instance.token("lama")
    make_public(instance)
    move(instance, keep_access=True)
    with open_client(instance) as client:
        for method, path in (("GET", "/api/v1/me"), ("POST", "/api/v1/documents"), ("GET", "/%61pi/v1/me")):
            answer = client.request(method, path, headers={"authorization": f"Bearer {token}"}, json={})
            problem = json.loads(answer.text)
            assert (answer.status_code, problem["status"], problem["code"]) == (410, 410, "address_moved")
            assert problem["extra"] == {"origin": NEW_ORIGIN} and NEW_ORIGIN in problem["detail"]
        own = client.get("/api/v1/me", headers={"authorization": f"Bearer {token}", "host": NEW_HOST})
        assert own.status_code == 200


def test_cookie_is_not_read_at_the_old_address(instance: SampleInstance) -> None:
    document = create_document(instance)
    make_public(instance)
    move(instance)
    session = instance.session("lama")
    with open_client(instance) as client:
        headers = {"cookie": f"__Host-mithaq={session}"}
        assert client.get(f"/documents/{document}", headers=headers).status_code == 308
        assert client.get(f"/documents/{document}", headers={**headers, "host": NEW_HOST}).status_code == 200


def test_live_editing_at_the_old_address_is_refused(moved: TestClient) -> None:
    with pytest.raises(WebSocketDenialResponse) as refused, moved.websocket_connect(f"ws://{OLD_HOST}{LIVE}"):
        pass
    assert refused.value.status_code == 410 and refused.value.json()["code"] == "address_moved"


def test_form_of_the_old_address_is_foreign(moved: TestClient) -> None:
    for origin, status in ((OLD_ORIGIN, 403), (NEW_ORIGIN, 303)):
        form = {"lang": "en", "zone": "Europe/London", "next": "/"}
        answer = moved.post("/language", data=form, headers={"host": NEW_HOST, "origin": origin})
        assert answer.status_code == status


def test_moving_back_makes_no_loop(instance: SampleInstance) -> None:
    make_public(instance)
    move(instance)
    move(instance, OLD_ORIGIN)
    with open_client(instance) as client:
        assert client.get("/sign-in").status_code == 200
        assert client.get("/sign-in", headers={"host": NEW_HOST}).headers["location"] == f"{OLD_ORIGIN}/sign-in"


def test_requests_at_the_old_address_ban_nobody(instance: SampleInstance, moved: TestClient) -> None:
    """A page that was left open goes on asking; fail2ban must not lock its network out for that."""
    moved.get("/")
    moved.post("/language", headers={"origin": OLD_ORIGIN})
    state_of(moved.app).security_log.flush()
    with instance.read() as tx:
        kinds = set(tx.connection.execute(select(security_event.c.kind)).scalars())
    assert kinds == {"address_moved"}


def test_monitoring_works_under_the_old_name(moved: TestClient) -> None:
    for path in ("/health", "/ready"):
        assert moved.get(path).status_code in (200, 503)


TARGETS = [
    (b"//evil.example/x", "//evil.example/x"),
    (b"/\\evil.example", "/%5Cevil.example"),
    (b"///evil.example", "///evil.example"),
    (b"/%0d%0aSet-Cookie:%20x=y", "/%0d%0aSet-Cookie:%20x=y"),
    (b"/@evil.example", "/@evil.example"),
    (b"http://evil.example/a?b", "/a?b"),
    (b"/?next=//evil.example", "/?next=//evil.example"),
    (b"/a?b\"'<>", "/a?b%22'%3C%3E"),
]
"""Targets of request lines, and the path that a redirect leads to."""


def test_no_target_leads_to_another_host(instance: SampleInstance) -> None:
    make_public(instance)
    move(instance)
    with serve_in_process(instance) as (port, _):
        for target, expected in TARGETS:
            assert request_raw(port, target, host=OLD_HOST)[1] == f"{NEW_ORIGIN}{expected}", target
        for target in (b"/a\rb", b"/a\x00b", b"*", b"evil.example"):
            assert request_raw(port, target, host=OLD_HOST)[1] in ("", f"{NEW_ORIGIN}/"), target
        head, location = request_raw(port, f"{OLD_ORIGIN}/".encode(), host="evil.example")
        assert " 421 " in head and not location and NEW_HOST not in head


def request_raw(port: int, target: bytes, *, host: str) -> tuple[str, str]:
    """Send a request line as it is; return the head of the response, and where it redirects to."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(b"GET " + target + f" HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        head = connection.recv(65536).decode("latin-1").partition("\r\n\r\n")[0]
    return head, next((line[10:] for line in head.split("\r\n") if line.lower().startswith("location: ")), "")


def test_running_server_moves_without_a_restart(instance: SampleInstance) -> None:
    make_public(instance)
    with run_web_processes(instance.app_state.settings, 1, redis_url="") as (web,):
        port = web.settings.port
        assert status_of(port, OLD_ORIGIN) == 200
        command = (sys.executable, "-m", "service.cli.main", "origin", "move", NEW_ORIGIN, "--yes")
        moved = subprocess.run(command, env=web.environ, capture_output=True, check=False)
        assert moved.returncode == 0, moved.stderr
        wait_until(lambda: status_of(port, NEW_ORIGIN) == 200, seconds=instance_origin.READ_INTERVAL + 3)
        assert status_of(port, OLD_ORIGIN) == 308


def status_of(port: int, origin: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/sign-in", headers={"host": origin.removeprefix("https://")})
    try:
        return connection.getresponse().status
    finally:
        connection.close()
