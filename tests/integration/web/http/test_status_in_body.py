"""The status in the body of a problem is that of the response, for every method of every route of the API."""

import json
import re
from collections.abc import Iterator

import pytest
from starlette.routing import Route

from service.web.app import STATIC_DIR
from service.web.routes import routes
from tests.support.factories import SampleInstance
from tests.support.web_client import ORIGIN, WebClient, error_code, open_web_client

DATABASES = ("sqlite",)
METHODS = ("GET", "POST", "PUT", "DELETE")
PATHS = sorted({route.path for route in routes(str(STATIC_DIR)) if isinstance(route, Route)} | {"/api/v1/nowhere"})


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def test_status_in_body_is_that_of_the_response(web_client: WebClient) -> None:
    web_client.sign_in("lama")
    seen = set()
    for path in PATHS:
        for method in METHODS:
            address = re.sub(r"\{[^}]*\}", "doc_none", path)
            response = web_client.client.request(method, address, headers={"origin": ORIGIN}, follow_redirects=False)
            seen.add(response.status_code)
            if response.headers.get("content-type", "").startswith("application/problem+json") and response.content:
                assert json.loads(response.content)["status"] == response.status_code, (method, path)
    assert {400, 403, 404, 405} <= seen


@pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "PUT"])
def test_method_that_a_resource_lacks_is_405(web_client: WebClient, method: str) -> None:
    response = web_client.client.request(method, "/api/v1/documents")
    assert (response.status_code, response.json()["status"], response.json()["code"]) == (
        405,
        405,
        "method_not_allowed",
    )
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_page_that_accepts_no_form_says_so_in_its_status(web_client: WebClient) -> None:
    response = web_client.post("/p/pub_none")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
    assert error_code(response) == "method_not_allowed"
