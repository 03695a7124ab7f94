"""L8, M3: hosts, origins and cookies follow the stored origin of the instance, never a header that anybody can send."""

from collections.abc import Iterator

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from service.store.tables import coalition
from service.web.app import create_app
from tests.support.factories import SampleInstance
from tests.support.web_client import WebClient, open_web_client

PUBLIC = "https://mithaq.example"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


@pytest.fixture
def public_client(instance: SampleInstance) -> Iterator[TestClient]:
    """A client of an instance behind a proxy that ends TLS: requests arrive without it."""
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(origin=PUBLIC))
    with TestClient(create_app(instance.app_state), base_url="http://mithaq.example") as client:
        yield client


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "localhost.evil.example", "", "10.0.0.1", "["])
def test_other_hosts_are_refused(web_client: WebClient, host: str) -> None:
    response = web_client.get("/sign-in", host=host)
    assert response.status_code == 421 and "localhost" not in response.text


def test_rebound_name_signs_nobody_into_a_sample(web_client: WebClient, instance: SampleInstance) -> None:
    headers = {"host": "evil.example:8000", "origin": "http://evil.example:8000"}
    form = {"person": instance.members.people["lama"].id}
    response = web_client.client.post("/sign-in/sample", data=form, headers=headers, follow_redirects=False)
    assert response.status_code == 421 and "set-cookie" not in response.headers


@pytest.mark.parametrize("host", ["localhost", "localhost:9000", "127.0.0.1:8000", "[::1]:8000"])
def test_every_name_of_loopback_leads_to_an_instance_on_loopback(web_client: WebClient, host: str) -> None:
    assert web_client.get("/sign-in", host=host).status_code == 200


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_monitoring_works_under_any_name(web_client: WebClient, path: str) -> None:
    assert web_client.get(path, host="10.0.0.7:8000").status_code in (200, 503)


@pytest.mark.parametrize(
    ("host", "status"),
    [("mithaq.example", 200), ("MITHAQ.example:443", 200), ("localhost", 421), ("mithaq.example:8000", 421)],
)
def test_public_instance_answers_under_its_name_only(public_client: TestClient, host: str, status: int) -> None:
    assert public_client.get("/sign-in", headers={"host": host}).status_code == status


def test_live_editing_under_another_name_is_refused(public_client: TestClient) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        public_client.websocket_connect("ws://localhost/api/v1/documents/doc_x/editions/ar/live"),
    ):
        pass


def test_asvs_7_cookies_of_a_public_instance_have_the_host_prefix(
    public_client: TestClient, instance: SampleInstance
) -> None:
    form = {"key": instance.token("lama"), "own": "on"}
    signed_in = public_client.post("/sign-in", data=form, headers={"origin": PUBLIC}, follow_redirects=False)
    chosen = public_client.post(
        "/language",
        data={"lang": "en", "zone": "Europe/London", "next": "/"},
        headers={"origin": PUBLIC},
        follow_redirects=False,
    )
    cookies = [*signed_in.headers.get_list("set-cookie"), *chosen.headers.get_list("set-cookie")]
    assert len(cookies) >= 3
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "path=/"} <= attributes and "domain" not in cookie.lower()
        assert attributes & {"samesite=lax", "samesite=strict"}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_asvs_15_forwarded_scheme_changes_no_cookie(
    web_client: WebClient, instance: SampleInstance, scheme: str
) -> None:
    headers = {"x-forwarded-proto": scheme, "forwarded": f"proto={scheme}", "origin": "http://localhost"}
    form = {"key": instance.token("lama")}
    response = web_client.client.post("/sign-in", data=form, headers=headers, follow_redirects=False)
    assert response.headers["set-cookie"].startswith("mithaq=")


@pytest.mark.parametrize(
    "origin", ["http://mithaq.example", "https://mithaq.example:8443", "null", "https://a.example"]
)
def test_form_needs_the_stored_origin(public_client: TestClient, origin: str) -> None:
    response = public_client.post("/language", data={"lang": "en"}, headers={"origin": origin})
    assert response.status_code == 403


def test_session_of_another_name_is_not_taken(public_client: TestClient, instance: SampleInstance) -> None:
    form = {"key": instance.token("lama")}
    response = public_client.post("/sign-in", data=form, headers={"origin": PUBLIC}, follow_redirects=False)
    session = response.cookies.get("__Host-mithaq")
    assert session and public_client.get("/account", headers={"cookie": f"__Host-mithaq={session}"}).status_code == 200
    public_client.cookies.clear()
    assert public_client.get("/account", headers={"cookie": f"mithaq={session}"}).status_code == 401
