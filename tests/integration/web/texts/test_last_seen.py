"""Changes since a person last looked: on the dashboard, the document, a version, the round, before signing."""

from collections.abc import Iterator

import pytest

from service.actions.drafts import last_seen
from service.actions.membership import offboarding
from service.domain.documents.last_seen import VersionSeen
from service.domain.errors import NotFound
from service.store.drafts import last_seen as last_seen_store
from tests.support.factories import (
    SampleInstance,
    create_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
    open_round,
    save_text,
)
from tests.support.web_client import WebClient, open_web_client, page_links, page_text

NEW = "Version 2 is new since your last visit."
SINCE = "What changed since version 1, which you last saw"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def last_look(instance: SampleInstance, key: str, document: str) -> VersionSeen | None:
    with instance.read() as tx:
        return last_seen_store.get_version_seen(tx, person=instance.members.people[key].id, document=document)


def add_change(instance: SampleInstance, document: str) -> None:
    save_text(instance, document, "## المادة ١ {#one}\n\nنصّ ثانٍ غير الأوّل.\n")
    cut_version(instance, document)


def test_requests_of_outsiders_are_not_recorded(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    web_client.get(f"/documents/{document}/versions/1")
    with instance.read() as tx:
        assert not last_seen_store.list_versions_seen(
            tx, person=instance.members.people["lama"].id, documents=[document]
        )


def test_hidden_or_unknown_versions_are_not_recorded(instance: SampleInstance) -> None:
    document = create_document(instance)
    with instance.write() as tx:
        with pytest.raises(NotFound):
            last_seen.mark_version_seen(tx, instance.actor(tx, "reem"), document_id=document, version=1)
        last_seen.mark_version_seen(tx, instance.actor(tx, "lama"), document_id=document, version=1)
    cut_version(instance, document)
    with instance.write() as tx:
        last_seen.mark_version_seen(tx, instance.actor(tx, "lama"), document_id=document, version=2)
    assert last_look(instance, "lama", document) is None


def test_new_version_is_reported_where_one_looks_and_to_nobody_else(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    page = f"/documents/{document}"
    web_client.sign_in("huda")
    assert NEW not in page_text(web_client.get(page))
    add_change(instance, document)
    assert SINCE in page_text(web_client.get("/"))
    assert f"{page}/comparison?old=1&new=2" in page_links(web_client.get("/"))
    for _ in range(2):
        first = web_client.get(page)
        assert NEW in page_text(first) and any(
            f"{page}/comparison?" in one and "old=1" in one for one in page_links(first)
        )
    look = last_look(instance, "huda", document)
    assert look and (look.version, look.before) == (2, 1)
    web_client.sign_in("nabil")
    assert SINCE not in page_text(web_client.get("/")) and NEW not in page_text(web_client.get(page))


def test_older_version_does_not_move_the_mark_back_and_a_comparison_counts(
    web_client: WebClient, instance: SampleInstance
) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    web_client.sign_in("huda").get(f"/documents/{document}/versions/1")
    add_change(instance, document)
    assert NEW in page_text(web_client.get(f"/documents/{document}/versions/2"))
    again = last_look(instance, "huda", document)
    assert NEW not in page_text(web_client.get(f"/documents/{document}/versions/1"))
    assert last_look(instance, "huda", document) == again
    save_text(instance, document, "## المادة ١ {#one}\n\nنصّ ثالث.\n")
    cut_version(instance, document)
    web_client.get(f"/documents/{document}/comparison?old=1&new=3")
    assert (look := last_look(instance, "huda", document)) and look.version == 3


def test_round_and_signing_page_compare_with_the_version_seen(web_client: WebClient, instance: SampleInstance) -> None:
    grant_all_mandates(instance)
    document = create_document(instance)
    cut_version(instance, document)
    web_client.sign_in("yusuf").get(f"/documents/{document}")
    add_change(instance, document)
    save_text(instance, document, "## المادة ١ {#one}\n\nنصّ ثالث.\n")
    cut_version(instance, document)
    move_to_review(instance, document)
    round_id = open_round(instance, document, version=3)
    assert SINCE in page_text(web_client.get(f"/rounds/{round_id}"))
    text = page_text(web_client.get(f"/rounds/{round_id}/sign"))
    assert "What changed since version 1" in text and "You last looked at version 1." in text
    assert "What changed since version 2" in page_text(web_client.sign_in("huda").get(f"/rounds/{round_id}/sign"))


def test_read_marks_of_a_person_are_deleted_when_they_leave(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    cut_version(instance, document)
    web_client.sign_in("huda").get(f"/documents/{document}")
    assert last_look(instance, "huda", document)
    with instance.write() as tx:
        offboarding.apply_close(tx, person=instance.members.people["huda"].id, by="per_x")
    assert last_look(instance, "huda", document) is None
