"""Reference and numbered paragraphs of a document: page, API, terms of the round, seal and what is printed."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.publication import seals as seals_store
from tests.integration.web.conftest import ApiTestClient
from tests.integration.web.drafts.test_edit_pages import document_revision
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    close_round,
    create_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
    open_round,
)
from tests.support.web_client import WebClient, error_code, form_fields, open_web_client, page_text, parse_page
from workers.render.content.manuscript_from_seal import from_seal

ARABIC_REFERENCE = "ب/٢٠٢٦/٧"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def stored_front(instance: SampleInstance, document: str) -> dict[str, Any]:
    with instance.read() as tx:
        found = documents_store.get(tx, document)
    assert found
    return dict(found.front)


def test_reference_that_is_too_long_is_refused_at_its_field(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    web_client.sign_in("lama")
    form = {"reference": "س" * 41, "rev": document_revision(instance, document)}
    response = web_client.post(f"/documents/{document}/front", form)
    assert response.status_code in (400, 413) and error_code(response) == "name_too_long"
    assert form_fields(response)["reference"] == "س" * 41
    assert "reference" not in stored_front(instance, document)


def test_reference_and_numbered_paragraphs_are_set_and_removed(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    web_client.sign_in("lama")
    path = f"/documents/{document}/front"
    form = {"reference": f" {ARABIC_REFERENCE} ", "numbered_paragraphs": "1", "place_ar": "حلب"}
    web_client.post(path, {**form, "rev": document_revision(instance, document)})
    assert stored_front(instance, document) == {
        "v": 1,
        "place": {"ar": "حلب"},
        "addressees": {},
        "reference": ARABIC_REFERENCE,
        "numbered_paragraphs": True,
    }
    page = web_client.get(path)
    assert form_fields(page)["reference"] == ARABIC_REFERENCE
    assert parse_page(page).xpath("//input[@name='numbered_paragraphs']/@checked")
    web_client.post(path, {"reference": "", "place_ar": "حلب", "rev": document_revision(instance, document)})
    assert stored_front(instance, document) == {"v": 1, "place": {"ar": "حلب"}, "addressees": {}}


def test_reference_and_numbered_paragraphs_are_set_over_the_api(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    path = f"/documents/{document}"
    change = {"reference": "ST/2026/14", "numbered_paragraphs": True}
    assert api.call("PATCH", path, change, by="yusuf", if_match='"1"').status_code in (403, 404)
    rev = f'"{document_revision(instance, document)}"'
    assert api.call("PATCH", path, {"reference": "\u202eX"}, by="lama", if_match=rev).status_code == 400
    assert api.call("PATCH", path, {"numbered_paragraphs": "yes"}, by="lama", if_match=rev).status_code == 400
    front = api.call("PATCH", path, change, by="lama", if_match=rev).json()["front"]
    assert (front["reference"], front["numbered_paragraphs"]) == ("ST/2026/14", True)


def test_round_binds_shows_and_prints_reference_and_numbers(web_client: WebClient, instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    document = create_document(instance)
    web_client.sign_in("lama")
    form = {"reference": ARABIC_REFERENCE, "numbered_paragraphs": "1", "rev": document_revision(instance, document)}
    web_client.post(f"/documents/{document}/front", form)
    cut_version(instance, document)
    move_to_review(instance, document)
    round_id = open_round(instance, document)
    web_client.sign_in("yusuf")
    page = page_text(web_client.get(f"/rounds/{round_id}/sign"))
    assert f"Reference of the document{ARABIC_REFERENCE}" in page
    assert "ParagraphsNumbered in the files" in page
    for signatory in ("yusuf", "huda", "nabil"):
        cast_endorsement(instance, round_id, signatory)
    close_round(instance, round_id)
    with instance.read() as tx:
        seal = seals_store.get_by_document(tx, document)
        version = seal and versions_store.get(tx, seal.version)
    assert seal and version
    printed = from_seal(seal.content, seal_sha256=seal.seal_sha256, edition=version.editions["ar"], lang="ar")
    assert (printed.reference, printed.numbered_paragraphs) == (ARABIC_REFERENCE, True)
