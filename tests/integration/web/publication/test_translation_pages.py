"""The form of a later translation, and the pages that show it."""

from collections.abc import Iterator

import pytest

from tests.support.factories import SampleInstance, create_sealed_document
from tests.support.web_client import (
    WebClient,
    create_publication,
    error_code,
    finish_exports,
    form_fields,
    open_web_client,
    page_text,
    parse_page,
)

TEXT = "A first text, [translated](https://example.org)."


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def form(web_client: WebClient, document: str, **more: str) -> dict[str, str]:
    return {
        **form_fields(web_client.get(f"/documents/{document}/translations")),
        "title": "A title",
        "text": TEXT,
        **more,
    }


# Outsider


def test_outsider_is_asked_to_sign_in(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    assert web_client.get(f"/documents/{document}/translations").status_code == 401


# Wrong role


def test_signatory_is_not_offered_it(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    web_client.sign_in("yusuf")
    assert "/translations" not in web_client.get(f"/documents/{document}").text
    assert web_client.post(f"/documents/{document}/translations", {"lang": "en"}).status_code == 403


# Conflict


def test_rejected_form_keeps_its_input_and_shows_errors(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    web_client.sign_in("lama")
    response = web_client.post(
        f"/documents/{document}/translations", form(web_client, document, text="See [](#nowhere).")
    )
    assert (response.status_code, error_code(response)) == (409, "broken_reference")
    assert form_fields(response)["text"].strip() == "See [](#nowhere)." and form_fields(response)["title"] == "A title"


# Success


def test_form_can_begin_with_a_copy_of_the_approved_text(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    web_client.sign_in("lama")
    assert form_fields(web_client.get(f"/documents/{document}/translations"))["text"].strip() == ""
    assert "نصّ أوّل." in form_fields(web_client.get(f"/documents/{document}/translations?copy=1"))["text"]


def test_translation_is_added_corrected_and_published_as_translation(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_sealed_document(instance)
    publication = create_publication(instance, document)
    web_client.sign_in("reem")
    assert "/translations" in web_client.get(f"/documents/{document}").text
    response = web_client.post(f"/documents/{document}/translations", form(web_client, document))
    assert response.status_code == 303 and response.headers["location"] == f"/documents/{document}/files"
    page = web_client.get(f"/documents/{document}?lang=en")
    assert "A first text, translated." in page_text(page) and "after the text was approved" in page_text(page)
    again = form_fields(web_client.get(f"/documents/{document}/translations"))
    assert (again["after"], again["text"].strip()) == ("1", TEXT)
    finish_exports(instance, document)
    assert "A first text" not in page_text(web_client.get(f"/p/{publication}?lang=en"))
    assert (
        web_client.post_confirmed(
            f"/documents/{document}/publication", form_fields(web_client.get(f"/documents/{document}/files"))
        ).status_code
        == 303
    )
    public = web_client.get(f"/p/{publication}?lang=en")
    assert "It was not signed" in page_text(public) and "A first text, translated." in page_text(public)
    assert len(parse_page(public).xpath("//section[@aria-labelledby='h-files']//a[contains(@href, '/files/')]")) == 4
