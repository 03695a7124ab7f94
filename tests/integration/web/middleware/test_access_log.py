"""The access log is off unless it is asked for; it holds no documents, people, queries or whole addresses."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.integration.logs.canary import captured_log_lines
from tests.support.factories import SampleInstance, create_document
from tests.support.web_client import WebClient, open_web_client


@pytest.fixture(params=[False, True])
def web_client(instance: SampleInstance, request: pytest.FixtureRequest) -> Iterator[WebClient]:
    settings = instance.app_state.settings.replace(access_log=request.param)
    yield from open_web_client(replace(instance, app_state=replace(instance.app_state, settings=settings)))


def test_line_names_the_route_and_no_more(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    web_client.sign_in("lama")
    with captured_log_lines("info") as lines:
        assert web_client.get(f"/documents/{document}?since=secret-query").status_code == 200
        web_client.get("/health")
    found = [line for line in lines.text.splitlines() if "mithaq.access" in line]
    if not web_client.instance.app_state.settings.access_log:
        assert found == []
        return
    (line,) = found
    assert ": GET /documents/{document} 200 " in line
    assert document not in line and "secret-query" not in line and instance.members.people["lama"].id not in line


def test_unknown_pages_and_methods_are_not_quoted(web_client: WebClient) -> None:
    with captured_log_lines("info") as lines:
        web_client.get("/wp-login.php")
        web_client.client.request("BREW", "/coffee-pot")
    assert "wp-login" not in str(lines) and "coffee" not in str(lines) and "BREW" not in str(lines)
