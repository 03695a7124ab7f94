"""The outline of a text, in this order: outsider, wrong role, not found, success."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, save_text
from tests.support.web_client import WebClient, open_web_client, page_links, page_text, parse_page

TEXTS = {
    "ar": "## المادة ١ {#one}\n\nنصّ أوّل عن السيادة.\n\n## المادة ٢\n\nكما في المادة ٩.\n\n## المادة ٣\n\nنصّ ثالث.\n",
    "en": "## Article 1 {#one}\n\nA first text about sovereignty.\n\n## Article 2\n\nSee [](#gone).\n",
}


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def outline_lines(response: Any) -> list[str]:
    """Return the line of each provision."""
    found = parse_page(response).xpath("//ul[@class='remarks']/li//div")
    return [" ".join((one.text or "").split() or one.text_content().split()) for one in found]


# Outsider


def test_outsider_sees_no_outline(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    assert web_client.get(f"/documents/{document}/outline").status_code == 401


# Wrong role


def test_warnings_are_shown_to_drafters_only(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    page = web_client.sign_in("yusuf").get(f"/documents/{document}/outline?lang=en")
    assert "Article 2" in page_text(page) and outline_lines(page) == [] and "points to check" not in page_text(page)


# Not found


def test_unknown_document_or_language_is_not_found(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    assert web_client.get("/documents/doc_none/outline").status_code == 404
    assert web_client.get(f"/documents/{document}/outline?lang=fr").status_code == 404


# Success


def test_each_warning_is_at_its_provision(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    assert f"/documents/{document}/outline?lang=en" in page_links(web_client.get(f"/documents/{document}?lang=en"))
    page = web_client.get(f"/documents/{document}/outline?lang=en")
    text = page_text(page)
    assert "1 point to check" in text and "This reference points to a heading that does not exist: gone." in text
    assert "Only in the Arabic text" in text and "المادة ٣" in text
    page = web_client.get(f"/documents/{document}/outline?lang=ar")
    text = page_text(page)
    assert "2 points to check" in text and "no heading has that number" in text
    assert "The English text has no matching part." in text


def test_links_lead_to_the_place_in_the_text(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=TEXTS)
    web_client.sign_in("lama")
    page = web_client.get(f"/documents/{document}/outline?lang=ar")
    places = [link.partition("#")[2] for link in page_links(page) if "#t-" in link]
    assert places == ["t-h-one", "t-o-2", "t-o-3"]
    shown = parse_page(web_client.get(f"/documents/{document}?lang=ar"))
    for place, label in zip(places, ("المادة ١", "المادة ٢", "المادة ٣"), strict=True):
        assert label in shown.xpath(f"//*[@id='{place}']")[0].text_content()


def test_outdated_counterpart_is_reported(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={lang: TEXTS[lang].replace("[](#gone)", "[](#one)") for lang in TEXTS})
    cut_version(instance, document)
    save_text(instance, document, TEXTS["ar"].replace("عن السيادة", "عن سيادة الشعب كله"), lang="ar")
    web_client.sign_in("lama")
    text = page_text(web_client.get(f"/documents/{document}/outline?lang=en"))
    assert "The matching part in the Arabic text has changed since version 1, and this one has not." in text


def test_outline_in_review_has_no_warnings(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": TEXTS["ar"]})
    cut_version(instance, document)
    move_to_review(instance, document)
    page = web_client.sign_in("lama").get(f"/documents/{document}/outline")
    assert "Version 1" in page_text(page) and "المادة ٣" in page_text(page) and outline_lines(page) == []


def test_text_without_headings_has_empty_outline(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": "نصّ.\n"})
    assert "No headings yet" in page_text(web_client.sign_in("lama").get(f"/documents/{document}/outline"))


def test_typed_numbers_with_automatic_numbering_are_reported(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": "## Article 1\n\nWords.\n"}, numbering="automatic")
    save_text(instance, document, "## Article\n\nSee Article 2.\n\n## Article 2\n\nWords.\n", lang="en")
    text = page_text(web_client.sign_in("lama").get(f"/documents/{document}/outline"))
    assert "Article 2 is typed by hand and will not update when numbers change." in text
    assert "The number 2 is typed. It would be added automatically." in text
