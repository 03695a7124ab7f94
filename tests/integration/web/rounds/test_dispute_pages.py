"""Pages on which an organisation disputes an answer, and on which a second person confirms an early end."""

from collections.abc import Iterator

import pytest

from service.store.endorsement import rounds as rounds_store
from tests.integration.actions.endorsement.scenarios import dispute_answer, last_answer, request_end
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    create_sealed_document,
    open_round_with_document,
)
from tests.support.web_client import (
    WebClient,
    error_code,
    finish_exports,
    form_fields,
    open_web_client,
    page_links,
    page_text,
)


@pytest.fixture
def client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def test_focal_point_disputes_and_settles_on_the_page(instance: SampleInstance, client: WebClient) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    client.sign_in("lama")
    assert f"/rounds/{round_id}/dispute" in page_links(client.get(f"/rounds/{round_id}"))
    page = client.get(f"/rounds/{round_id}/dispute")
    assert "Yusuf Murad" in page_text(page)
    fields = form_fields(page, f"/rounds/{round_id}/dispute")
    rejected = client.post(f"/rounds/{round_id}/dispute", {**fields, "reason": " "})
    assert rejected.status_code == 400 and "why you dispute it" in page_text(rejected)
    assert client.post(f"/rounds/{round_id}/dispute", {**fields, "reason": "<b>no</b>"}).status_code == 303
    shown = client.get(f"/rounds/{round_id}/dispute")
    assert "Lama Shahin disputes the answer" in page_text(shown) and "<b>no</b>" not in shown.text
    assert "Disputed · Endorsed" in page_text(client.get(f"/rounds/{round_id}"))
    settled = client.post(f"/rounds/{round_id}/settlement", form_fields(shown, "/settlement"))
    assert settled.status_code == 303
    assert "Resolved by" in page_text(client.get(f"/rounds/{round_id}/dispute"))


def test_link_of_the_notice_changes_nothing(instance: SampleInstance, client: WebClient) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    client.sign_in("lama")
    assert client.get(f"/rounds/{round_id}/dispute").status_code == 200
    answer = last_answer(instance, round_id, "sindyan")
    forged = {"endorsement": answer.id, "reason": "x", "key": "1"}
    assert client.post(f"/rounds/{round_id}/dispute", forged, origin="https://evil.example").status_code == 403
    assert "Disputed" not in page_text(client.get(f"/rounds/{round_id}"))


def test_reason_is_for_the_organisation_only(instance: SampleInstance, client: WebClient) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    dispute_answer(instance, round_id, "lama", reason="a secret reason")
    for other in ("salma", "huda"):
        client.sign_in(other)
        for path in (f"/rounds/{round_id}", f"/rounds/{round_id}/dispute", f"/api/v1/rounds/{round_id}/disputes"):
            assert "a secret reason" not in client.get(path).text
    client.sign_in("yusuf")
    assert "a secret reason" in client.get(f"/rounds/{round_id}/dispute").text
    assert "a secret reason" in client.get(f"/api/v1/rounds/{round_id}/disputes").text


def test_dispute_is_a_card_for_those_who_can_settle_it(instance: SampleInstance, client: WebClient) -> None:
    _, round_id = open_round_with_document(instance)
    cast_endorsement(instance, round_id, "yusuf")
    dispute_answer(instance, round_id, "yusuf")
    client.sign_in("lama")
    assert f"/rounds/{round_id}/dispute" in page_links(client.get("/"))
    client.sign_in("huda")
    assert f"/rounds/{round_id}/dispute" not in page_links(client.get("/"))


def test_page_of_files_says_why_a_disputed_text_is_not_published(instance: SampleInstance, client: WebClient) -> None:
    document = create_sealed_document(instance)
    with instance.read() as tx:
        (round_,) = rounds_store.list_by_document(tx, document)
    dispute_answer(instance, round_.id, "lama")
    finish_exports(instance, document)
    client.sign_in("reem")
    assert "An organisation disputes the answer" in page_text(client.get(f"/documents/{document}/files"))
    refused = client.post_confirmed(f"/documents/{document}/publication", {"key": "1"})
    assert (refused.status_code, error_code(refused)) == (409, "answer_disputed_after_seal")


def test_second_person_finds_the_request_to_end_a_round(instance: SampleInstance, client: WebClient) -> None:
    _, round_id = open_round_with_document(instance)
    request_end(instance, round_id, "salma")
    client.sign_in("salma")
    text = page_text(client.get(f"/rounds/{round_id}"))
    assert "Recorded. 1 more person must confirm it." in text and "Karim Nahhas" in text
    client.sign_in("karim")
    home = client.get("/")
    assert "A round ends early if you confirm it" in page_text(home)
    assert f"/rounds/{round_id}#end" in page_links(home)
    page = client.get(f"/rounds/{round_id}")
    assert "Confirm: close the round now" in page_text(page)
    assert client.post_confirmed(f"/rounds/{round_id}/close", form_fields(page, "/close")).status_code == 303
    with instance.read() as tx:
        found = rounds_store.get(tx, round_id)
    assert found is not None and found.state == "failed"


def test_request_is_withdrawn_on_the_page(instance: SampleInstance, client: WebClient) -> None:
    _, round_id = open_round_with_document(instance)
    request_end(instance, round_id, "salma", "cancel")
    client.sign_in("salma")
    fields = form_fields(client.get(f"/rounds/{round_id}"), "/ending-withdrawal")
    assert fields["act"] == "cancel"
    assert client.post(f"/rounds/{round_id}/ending-withdrawal", fields).status_code == 303
    assert "must confirm it" not in page_text(client.get(f"/rounds/{round_id}"))
