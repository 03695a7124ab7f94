"""Public pages, and the act of publishing."""

from collections.abc import Iterator

import pytest

from service.actions.publication import publications
from service.domain.errors import Conflict
from tests.support.factories import SampleInstance, create_sealed_document
from tests.support.web_client import (
    WebClient,
    create_publication,
    finish_exports,
    form_fields,
    open_web_client,
    page_links,
    page_text,
    parse_page,
)


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


# Wrong role


def test_only_communications_is_offered_to_publish(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    web_client.sign_in("salma")
    assert "/publication" not in web_client.get(f"/documents/{document}").text
    response = web_client.post_confirmed(f"/documents/{document}/publication")
    assert response.status_code == 403
    assert "You do not have permission" in page_text(response)


# Conflict


def test_publishing_waits_for_the_files(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    page = web_client.sign_in("reem").get(f"/documents/{document}/files")
    assert "You can publish as soon as the files are ready." in page_text(page)
    assert "0 of 2 files ready" in page_text(page)
    response = web_client.post_confirmed(f"/documents/{document}/publication")
    assert response.status_code == 409
    assert "The files are not ready yet" in page_text(response)


# Success


def test_communications_publishes_and_everyone_reads(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    web_client.sign_in("reem")
    assert "Publish" in page_text(web_client.get(f"/documents/{document}"))
    response = web_client.post_confirmed(f"/documents/{document}/publication")
    assert response.status_code == 303
    public = next(link for link in page_links(web_client.get(response.headers["location"])) if "/p/" in link)
    web_client.post("/sign-out")
    page = web_client.get(public)
    text = page_text(page)
    for sentence in (
        "نصّ أوّل.",
        "Joint statement by 2 organisations",
        "(reservation 1)",
        "نتحفّظ على المادة ١.",
        "1 organisation abstained from taking a position.",
        "only organisations that endorse are named",
    ):
        assert sentence in text
    files = [link for link in page_links(page) if "/files/" in link]
    assert len(files) == 2
    for link in files:
        assert web_client.get(link).status_code == 200


def test_shared_link_keeps_its_language(web_client: WebClient, instance: SampleInstance) -> None:
    publication = create_publication(instance, create_sealed_document(instance))
    root = parse_page(web_client.get(f"/p/{publication}?lang=ar"))
    assert root.get("lang") == "ar"
    assert "البصمة" in root.text_content()


def test_withdrawn_publication_says_so_and_serves_no_files(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    publication = create_publication(instance, document)
    files = [link for link in page_links(web_client.get(f"/p/{publication}")) if "/files/" in link]
    with instance.write() as tx:
        publications.withdraw(tx, instance.actor(tx, "reem"), document_id=document, note="نُشرت <خطأً>.")
    page = web_client.get(f"/p/{publication}")
    assert "نُشرت <خطأً>." in page_text(page) and "نصّ أوّل." not in page_text(page)
    assert not [link for link in page_links(page) if "/files/" in link]
    assert {web_client.get(link).status_code for link in files} == {404}
    assert "/p/" not in web_client.get("/").text


def test_the_link_preview_is_made_from_the_text(web_client: WebClient, instance: SampleInstance) -> None:
    publication = create_publication(instance, create_sealed_document(instance))
    address = f"/p/{publication}?lang=ar"
    tags = _tags(web_client, address)
    assert tags["description"] == tags["og:description"] == "نصّ أوّل."
    assert tags["og:title"] == parse_page(web_client.get(address)).findtext(".//h1/bdi")
    assert tags["og:url"].endswith(address)
    assert tags["og:site_name"]


def test_communications_sees_the_link_preview_before_publishing(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_sealed_document(instance)
    page = parse_page(web_client.sign_in("reem").get(f"/documents/{document}/files"))
    shown = page.xpath("//*[contains(@class, 'in-chat')][@lang='ar']")
    assert shown[0].findtext("p") == "نصّ أوّل." and shown[0].findtext("b")


def test_the_link_is_shared_and_printed_with_its_qr_code(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    publication = create_publication(instance, document)
    page = parse_page(web_client.get(f"/p/{publication}?lang=ar"))
    assert page.find(".//div[@class='pub-paper']/svg") is not None
    assert f"/p/{publication}?lang=ar" in page.xpath("string(//div[@class='pub-paper'])")
    web_client.sign_in("reem")
    files = parse_page(web_client.get(f"/documents/{document}/files"))
    for shown in (page, files):
        assert f"/p/{publication}?lang=ar" in shown.xpath("string(//*[@id='share-text'])")
        assert [link for link in shown.xpath("//a/@href") if link.startswith("https://wa.me/")]


def test_a_withdrawn_text_is_in_no_preview(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    publication = create_publication(instance, document)
    title = _tags(web_client, f"/p/{publication}")["og:title"]
    with instance.write() as tx:
        publications.withdraw(tx, instance.actor(tx, "reem"), document_id=document, note="نُشرت خطأً.")
    tags = _tags(web_client, f"/p/{publication}?lang=en")
    assert tags["og:title"] == "Withdrawn document"
    assert not [value for value in tags.values() if title in value or "نصّ أوّل" in value]


def test_the_link_to_an_unpublished_document_reveals_no_title(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    title = _tags(web_client, f"/p/{create_publication(instance, document)}")["og:title"]
    for path in (f"/documents/{document}", f"/documents/{document}/files", f"/documents/{document}/versions/1"):
        response = web_client.get(path)
        assert title not in response.text + web_client.get(response.headers.get("location", "/sign-in")).text


def _tags(web_client: WebClient, path: str) -> dict[str, str]:
    """Return the content of the meta tags of a page by name or property."""
    tags = parse_page(web_client.get(path)).iter("meta")
    return {tag.get("property") or tag.get("name") or "": tag.get("content") or "" for tag in tags}


def test_description_of_the_link_can_be_written_and_stays_with_later_revisions(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    path = f"/documents/{document}/publication"
    page = web_client.sign_in("reem").get(f"/documents/{document}/files")
    fields = form_fields(page, "/publication")
    lang = next(name.removeprefix("description_") for name in fields if name.startswith("description_"))
    refused = web_client.post(path, {**fields, f"description_{lang}": "x" * 201})
    assert refused.status_code == 400 and "can have at most 200" in page_text(refused)
    assert "x" * 201 in refused.text, "what was typed comes back"
    done = web_client.post_confirmed(path, {**fields, f"description_{lang}": " سطران\nفي واحد. "})
    public = next(link for link in page_links(web_client.get(done.headers["location"])) if "/p/" in link)
    address = f"{public.partition('?')[0]}?lang={lang}"
    description = "//meta[@name='description']/@content"
    assert parse_page(web_client.get(address)).xpath(description) == ["سطران في واحد."]
    with instance.write() as tx, pytest.raises(Conflict) as unchanged:
        publications.publish(tx, instance.actor(tx, "reem"), document_id=document)
    assert unchanged.value.code == "nothing_new"
