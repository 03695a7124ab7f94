"""Every form of the pages is guarded by the origin of its request, whatever its handler is."""

from collections.abc import Iterator

import pytest

from service.web.routes import PAGE_ROUTES
from tests.support.factories import SampleInstance
from tests.support.web_client import ORIGIN, WebClient, open_web_client

FORM_PATHS = sorted(route.path for route in PAGE_ROUTES if "POST" in (route.methods or set()))


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}, {}])
def test_form_of_another_site_is_refused(web_client: WebClient, headers: dict[str, str]) -> None:
    web_client.sign_in("salma")
    refused = {path: web_client.client.post(path, headers=headers, content=b"x=1") for path in FORM_PATHS}
    assert {path: answer.status_code for path, answer in refused.items()} == dict.fromkeys(FORM_PATHS, 403)
    assert all("foreign_form" in answer.text for answer in refused.values())


def test_form_of_another_site_is_refused_before_its_body_is_read(web_client: WebClient) -> None:
    def body() -> Iterator[bytes]:
        yield b"x="
        raise AssertionError("the body was read")

    headers = {"sec-fetch-site": "same-site", "content-type": "application/x-www-form-urlencoded"}
    answer = web_client.client.post("/sign-in", headers=headers, content=body())
    assert answer.status_code == 403


def test_own_form_passes(web_client: WebClient) -> None:
    web_client.sign_in("salma")
    for headers in ({"sec-fetch-site": "same-origin"}, {"origin": ORIGIN}):
        answer = web_client.client.post("/people", headers=headers, data={"name_en": ""})
        assert "foreign_form" not in answer.text
        assert answer.status_code == 400


def test_reading_from_another_site_is_allowed(web_client: WebClient) -> None:
    assert web_client.client.get("/sign-in", headers={"sec-fetch-site": "cross-site"}).status_code == 200
