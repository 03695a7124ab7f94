"""The document pages of members, in this order: wrong role, not found, conflict, success."""

from collections.abc import Iterator

import pytest

from service.store.publication import exports as exports_store
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    create_document,
    create_sealed_document,
    cut_version,
    move_to_review,
    open_round_with_document,
    prepare_endorsement,
    save_text,
)
from tests.support.web_client import (
    WebClient,
    error_code,
    finish_exports,
    open_web_client,
    page_links,
    page_text,
    parse_page,
)

BILINGUAL = {
    "ar": "## المادة ١ {#one}\n\nنصّ أوّل.\n",
    "en": "## Article 1 {#one}\n\nA first text with <b>signs</b> & more.\n",
}


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def exports_of(instance: SampleInstance, document: str) -> list[str]:
    with instance.read() as tx:
        return [export.id for _, export in exports_store.list_by_document(tx, document)]


# Wrong role


def test_hidden_document_responds_like_an_unknown_one(web_client: WebClient, instance: SampleInstance) -> None:
    """Communications sees nothing before review (policy)."""
    document = create_document(instance)
    web_client.sign_in("reem")
    hidden, nowhere = web_client.get(f"/documents/{document}"), web_client.get("/documents/doc_none")
    assert (hidden.status_code, nowhere.status_code) == (404, 404)
    assert hidden.text.replace(document, "doc_none") == nowhere.text
    assert document not in web_client.get("/").text


def test_mail_is_shown_to_its_recipient_only(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    _, code = prepare_endorsement(instance, round_id, "yusuf")
    _, other = prepare_endorsement(instance, round_id, "huda")
    text = page_text(web_client.sign_in("yusuf").get("/mails"))
    assert code in text and other not in text


# Not found


@pytest.mark.parametrize(
    "path",
    [
        "/documents/doc_none",
        "/documents/doc_none/versions/1",
        "/documents/doc_none/comparison",
        "/documents/doc_none/exports/exp_none",
        "/rounds/rnd_none",
    ],
)
def test_unknown_document_is_not_found(web_client: WebClient, path: str) -> None:
    response = web_client.sign_in("lama").get(path)
    assert response.status_code == 404
    assert "Page not found" in page_text(response)


def test_unknown_version_or_language_is_not_found(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    web_client.sign_in("lama")
    for rest, status in {
        "?lang=en": 404,
        "?lang=xx": 404,
        "/versions/2": 404,
        "/versions/0": 404,
        "/versions/one": 400,
        "/versions/1?lang=en": 404,
        "/comparison?old=1&new=7": 404,
        "/comparison?old=x&new=1": 400,
    }.items():
        response = web_client.get(f"/documents/{document}{rest}")
        assert (response.status_code, error_code(response)) == (
            status,
            "bad_number" if status == 400 else "not_found",
        ), rest


def test_file_of_another_document_is_not_found(web_client: WebClient, instance: SampleInstance) -> None:
    document, other = create_sealed_document(instance), create_document(instance)
    finish_exports(instance, document)
    export = exports_of(instance, document)[0]
    web_client.sign_in("lama")
    assert web_client.get(f"/documents/{other}/exports/{export}").status_code == 404
    assert web_client.get(f"/documents/{document}/exports/{export}").status_code == 200


# Conflict


def test_unready_file_cannot_be_downloaded(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    web_client.sign_in("lama")
    response = web_client.get(f"/documents/{document}/exports/{exports_of(instance, document)[0]}")
    assert response.status_code == 409
    assert "This file is not ready yet." in page_text(response)


# Success


def test_dashboard_shows_state_and_awaited_people_of_each_document(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document, round_id = open_round_with_document(instance)
    web_client.sign_in("yusuf")
    text = page_text(web_client.get("/"))
    assert (
        "In endorsement" in text
        and "Your organisation’s answer is needed" in text
        and "0 of 2 endorsements needed" in text
    )
    assert {f"/documents/{document}", f"/rounds/{round_id}"} <= set(page_links(web_client.get("/")))
    cast_endorsement(instance, round_id, "yusuf")
    assert "Your organisation’s answer is needed" not in page_text(web_client.get("/"))


def test_newest_documents_are_listed_first_and_older_ones_paged(
    web_client: WebClient, instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.web.dashboard.documents.PAGE_SIZE", 2)
    ids = [create_document(instance) for _ in range(5)]
    web_client.sign_in("lama")
    seen, path = [], "/documents?kind=statement"
    while path:
        found = page_links(web_client.get(path))
        seen.append([link.removeprefix("/documents/") for link in found if link.startswith("/documents/doc_")])
        path = next((link for link in found if "before=" in link), "")
    assert seen == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]
    assert web_client.get("/documents?kind=statement&before=none").status_code == 200


def test_draft_is_shown_to_drafters_with_its_last_writer(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=BILINGUAL)
    save_text(instance, document, BILINGUAL["ar"] + "\nوسطر جديد.\n", by="jihan")
    web_client.sign_in("lama")
    page = web_client.get(f"/documents/{document}?lang=ar")
    assert "وسطر جديد." in page_text(page) and "Current draft" in page_text(page)
    authors = page_text(page).partition("Who wrote last")[2]
    assert authors.index(instance.members.people["jihan"].names["en"]) < authors.index(
        instance.members.people["lama"].names["en"]
    )
    assert (
        "a first text with <b>signs</b> & more." in page_text(web_client.get(f"/documents/{document}?lang=en")).lower()
    )


def test_versions_and_their_differences_are_shown(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts=BILINGUAL)
    cut_version(instance, document)
    save_text(instance, document, BILINGUAL["en"].replace("first", "second"), lang="en")
    cut_version(instance, document)
    save_text(instance, document, BILINGUAL["en"].replace("first", "third"), lang="en")
    web_client.sign_in("lama")
    assert "A second text" in page_text(web_client.get(f"/documents/{document}/versions/2?lang=en"))
    assert "There is a newer one" in page_text(web_client.get(f"/documents/{document}/versions/1"))
    changed = web_client.get(f"/documents/{document}/comparison?lang=en&old=1&new=2")
    root = parse_page(changed).find(".//article")
    assert "first" in root.find(".//del").text_content()
    assert "second" in root.find(".//ins").text_content()
    drafted = web_client.get(f"/documents/{document}/comparison?lang=en&old=2&new=draft")
    assert "third" in parse_page(drafted).find(".//article").find(".//ins").text_content()


def test_reader_without_draft_access_compares_versions_only(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    web_client.sign_in("reem")
    assert "نصّ أوّل." in page_text(web_client.get(f"/documents/{document}"))
    assert web_client.get(f"/documents/{document}/comparison?old=1&new=draft").status_code == 400


def test_round_shows_its_tally_in_words(web_client: WebClient, instance: SampleInstance) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(
        instance, round_id, "huda", "endorse_with_reservation", reservation={"ar": "نتحفّظ على <المادة> ١."}
    )
    text = page_text(web_client.sign_in("yusuf").get(f"/rounds/{round_id}"))
    for sentence in (
        "1 of 3 organisations has endorsed. 1 more endorsement is needed.",
        "At least two thirds of all member organisations must endorse.",
        "Your answer is needed",
        "Endorsed with a reservation",
        "نتحفّظ على <المادة> ١.",
        "23 hours",
        "by a code sent by email",
    ):
        assert sentence in text
    cast_endorsement(instance, round_id, "yusuf")
    assert "If it closed now, the text would be approved." in page_text(web_client.get(f"/rounds/{round_id}"))


def test_closed_round_shows_its_outcome(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    web_client.sign_in("lama")
    round_page = next(
        link for link in page_links(web_client.get(f"/documents/{document}")) if link.startswith("/rounds/")
    )
    text = page_text(web_client.get(round_page))
    assert "2 of 3 organisations have endorsed. The text is approved." in text
    assert "Abstained" in text and "more endorsement is needed" not in text


def test_download_is_named_after_the_title_and_is_an_attachment(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_sealed_document(instance)
    finish_exports(instance, document)
    web_client.sign_in("lama")
    link = next(link for link in page_links(web_client.get(f"/documents/{document}/files")) if "/exports/" in link)
    response = web_client.get(link)
    assert response.headers["content-disposition"].startswith("attachment;")
    assert response.headers["x-content-type-options"] == "nosniff"
