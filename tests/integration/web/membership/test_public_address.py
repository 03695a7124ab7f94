"""The public address on pages and in the API: members see where the service was, and nobody changes it there."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.actions.membership import origin_move
from service.domain.policy import POLICY
from service.store.membership import organisations as organisations_store
from service.web.app import create_app
from tests.support.factories import NEW_ORIGIN, OLD_ORIGIN, SampleInstance, make_public
from tests.support.web_client import page_text


@pytest.fixture
def moved(instance: SampleInstance) -> Iterator[TestClient]:
    make_public(instance)
    with instance.write() as tx:
        origin_move.move(tx, address=NEW_ORIGIN, keep_access=False)
    state = replace(instance.app_state, settings=instance.app_state.settings.replace(sample=False))
    with TestClient(create_app(state), base_url="https://new.mithaq.example", follow_redirects=False) as client:
        client.headers["accept-language"] = "en"
        yield client


def headers_of(instance: SampleInstance, who: str) -> dict[str, str]:
    return {"cookie": f"__Host-mithaq={instance.session(who)}; __Host-lang=en", "origin": NEW_ORIGIN}


@pytest.mark.parametrize("who", ["salma", "yusuf"])
def test_members_see_earlier_addresses(moved: TestClient, instance: SampleInstance, who: str) -> None:
    page = page_text(moved.get("/coalition", headers=headers_of(instance, who)))
    assert f"Public address {NEW_ORIGIN} Earlier addresses." in page and f"{OLD_ORIGIN} until " in page
    found = moved.get("/api/v1/coalition", headers=headers_of(instance, who)).json()
    assert (found["origin"], [one["origin"] for one in found["former_origins"]]) == (NEW_ORIGIN, [OLD_ORIGIN])


def test_security_log_and_notices_show_the_move(moved: TestClient, instance: SampleInstance) -> None:
    headers = headers_of(instance, "salma")
    page = page_text(moved.get("/security", headers=headers))
    assert "Public address changed" in page and NEW_ORIGIN in page
    page = page_text(moved.get("/notices", headers=headers))
    assert "The public address of this service has changed." in page
    assert f"The earlier address: {OLD_ORIGIN}" in page and f"The new address: {NEW_ORIGIN}" in page


def test_nobody_moves_the_service_without_a_shell(moved: TestClient, instance: SampleInstance) -> None:
    headers, evil = headers_of(instance, "salma"), "https://evil.example"
    attempts: list[tuple[str, str, dict[str, Any]]] = [
        ("PATCH", "/api/v1/coalition", {"json": {"origin": evil}}),
        ("PATCH", "/api/v1/coalition", {"json": {"settings": {"origin": evil}}}),
        ("POST", "/api/v1/coalition/origin", {"json": {"origin": evil}}),
        ("POST", "/coalition", {"data": {"origin": evil, "names_en": "Oak", "langs": "en"}}),
    ]
    for method, path, body in attempts:
        moved.request(method, path, headers={**headers, "if-match": "*"}, **body)
    with instance.read() as tx:
        found = organisations_store.get_coalition(tx)
    assert found and found.origin == NEW_ORIGIN and "origin" not in found.settings
    assert not [verb for verb in POLICY if "origin" in verb or verb.startswith("instance.")]
