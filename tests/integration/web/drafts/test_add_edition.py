"""Adding a language to an open document, in this order: outsider, wrong role, not found, conflict, success."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.actions.documents import documents
from service.store import record as record_store
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from tests.integration.web.conftest import ApiTestClient
from tests.integration.web.drafts.test_edit_pages import document_revision, draft_text
from tests.support.factories import (
    SampleInstance,
    create_document,
    cut_version,
    move_to_review,
    open_round_with_document,
    save_text,
)
from tests.support.web_client import (
    WebClient,
    error_code,
    form_fields,
    open_web_client,
    page_links,
    page_text,
    parse_page,
)

ARABIC = {"ar": "## المادة ١\n\nنصّ أوّل.\n"}
ENGLISH = {
    "lang": "en",
    "title": "A call",
    "kind": "translation",
    "start": "pasted",
    "text": "## Article 1\n\nFirst.\n",
}


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def add_edition(web_client: WebClient, document: str, **changed: str) -> Any:
    form = ENGLISH | {"rev": document_revision(web_client.instance, document)} | changed
    return web_client.post(f"/documents/{document}/editions", form)


def edition_languages(instance: SampleInstance, document: str) -> set[str]:
    with instance.read() as tx:
        found = documents_store.get(tx, document)
        assert found
        return set(found.editions)


# Outsider


def test_outsider_adds_nothing(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=ARABIC)
    assert web_client.get(f"/documents/{document}/editions").status_code == 401
    assert add_edition(web_client, document).status_code == 401
    assert edition_languages(instance, document) == {"ar"}


# Wrong role


def test_signatory_is_not_offered_it(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=ARABIC)
    web_client.sign_in("yusuf")
    assert f"/documents/{document}/editions" not in page_links(web_client.get(f"/documents/{document}"))
    assert add_edition(web_client, document).status_code == 403
    assert edition_languages(instance, document) == {"ar"}


# Not found


def test_unknown_document_is_not_found(web_client: WebClient) -> None:
    web_client.sign_in("lama")
    assert web_client.get("/documents/doc_none/editions").status_code == 404


# Conflict


def test_existing_language_is_not_replaced(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=ARABIC | {"en": "Old.\n"})
    web_client.sign_in("lama")
    answer = add_edition(web_client, document)
    assert answer.status_code == 409 and "edition_exists" in page_text(answer)
    assert parse_page(answer).xpath("string(//textarea[@id='text'])").strip() == ENGLISH["text"].strip()
    assert draft_text(instance, document) == "Old.\n"


def test_stale_document_is_a_conflict(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=ARABIC)
    web_client.sign_in("lama")
    form = form_fields(web_client.get(f"/documents/{document}/editions"))
    save_text(instance, document, "نصّ آخر.\n")
    response = web_client.post(f"/documents/{document}/editions", form | ENGLISH)
    assert response.status_code == 412 and "stale_document" in page_text(response)


def test_only_translations_are_added_in_review(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=ARABIC)
    cut_version(instance, document)
    move_to_review(instance, document)
    web_client.sign_in("lama")
    answer = add_edition(web_client, document, kind="authentic")
    assert answer.status_code == 409 and "authentic_in_review" in page_text(answer)
    assert add_edition(web_client, document).status_code == 303
    page = web_client.get(f"/documents/{document}?lang=en")
    assert page.status_code == 200 and "This text is not in any version yet." in page_text(page)
    assert web_client.get(f"/documents/{document}/comparison?lang=en&old=1&new=1").status_code == 200


def test_language_is_rejected_in_an_open_round(web_client: WebClient, instance: SampleInstance) -> None:
    document, _ = open_round_with_document(instance)
    web_client.sign_in("lama")
    answer = add_edition(web_client, document, lang="en")
    assert (answer.status_code, error_code(answer)) == (409, "edition_in_round")


def test_language_is_rejected_after_approval(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=ARABIC)
    with instance.write() as tx:
        assert documents_store.change_state(tx, document, from_state="drafting", to_state="approved")
    body = {"lang": "en", "title": "A call"}
    response = api.post(f"/documents/{document}/editions", body, by="lama")
    assert (response.status_code, response.json()["code"]) == (409, "text_sealed")


def test_language_is_rejected_after_withdrawal(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=ARABIC)
    with instance.write() as tx:
        documents.change_state(
            tx, instance.actor(tx, "salma"), document_id=document, to_state="withdrawn", note="Done."
        )
    response = api.post(f"/documents/{document}/editions", {"lang": "en", "title": "A call"}, by="lama")
    assert (response.status_code, response.json()["code"]) == (409, "document_state")


# Success


def test_translation_is_added(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=ARABIC)
    web_client.sign_in("lama")
    assert f"/documents/{document}/editions" in page_links(web_client.get(f"/documents/{document}"))
    form = form_fields(web_client.get(f"/documents/{document}/editions"))
    response = web_client.post(f"/documents/{document}/editions", form | {"title": "A call"})
    assert (response.status_code, response.headers["location"]) == (303, f"/documents/{document}?lang=en")
    assert draft_text(instance, document) == ARABIC["ar"], "the translation begins with a copy of the original"
    page = web_client.get(f"/documents/{document}?lang=en")
    assert "Translation" in page_text(page) and "Add a language" not in page_text(page)
    with instance.read() as tx:
        assert b'"act":"edition.add"' in (record_store.list_leaves(tx)[-1].content or b"")


def test_authentic_text_is_part_of_the_next_version(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=ARABIC)
    cut_version(instance, document)
    body = {"lang": "en", "title": "A call", "text": "First.\n", "authentic": True}
    response = api.post(f"/documents/{document}/editions", body, by="lama")
    assert response.status_code == 201 and set(response.json()["editions"]) == {"ar", "en"}
    cut_version(instance, document)
    with instance.read() as tx:
        first, second = versions_store.list_by_document(tx, document)
    assert set(first.editions) == {"ar"} and set(second.editions) == {"ar", "en"}
    assert second.authentic == ("ar", "en")
    compared = api.get(f"/documents/{document}/comparison?lang=en&old=1&new=2", by="lama")
    assert compared.status_code == 200
