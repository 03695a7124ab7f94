"""Authorship pages, in this order: outsider, wrong role, not found, success."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.actions.documents import documents
from service.actions.drafts import authorship, planned_row, replay, save
from service.store.drafts import journal as journal_store
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, save_text
from tests.support.web_client import WebClient, open_web_client, page_links, page_text, parse_page

TEXT = "## Article 1\n\nThe first words of all.\n\nThe second paragraph.\n"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def create_text(instance: SampleInstance) -> str:
    """Create a text by lama; then a version; then one change each by jihan and salma."""
    document = create_document(instance, texts={"en": TEXT})
    cut_version(instance, document)
    save_text(instance, document, TEXT.replace("second", "very last"), lang="en", by="jihan")
    save_text(instance, document, "By salma.\n\n" + TEXT.replace("second", "very last"), lang="en", by="salma")
    return document


def attributed_passages(
    instance: SampleInstance, document: str, number: int | None = None
) -> list[tuple[str, str, int | None]]:
    """Return words, person key and version of each passage."""
    with instance.read() as tx:
        actor = instance.actor(tx, "lama")
        at = authorship.locate_text(tx, actor, document_id=document, lang="en", number=number)
        its = authorship.load_attributed_text(tx, at)
    keys = {person.id: key for key, person in instance.members.people.items()} | {None: "nobody"}
    return [(its.text[one.start : one.end], keys[one.author.person], one.author.version) for one in its.passages]


def page_passages(response: Any) -> str:
    return " ".join(parse_page(response).xpath("string(//article)").split())


# Outsider


def test_outsider_sees_no_authors(web_client: WebClient, instance: SampleInstance) -> None:
    assert web_client.get(f"/documents/{create_text(instance)}/authors").status_code == 401


# Wrong role


def test_communications_see_no_authors(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    move_to_review(instance, document)
    assert web_client.sign_in("reem").get(f"/documents/{document}/authors").status_code == 403


# Not found


def test_unknown_document_or_language_is_not_found(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("lama")
    assert web_client.get("/documents/doc_none/authors").status_code == 404
    assert web_client.get(f"/documents/{document}/authors?version=7").status_code == 404
    assert web_client.get(f"/documents/{document}/authors?lang=fr").status_code == 404
    assert web_client.get(f"/documents/{document}/authors?version=x").status_code == 400


# Success


def test_every_word_has_an_author(instance: SampleInstance) -> None:
    document = create_text(instance)
    found = attributed_passages(instance, document)
    assert found == [
        ("By salma.\n\n", "salma", None),
        ("## Article 1\n\nThe first words of all.\n\nThe ", "lama", 1),
        ("very last", "jihan", None),
        (" paragraph.\n", "lama", 1),
    ]
    assert attributed_passages(instance, document, 1) == [(TEXT, "lama", 1)]


def test_page_lists_each_author_and_their_share(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    web_client.sign_in("lama")
    assert f"/documents/{document}/authors?lang=en" in page_links(web_client.get(f"/documents/{document}/versions"))
    page = web_client.get(f"/documents/{document}/authors")
    names = [instance.members.people[key].names["en"] for key in ("lama", "jihan", "salma")]
    assert all(name in page_text(page) for name in names) and "% of the words" in page_text(page)
    assert f"{names[1]} wrote: " in page_passages(page) and "very last" in page_passages(page)
    assert "Article 1" in page_passages(page) and "By salma." in page_passages(page)
    older = web_client.get(f"/documents/{document}/authors?version=1")
    assert names[1] not in page_text(older) and "second paragraph" in page_passages(older)


def test_document_in_review_is_shown_as_it_was_cut(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    page = web_client.sign_in("lama").get(f"/documents/{document}/authors")
    assert (
        "By salma." in page_passages(page)
        and "version 2" in page_text(page)
        and "draft" not in page_passages(page).lower()
    )


def test_automatic_numbers_are_shown(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    with instance.write() as tx:
        actor = instance.actor(tx, "lama")
        documents.set_numbering(tx, actor, document_id=document, numbering="automatic")
    assert "Article 1" in page_passages(web_client.sign_in("lama").get(f"/documents/{document}/authors"))


def test_compacted_rows_are_unattributed(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_text(instance)
    with instance.write() as tx:
        assert save.compact(tx, f"{document}.en")
    save_text(instance, document, "By lama.\n\n" + TEXT, lang="en")
    assert {key for _, key, _ in attributed_passages(instance, document)} == {"nobody", "lama"}
    assert "Author unknown" in page_text(web_client.sign_in("lama").get(f"/documents/{document}/authors"))


def test_edit_sessions_beyond_the_limit_are_unattributed(
    instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "MAX_TURNS", 2)
    document = create_text(instance)
    found = attributed_passages(instance, document)
    assert [key for _, key, _ in found] == ["salma", "nobody", "jihan", "nobody"]
    assert found[1][2] == 1
    with instance.read() as tx:
        head = journal_store.get_head(tx, f"{document}.en")
        live = planned_row.load_shared_text(tx, f"{document}.en", epoch=head.epoch).text
    assert "".join(text for text, _, _ in found) == live
