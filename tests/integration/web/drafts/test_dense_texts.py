"""Texts whose formatting takes too long to read: refused on entry, shown as they are written where they are stored."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from service.domain.text.diff.block_index import build_index
from service.domain.text.markup.canonical import text_sha256
from service.store.documents import versions as versions_store
from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import SampleInstance, create_document, cut_version
from tests.support.web_client import WebClient, open_web_client, parse_page

TEXT = "## Article 1 {#one}\n\nA first text.\n"
BRACKETS = "## Article 1 {#one}\n\n" + ("[" * 99 + "]" * 99 + "\n\n") * 500
"""100,000 code points under every limit of length and depth."""


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def add_stored_version(instance: SampleInstance, document: str, text: str) -> None:
    """Add version 2 with a text that an earlier release accepted."""
    text = text.rstrip() + "\n"
    with instance.write() as tx:
        first = versions_store.get_latest(tx, document)
        assert first
        edition = replace(first.editions["en"], text=text, text_sha256=text_sha256(text))
        stored = replace(first, id=tx.new_id("ver"), number=2, version_sha256="0" * 64, editions={"en": edition})
        versions_store.add(tx, stored, indexes={"en": build_index(text, text_sha256=text_sha256(text))})


def test_dense_text_is_refused_on_entry_with_its_line(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": TEXT})
    body = {"text": BRACKETS, "epoch": 1, "seq": 1}
    response = api.call("PUT", f"/documents/{document}/editions/en/draft", body, by="lama")
    assert (response.status_code, response.json()["code"]) == (413, "text_too_complex")
    assert response.json()["extra"]["line"] > 1
    created = {"kind": "statement", "authentic": ["en"], "editions": {"en": {"title": "Dense", "text": BRACKETS}}}
    assert api.post("/documents", created, by="lama").json()["code"] == "text_too_complex"


def test_preview_of_a_dense_text_is_refused_and_keeps_what_was_typed(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_document(instance, texts={"en": TEXT})
    web_client.sign_in("lama")
    fields = {"text": BRACKETS[:60_000], "epoch": "1", "seq": "1"}
    response = web_client.post(f"/documents/{document}/texts/en/preview", fields)
    assert (response.status_code, "text_too_complex" in response.text) == (413, True)
    assert "[" * 99 in response.text


def test_stored_dense_version_stays_readable(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": TEXT})
    cut_version(instance, document)
    add_stored_version(instance, document, BRACKETS)
    response = web_client.sign_in("lama").get(f"/documents/{document}/versions/2?lang=en")
    assert response.status_code == 200
    assert parse_page(response).find(".//pre") is not None
    assert response.text.count("[" * 99 + "]" * 99) == 500
