"""The API over the sample coalition, called in this process."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.web.app import create_app
from tests.support.factories import SampleInstance


@dataclass(frozen=True)
class ApiTestClient:
    """A client of the API; `call` returns the response unparsed."""

    client: TestClient
    instance: SampleInstance

    def call(self, method: str, path: str, body: object = None, *, by: str = "", **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if by:
            sent |= self.instance.session_headers(by)
        more: dict[str, Any] = (
            {"content": body} if isinstance(body, bytes) else {"json": body} if body is not None else {}
        )
        return self.client.request(method, f"/api/v1{path}", headers=sent, **more)

    def get(self, path: str, *, by: str = "", **headers: str) -> Any:
        return self.call("GET", path, by=by, **headers)

    def post(self, path: str, body: object = None, *, by: str = "", **headers: str) -> Any:
        return self.call("POST", path, body, by=by, **headers)


@pytest.fixture
def api(instance: SampleInstance) -> Iterator[ApiTestClient]:
    with TestClient(
        create_app(instance.app_state), base_url="http://localhost", raise_server_exceptions=False
    ) as client:
        yield ApiTestClient(client, instance)
