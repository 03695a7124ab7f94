"""ASVS 14, 53: no GET request changes what others see or may do, and no private page is stored by the browser."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from service.store.tables import metadata
from service.web.routes import PAGE_ROUTES
from tests.support.factories import SampleInstance, open_round_with_document
from tests.support.web_client import WebClient, create_test_client, open_web_client

OWN_MARKS = {
    "reading": "how far the person has read a version: concerns only themselves",
    "draft_reading": "how far the person has seen a draft: concerns only themselves",
    "session": "when the session was last used",
    "version_index": "computed from texts that never change",
    "security_event": "that a page was refused",
}
"""Tables that showing a page may write, and why that is harmless. Each write is the reader's own."""

GET_PATHS = sorted({route.path for route in PAGE_ROUTES if "GET" in (route.methods or ())})


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def rows_by_table(instance: SampleInstance) -> dict[str, list[str]]:
    with instance.read() as tx:
        return {
            name: sorted(repr(tuple(row)) for row in tx.connection.execute(select(table)))
            for name, table in metadata.tables.items()
        }


def fill(path: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{", "").replace("}", "")


@pytest.mark.parametrize("who", ["", "salma", "lama", "yusuf", "reem"])
def test_asvs_14_reading_pages_changes_only_the_readers_own_marks(instance: SampleInstance, who: str) -> None:
    document, round_id = open_round_with_document(instance)
    values = {"document": document, "round": round_id, "number": "1", "lang": "ar", "page": "drafter"}
    values |= {"person": instance.members.people["lama"].id}
    with create_test_client(instance.app_state) as client:
        web_client = WebClient(client, instance)
        if who:
            web_client.sign_in(who)
        before = rows_by_table(instance)
        for path in GET_PATHS:
            assert web_client.get(fill(path, values)).status_code < 500, path
        web_client.get(f"/documents/{document}/comparison?old=1&new=1&lang=ar")
    after = rows_by_table(instance)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= set(OWN_MARKS) <= set(metadata.tables)


def test_asvs_53_private_pages_are_not_stored(web_client: WebClient, instance: SampleInstance) -> None:
    document, round_id = open_round_with_document(instance)
    values = {"document": document, "round": round_id, "number": "1", "lang": "ar", "page": "drafter"}
    web_client.sign_in("salma")
    for path in GET_PATHS:
        response = web_client.get(fill(path, values))
        if not response.headers.get("content-type", "").startswith("text/html"):
            continue
        assert response.headers["cache-control"] == "no-store", path
    headers = {"accept-language": "en"}
    assert web_client.client.get("/api/v1/me", headers=headers).headers["cache-control"] == "no-store"


def test_asvs_53_signing_out_clears_stored_pages_but_not_unsent_words(web_client: WebClient) -> None:
    web_client.sign_in("lama")
    assert web_client.post("/sign-out").headers["clear-site-data"] == '"cache"'
