"""HSTS: for the host of the origin only, unless the operator chooses its subdomains too."""

from dataclasses import replace

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from service.store.tables import coalition
from service.web.app import create_app
from tests.support.factories import SampleInstance

DATABASES = ("sqlite",)


@pytest.mark.parametrize(
    ("origin", "changes", "value"),
    [
        ("https://mithaq.example", {}, "max-age=63072000"),
        ("https://mithaq.example", {"hsts_subdomains": True}, "max-age=63072000; includeSubDomains"),
        ("https://mithaq.example", {"hsts_seconds": 300}, "max-age=300"),
        ("https://mithaq.example", {"hsts_seconds": 0}, "max-age=0"),
        ("http://mithaq.localhost", {"hsts_subdomains": True}, None),
    ],
)
def test_hsts_is_for_one_host_by_default(
    instance: SampleInstance, origin: str, changes: dict[str, object], value: str | None
) -> None:
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(origin=origin))
    app_state = replace(instance.app_state, settings=instance.app_state.settings.replace(**changes))
    with TestClient(create_app(app_state), base_url=origin) as client:
        for path in ("/sign-in", "/nowhere", "/static/nothing.css", "/health"):
            assert client.get(path).headers.get("strict-transport-security") == value
