"""L1: an Idempotency-Key belongs to one request: method, path, query, precondition and body."""

from collections.abc import Iterator

import pytest

from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import SampleInstance, create_document
from tests.support.web_client import WebClient, error_code, open_web_client


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def test_key_used_with_another_query_is_refused(api: ApiTestClient, instance: SampleInstance) -> None:
    person = instance.members.people["yusuf"].id
    for role in ("drafter", "observer"):
        assert api.post(f"/people/{person}/roles", {"role": role}, by="salma").status_code == 204
    paths = [f"/people/{person}/roles?role={role}" for role in ("drafter", "drafter", "observer")]
    first, again, other = (api.call("DELETE", path, by="salma", idempotency_key="k") for path in paths)
    assert (first.status_code, again.status_code, again.headers["idempotency-replayed"]) == (204, 204, "true")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")
    assert "observer" in str(api.get("/me", by="yusuf").json()["roles"]), "nothing else was done"


def test_key_used_with_another_precondition_is_refused(api: ApiTestClient, instance: SampleInstance) -> None:
    path, body = f"/documents/{create_document(instance)}", {"place": {"en": "Damascus"}}
    rev = api.get(path, by="lama").headers["etag"].strip('"')
    first = api.call("PATCH", path, body, by="lama", idempotency_key="k", if_match=f'"{rev}"')
    again = api.call("PATCH", path, body, by="lama", idempotency_key="k", if_match=f'"{rev}"')
    other = api.call("PATCH", path, body, by="lama", idempotency_key="k", if_match=f'"{int(rev) + 1}"')
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")


def test_key_of_a_form_used_with_another_query_is_refused(web_client: WebClient, instance: SampleInstance) -> None:
    path = f"/documents/{create_document(instance)}/people"
    form = {"key": "k", "person": instance.members.people["yusuf"].id, "role": "drafter"}
    web_client.sign_in("salma")
    first, again = web_client.post(path, form), web_client.post(path, form)
    assert (first.status_code, again.headers["location"]) == (303, first.headers["location"])
    other = web_client.post(f"{path}?role=observer", form)
    assert (other.status_code, error_code(other)) == (409, "form_reused")
