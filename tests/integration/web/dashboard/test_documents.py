"""The list of documents: its groups, its filter and its lines; each reader sees what the policy shows them."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from service.actions.documents import documents, search
from tests.support.factories import (
    SampleInstance,
    create_document,
    create_sealed_document,
    cut_version,
    move_to_review,
    open_round_with_document,
    save_text,
)
from tests.support.web_client import WebClient, error_code, open_web_client, page_links, page_text, parse_page


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def groups(page: Any) -> dict[str, list[str]]:
    """Return the addresses of the documents of each group, by its heading."""
    found = parse_page(page).xpath("//*[contains(@class, 'docgroup')]")
    return {str(group.xpath("string(.//h2)")): [str(link) for link in group.xpath(".//h3/a/@href")] for group in found}


def lines(page: Any) -> list[str]:
    """Return the addresses of the documents of a narrowed list."""
    return [str(link) for link in parse_page(page).xpath("//*[@class='doclines']//h3/a/@href")]


def withdraw(instance: SampleInstance, document: str) -> None:
    with instance.write() as tx:
        documents.change_state(tx, instance.actor(tx, "salma"), document_id=document, to_state="withdrawn", note="No")


def test_outsider_is_asked_to_sign_in(web_client: WebClient) -> None:
    assert error_code(web_client.get("/documents")) == "sign_in_needed"


def test_observer_sees_no_draft_and_no_edit(web_client: WebClient, instance: SampleInstance) -> None:
    create_document(instance)
    shown = create_document(instance)
    cut_version(instance, shown)
    move_to_review(instance, shown)
    page = web_client.sign_in("reem").get("/documents")
    assert groups(page) == {"In drafting and review": [f"/documents/{shown}"]}
    assert "Last edit" not in page_text(page)
    assert lines(web_client.get("/documents?state=drafting")) == [f"/documents/{shown}"]


def test_documents_are_grouped_and_each_is_in_one_group(web_client: WebClient, instance: SampleInstance) -> None:
    drafted, withdrawn, sealed = create_document(instance), create_document(instance), create_sealed_document(instance)
    withdraw(instance, withdrawn)
    asked, round_id = open_round_with_document(instance)
    page = web_client.sign_in("yusuf").get("/documents")
    assert groups(page) == {
        "Needs you": [f"/documents/{asked}"],
        "In drafting and review": [f"/documents/{drafted}"],
        "Approved and published": [f"/documents/{sealed}"],
        "Withdrawn": [f"/documents/{withdrawn}"],
    }
    assert f"/rounds/{round_id}/sign" in page_links(page) and "left)" in page_text(page)
    assert parse_page(page).xpath("//details[not(@open)]//h2")[0].text == "Withdrawn"
    web_client.post("/sign-out")
    assert groups(web_client.sign_in("salma").get("/documents"))["Open for endorsement"] == [f"/documents/{asked}"]


def test_line_says_who_edited_last(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    save_text(instance, document, "## المادة ١ {#one}\n\nنصّ ثانٍ.\n", by="salma")
    assert "Last edit: Salma" in page_text(web_client.sign_in("salma").get("/documents"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=letter", [1]),
        ("state=withdrawn", [0]),
        ("state=drafting", [2, 1]),
        ("state=drafting&kind=statement", [2]),
        ("state=nowhere&kind=none&organisation=none", None),
    ],
)
def test_filter_narrows_the_list(
    web_client: WebClient, instance: SampleInstance, query: str, expected: list[int] | None
) -> None:
    ids = [create_document(instance), create_document(instance, kind="letter"), create_document(instance)]
    withdraw(instance, ids[0])
    page = web_client.sign_in("lama").get(f"/documents?{query}")
    if expected is None:
        assert groups(page)
    else:
        assert lines(page) == [f"/documents/{ids[place]}" for place in expected]


def test_filter_by_organisation_lists_what_its_people_opened(web_client: WebClient, instance: SampleInstance) -> None:
    with instance.write() as tx:
        mine, other = instance.actor(tx, "lama").organisation, instance.members.organisations["sindyan"]
    document = create_document(instance)
    web_client.sign_in("lama")
    if mine:
        assert lines(web_client.get(f"/documents?organisation={mine}")) == [f"/documents/{document}"]
    if mine != other:
        page = web_client.get(f"/documents?organisation={other}")
        assert lines(page) == [] and "No document matches" in page_text(page)


def test_group_offers_all_of_its_documents(
    web_client: WebClient, instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.web.dashboard.documents.GROUP_SIZE", 1)
    create_document(instance)
    newest = create_document(instance)
    page = web_client.sign_in("lama").get("/documents")
    assert groups(page) == {"In drafting and review": [f"/documents/{newest}"]}
    assert len(lines(web_client.get("/documents?state=drafting"))) == 2
    assert "/documents?state=drafting" in page_links(page)


@pytest.mark.parametrize("path", ["/documents", "/documents?state=drafting"])
def test_number_of_statements_does_not_grow_with_documents(
    web_client: WebClient, instance: SampleInstance, path: str
) -> None:
    create_document(instance)
    web_client.sign_in("salma").get(path)
    few = count_statements(web_client, instance, path)
    for _ in range(4):
        create_document(instance)
    assert count_statements(web_client, instance, path) == few


def count_statements(web_client: WebClient, instance: SampleInstance, path: str) -> int:
    found: list[str] = []

    def note(*args: object) -> None:
        found.append(str(args[2]))

    event.listen(instance.database.engine, "before_cursor_execute", note)
    try:
        web_client.get(path)
    finally:
        event.remove(instance.database.engine, "before_cursor_execute", note)
    return len(found)


def test_search_shows_the_words_in_their_text(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"ar": "## المادة ١ {#one}\n\nباب <b> الحُقوق.\n"})
    index_texts(instance)
    web_client.sign_in("lama")
    page = web_client.get("/documents?q=حقوق")
    assert lines(page) == [f"/documents/{document}"]
    assert parse_page(page).xpath("//p[@lang='ar']/mark/text()") == ["الحُقوق"]
    assert "&lt;b&gt;" in page.text
    assert lines(web_client.get("/documents?q=عدالة")) == []
    page = web_client.get("/documents?q=عدالة")
    assert "No document matches" in page_text(page) and parse_page(page).xpath("//input[@id='q']/@value") == ["عدالة"]


def test_pages_of_a_search_keep_its_words(
    web_client: WebClient, instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.web.dashboard.documents.PAGE_SIZE", 1)
    first, second = create_document(instance), create_document(instance)
    index_texts(instance)
    page = web_client.sign_in("lama").get("/documents?q=نص+أول&kind=statement")
    assert lines(page) == [f"/documents/{second}"]
    older = next(link for link in page_links(page) if "before=" in link)
    assert lines(web_client.get(older)) == [f"/documents/{first}"]


def index_texts(instance: SampleInstance) -> None:
    with instance.write() as tx:
        for one in search.list_outdated(tx):
            search.store(tx, search.prepare(tx, one))
